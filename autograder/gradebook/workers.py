"""Processes of a pool that do not outlive their command, even one that is killed.

A pool's processes wait for work on a pipe of which each holds both ends, and their fork server
waits for them: after a SIGKILL of the command all of them would stay for ever.
"""

from __future__ import annotations

import os
import shutil
from multiprocessing import parent_process
from multiprocessing.connection import wait
from threading import Thread


def end_with_the_command(folder: str) -> None:
    """Call it first in a process that a command started with multiprocessing.

    folder  the command's own for temporary files of multiprocessing: goes too, if it is killed
    """
    parent = parent_process()
    assert parent is not None, "called in the command itself"
    command = parent.sentinel

    def watch() -> None:
        wait([command])
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(1)  # in the middle of a page perhaps; pages are put in place when they are whole

    Thread(target=watch, daemon=True).start()
