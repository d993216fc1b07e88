"""Tells the instructor what student code tried: network, processes, files, native code.

These are hints, not walls (the walls are in `confine`): a Python audit hook sees what goes
through Python, and code that avoids it still meets the walls.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.candidate import confine
from autograder.candidate.namespace import cell_of

_EVENTS = {
    "socket.__new__": "network-attempt",
    "socket.connect": "network-attempt",
    "socket.getaddrinfo": "network-attempt",
    "urllib.Request": "network-attempt",
    "subprocess.Popen": "process-attempt",
    "os.system": "process-attempt",
    "os.exec": "process-attempt",
    "os.fork": "process-attempt",
    "os.forkpty": "process-attempt",
    "os.posix_spawn": "process-attempt",
    "os.spawn": "process-attempt",
    "os.kill": "signal-attempt",
    "signal.pthread_kill": "signal-attempt",
    "ctypes.dlopen": "native-code",
    "gc.get_objects": "tampering-attempt",
    "gc.get_referrers": "tampering-attempt",
    "gc.get_referents": "tampering-attempt",
}
_MAX_FILES = 20  # told by name; the other kinds are few


def warm() -> None:
    """Nothing imports late in the hook itself."""
    _is_usual("/nowhere", "/nowhere")


def watch(note: Callable[[str], None], scratch: Path) -> None:
    """Report each kind of attempt once, from now until the process ends."""
    seen: set[str] = set()
    home = str(scratch)

    def hook(event: str, args: tuple[Any, ...]) -> None:
        flag = _EVENTS.get(event)
        if flag is None and event in ("open", "os.listdir", "os.scandir"):
            told = sum(1 for flag in seen if flag.startswith("file-"))
            flag = _file_flag(args, home) if told < _MAX_FILES else None
        if event == "compile" and _is_a_false_name(args):
            flag = "tampering-attempt"
        if flag is not None and flag not in seen:
            seen.add(flag)
            note(flag)

    sys.addaudithook(hook)


def _file_flag(args: tuple[Any, ...], home: str) -> str | None:
    if _is_for_a_traceback():
        return None
    path = args[0] if args else None
    if isinstance(path, bytes):
        path = os.fsdecode(path)
    if not isinstance(path, str) or _is_usual(path, home):
        return None
    return f"file-attempt:{path[:120]}"


def _is_a_false_name(args: tuple[Any, ...]) -> bool:
    """Code that says it stands in a cell, where a forbidden function is charged by its cell."""
    name = args[1] if len(args) > 1 else None
    if not isinstance(name, str) or cell_of(name) is None:
        return False
    compiling = sys._getframe(2).f_globals.get("__name__", "")
    return not str(compiling).startswith("autograder.candidate.")


def _is_for_a_traceback() -> bool:
    """linecache looks for the source of every frame that somebody formats, ours included."""
    try:
        frame = sys._getframe(3)
    except ValueError:  # called from C, with no Python above
        return False
    return frame.f_code.co_filename.endswith(("tokenize.py", "linecache.py"))


def _is_usual(path: str, home: str) -> bool:
    if not path.startswith("/"):
        return ".." not in path
    return path.startswith((home, "/dev/", "/lib", "/usr/lib")) or any(
        path.startswith(str(known)) for known in confine.readable()
    )
