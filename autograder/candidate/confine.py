"""The inner wall: what a forked candidate does to itself before it reads any student code.

The order matters. Everything that needs a right (writing under /proc, opening paths for
Landlock, dropping capabilities) comes before the step that takes that right away, and seccomp
comes last because it forbids the system calls of all the others. Nothing here can be undone by
the process itself.

With CUDA there is one thing more to mind. CUDA and autograd start threads, and all walls but
seccomp hold for the thread that puts them up and those that it starts later. So CUDA starts in
the middle: behind dropped capabilities and a Landlock that leaves it what it needs to start,
before the narrower Landlock and the seccomp filter, which is put around all threads at once.
"""

from __future__ import annotations

import ctypes
import os
import resource
import site
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from autograder import cuda
from autograder.candidate import landlock, syscalls

_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_DUMPABLE = 4
_CAPABILITY_VERSION_3 = 0x20080522
_MAX_FILES = 128
_MAX_FILES_WITH_CUDA = 512  # a context holds some dozens of files of its devices
_SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache", "/usr/share/zoneinfo")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
_CPU_FACTS = ("/sys/devices/system/cpu", "/proc/cpuinfo", "/proc/meminfo")

# For CUDA, beside the above. Where drivers are installed that do not lie among _SYSTEM: by hand, by
# a cluster's node image, by NixOS, by WSL.
_DRIVERS = ("/usr/local/nvidia", "/usr/local/cuda", "/run/opengl-driver", "/usr/lib/wsl")
# What CUDA opens when it starts. Source: AppArmor profile of snapd's interface "cuda-support".
_CUDA_FACTS = (
    *("/proc/driver/nvidia", "/proc/devices", "/proc/modules", "/proc/sys/vm", "/proc/self"),
    *("/sys/bus/pci/devices", "/sys/devices", "/sys/module"),
)
_CUDA_SHARED = "/dev/shm"  # files named cuda.*
_KEPT = ("CUBLAS_WORKSPACE_CONFIG", "PYTORCH_NVML_BASED_CUDA_CHECK")

_libc = ctypes.CDLL(None, use_errno=True)


def confine(
    *,
    keep: int,
    scratch: Path,
    memory_bytes: int,
    scratch_bytes: int,
    cpu_s: int,
    start_cuda: Callable[[], None] | None = None,
) -> list[str]:
    """Put up every wall that this kernel offers, and return their names.

    keep        the one file descriptor that stays open besides the standard ones
    start_cuda  called behind the walls that its threads inherit; None: no CUDA in this process
    """
    linux, with_cuda = sys.platform == "linux", start_cuda is not None
    starting, rules = _rulesets(scratch, with_cuda=with_cuda) if linux else (None, None)
    _close_all_but(keep, *(fd for fd in (starting, rules) if fd is not None))
    _silence()
    os.chdir(scratch)
    tempfile.tempdir = str(scratch)
    _new_environment(scratch, with_cuda=with_cuda)
    if linux:
        Path("/proc/self/oom_score_adj").write_text("1000")
        _drop_capabilities()
        if _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "no_new_privs was refused")
        landlock.restrict(starting)
    if start_cuda is not None:
        start_cuda()
    if not linux:
        return []
    _limit(memory_bytes, scratch_bytes, cpu_s, with_cuda=with_cuda)
    _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)  # no core file; nobody else may attach
    walls = ["rlimits", "no-new-privs", "no-capabilities"]
    walls += landlock.restrict(rules)
    if syscalls.restrict(cuda=with_cuda):
        walls.append("seccomp")
    return walls


def prepare() -> None:
    """What every candidate's walls need and none has to work out by itself; before the fork."""
    if sys.platform == "linux":
        landlock.open_ahead(readable())
        syscalls.compiled()
        if cuda.may_be_used():
            syscalls.compiled(cuda=True)


def _rulesets(scratch: Path, *, with_cuda: bool) -> tuple[int | None, int | None]:
    """Landlock's rules while CUDA starts (None without CUDA), and from then on."""
    if not with_cuda:
        return None, landlock.ruleset(readable(), scratch)
    # A running context goes on opening its devices: for events, and for further channels.
    devices = dict.fromkeys(Path("/dev").glob("nvidia*"), landlock.DEVICE)
    folders = (*_DRIVERS, *os.environ.get("LD_LIBRARY_PATH", "").split(":"))
    libraries = {Path(folder): landlock.READ for folder in folders if folder.startswith("/")}
    while_starting = {Path(path): landlock.READ for path in _CUDA_FACTS}
    while_starting[Path(_CUDA_SHARED)] = landlock.SHARED
    return (
        landlock.ruleset(readable(), scratch, devices | libraries | while_starting),
        landlock.ruleset(readable(), scratch, devices | libraries),
    )


def _new_environment(scratch: Path, *, with_cuda: bool) -> None:
    kept = {
        name: value
        for name, value in os.environ.items()
        if with_cuda and (name.startswith("CUDA_") or name in _KEPT)
    }
    os.environ.clear()
    os.environ.update({"HOME": str(scratch), "TMPDIR": str(scratch), "LANG": "C.UTF-8"})
    # torch makes this folder when torch.utils.checkpoint is first used; it may not make any.
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = str(scratch)
    os.environ.update(kept)


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


def _limit(memory_bytes: int, scratch_bytes: int, cpu_s: int, *, with_cuda: bool) -> None:
    """CUDA reserves address space by the terabyte, and maps more of it at any time: there the limit
    is on private memory that can be written to, which reservations and devices' memory are not."""
    pages = [int(text) for text in Path("/proc/self/statm").read_text().split()]
    memory, used = (resource.RLIMIT_DATA, pages[5]) if with_cuda else (resource.RLIMIT_AS, pages[0])
    for what, value in (
        (memory, used * resource.getpagesize() + memory_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, scratch_bytes),
        (resource.RLIMIT_NOFILE, _MAX_FILES_WITH_CUDA if with_cuda else _MAX_FILES),
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
