"""What renders pages ends with the command."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

SCRIPT = """
import os, sys, time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from multiprocessing.util import get_temp_dir
from autograder.gradebook.workers import end_with_the_command

if __name__ == "__main__":
    pool = ProcessPoolExecutor(
        2,
        mp_context=get_context("forkserver"),
        initializer=end_with_the_command,
        initargs=(get_temp_dir(),),
    )
    pid = pool.submit(os.getpid).result()
    busy = pool.submit(time.sleep, 600)
    print(pid, flush=True)
    time.sleep(600)
"""


def started_from(folder: Path) -> list[str]:
    """Processes that have it for temporary files."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and str(folder).encode() in (entry / "environ").read_bytes():
                found.append(entry.name)
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    return found


def test_nothing_is_left_of_a_command_that_is_killed(tmp_path: Path) -> None:
    """Neither its processes, idle and busy ones and those that started them, nor their folder."""
    script = tmp_path / "command.py"
    script.write_text(SCRIPT)
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    environment = os.environ | {"TMPDIR": str(temporary), "PYTHONPATH": os.getcwd()}
    with subprocess.Popen(
        [sys.executable, str(script)], env=environment, stdout=subprocess.PIPE, text=True
    ) as command:
        assert command.stdout is not None
        assert command.stdout.readline()
        assert len(started_from(temporary)) >= 3, "the command, a server, a worker"
        assert list(temporary.iterdir())
        command.kill()
    until = time.monotonic() + 30
    while started_from(temporary) or list(temporary.iterdir()):
        assert time.monotonic() < until
        time.sleep(0.05)
