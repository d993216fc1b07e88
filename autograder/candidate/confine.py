"""The inner wall: what a forked candidate does to itself before it reads any student code.

The order matters. Everything that needs a right (writing under /proc, opening paths for
Landlock, dropping capabilities) comes before the step that takes that right away, and seccomp
comes last because it forbids the system calls of all the others. Nothing here can be undone by
the process itself.
"""

from __future__ import annotations

import ctypes
import os
import resource
import site
import sys
import sysconfig
import tempfile
from functools import cache
from pathlib import Path

from autograder.candidate import landlock, syscalls

_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_DUMPABLE = 4
_CAPABILITY_VERSION_3 = 0x20080522
_MAX_FILES = 128
_SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache", "/usr/share/zoneinfo")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
_CPU_FACTS = ("/sys/devices/system/cpu", "/proc/cpuinfo", "/proc/meminfo")

_libc = ctypes.CDLL(None, use_errno=True)


def confine(
    *, keep: int, scratch: Path, memory_bytes: int, scratch_bytes: int, cpu_s: int
) -> list[str]:
    """Put up every wall that this kernel offers, and return their names.

    keep  the one file descriptor that stays open besides the standard ones
    """
    linux = sys.platform == "linux"
    rules = landlock.ruleset(readable(), scratch) if linux else None
    _close_all_but(keep, *([] if rules is None else [rules]))
    _silence()
    os.chdir(scratch)
    tempfile.tempdir = str(scratch)
    os.environ.clear()
    os.environ.update({"HOME": str(scratch), "TMPDIR": str(scratch), "LANG": "C.UTF-8"})
    # torch makes this folder when torch.utils.checkpoint is first used; it may not make any.
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = str(scratch)
    if not linux:
        return []
    Path("/proc/self/oom_score_adj").write_text("1000")
    _limit(memory_bytes, scratch_bytes, cpu_s)
    _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)  # no core file; nobody else may attach
    _drop_capabilities()
    if _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no_new_privs was refused")
    walls = ["rlimits", "no-new-privs", "no-capabilities"]
    walls += landlock.restrict(rules)
    if syscalls.restrict():
        walls.append("seccomp")
    return walls


def prepare() -> None:
    """What every candidate's walls need and none has to work out by itself; before the fork."""
    if sys.platform == "linux":
        landlock.open_ahead(readable())
        syscalls.compiled()


@cache
def readable() -> tuple[Path, ...]:
    """Python, torch and what they load late. Not this platform, and no course.

    Site-packages are named one by one, because the platform's own package lies there too once
    it is installed, with the template of a course and its hidden suite inside.
    """
    stdlib = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib")}
    stdlib |= {str(Path(sys.base_prefix) / "lib")} if sys.base_prefix != "/usr" else set()
    packages: set[Path] = set()
    on_path = [p for p in sys.path if Path(p).name in ("site-packages", "dist-packages")]
    for folder in {*site.getsitepackages(), site.getusersitepackages(), *on_path}:
        if Path(folder).is_dir():
            packages |= {entry for entry in Path(folder).iterdir() if _is_readable(entry.name)}
    names = {*_SYSTEM, *_DEVICES, *_CPU_FACTS}
    paths = {Path(name) for name in names} | packages | _standard_library(stdlib)
    return tuple(sorted(paths))


def _standard_library(folders: set[str]) -> set[Path]:
    """The entries of the standard library's folders, less any site-packages inside them."""
    entries: set[Path] = set()
    for folder in map(Path, folders):
        if folder.name == "lib":
            entries |= set(folder.glob("*.so*"))
        elif folder.is_dir():
            entries |= {
                e for e in folder.iterdir() if e.name not in ("site-packages", "dist-packages")
            }
    return entries


def _is_readable(name: str) -> bool:
    return not name.lower().startswith(("autograder", "deep_autograder", "__editable__")) and (
        not name.endswith((".pth", ".egg-link"))
    )


def _close_all_but(*keep: int) -> None:
    first = 3
    for fd in sorted(keep):
        os.closerange(first, fd)
        first = fd + 1
    os.closerange(first, 1 << 16)


def _silence() -> None:
    """Whatever student code prints goes nowhere, at no cost."""
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    os.close(null)


def _limit(memory_bytes: int, scratch_bytes: int, cpu_s: int) -> None:
    in_use = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    for what, value in (
        (resource.RLIMIT_AS, in_use + memory_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, scratch_bytes),
        (resource.RLIMIT_NOFILE, _MAX_FILES),
        # Without seccomp this is what forbids processes (to all but root), and threads with them.
        *(() if syscalls.available() else ((resource.RLIMIT_NPROC, 0),)),
    ):
        hard = resource.getrlimit(what)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (value, value))
    # No hard limit: its SIGKILL would look like one from outside. SIGXCPU can be ignored, and then
    # the time limits end the process.
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, hard))


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


def _drop_capabilities() -> None:
    """Root keeps its name and loses its powers; an ordinary user has none to lose."""
    header, nothing = _Header(_CAPABILITY_VERSION_3, 0), (ctypes.c_uint32 * 6)()
    if _libc.capset(ctypes.byref(header), ctypes.byref(nothing)):
        raise OSError(ctypes.get_errno(), "capset was refused")
