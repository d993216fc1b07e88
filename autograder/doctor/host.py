"""What this host is: kernel, walls, memory, disks, Python packages. Reads, and changes nothing.

Nothing here raises: what cannot be read is 0, None or empty.
"""

from __future__ import annotations

import gzip
import importlib.metadata
import os
import platform
import re
import shutil
import sys
import tempfile
import zlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox.gpus import cuda_of_torch

PACKAGES = ("torch", "nbgrader", "pytest", "docker")
_CHANGELOG_BYTES = 1 << 20  # the newest entries stand at the top


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    what: str  # "temp"
    path: Path
    free_bytes: int | None  # None: not there, or not to be read
    writable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    system: str  # "Linux"
    kernel: str  # "6.1.0-18-amd64"
    landlock_abi: int  # 0: none
    seccomp: bool  # the kernel can filter system calls
    libseccomp: bool  # the library that writes the filters is installed
    cgroup_version: int  # 0: none that we know
    cgroup_controllers: frozenset[str]
    root: bool
    cores: int
    memory_bytes: int  # 0: unknown
    open_files: int  # the soft limit; 0: unknown
    python: str
    packages: dict[str, str]  # what is installed of PACKAGES, with versions
    torch_cuda: str | None  # "12.8": of the build, whatever the host has; None: a build for CPUs
    temp: Disk
    runc_changelog: frozenset[str]  # CVEs that the installed package says it has fixed


def read_host() -> Host:
    linux = sys.platform == "linux"
    version, controllers = _cgroup(Path("/sys/fs/cgroup"), Path("/proc/cgroups"))
    return Host(
        system=platform.system(),
        kernel=platform.release(),
        landlock_abi=_landlock_abi() if linux else 0,
        seccomp=Path("/proc/sys/kernel/seccomp/actions_avail").exists(),
        libseccomp=_libseccomp() if linux else False,
        cgroup_version=version,
        cgroup_controllers=controllers,
        root=hasattr(os, "geteuid") and os.geteuid() == 0,
        cores=_cores(),
        memory_bytes=_memory(_text(Path("/proc/meminfo"))),
        open_files=_open_files(),
        python=platform.python_version(),
        packages=_packages(),
        torch_cuda=_torch_cuda(),
        temp=_temp(),
        runc_changelog=_fixed(Path("/usr/share/doc").glob("runc*/changelog.Debian.gz")),
    )


def disk(what: str, path: Path) -> Disk:
    """The file system below a folder."""
    try:
        free = shutil.disk_usage(path).free
    except OSError:
        return Disk(what=what, path=path, free_bytes=None, writable=False)
    return Disk(what=what, path=path, free_bytes=free, writable=os.access(path, os.W_OK | os.X_OK))


def _landlock_abi() -> int:
    from autograder.candidate import landlock

    return landlock.abi()


def _libseccomp() -> bool:
    from autograder.candidate import syscalls

    return syscalls.available()


def _cgroup(mount: Path, table: Path) -> tuple[int, frozenset[str]]:
    """Version 2 lists its controllers at the root of its mount, version 1 in a table."""
    unified = mount / "cgroup.controllers"
    if unified.exists():
        return 2, frozenset(_text(unified).split())
    rows = [line.split() for line in _text(table).splitlines() if not line.startswith("#")]
    enabled = frozenset(row[0] for row in rows if len(row) == 4 and row[3] == "1")
    return (1 if enabled else 0), enabled


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _memory(meminfo: str) -> int:
    match = re.search(r"^MemTotal:\s+(\d+) kB", meminfo, re.MULTILINE)
    return int(match[1]) * 1024 if match else 0


def _open_files() -> int:
    try:
        import resource
    except ImportError:
        return 0
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return 1 << 20 if soft == resource.RLIM_INFINITY else soft


def _packages() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        with suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found


def _torch_cuda() -> str | None:
    try:
        return cuda_of_torch()
    except (OSError, ValueError):
        return None


def _temp() -> Disk:
    try:
        return disk("temp", Path(tempfile.gettempdir()))
    except FileNotFoundError:  # no folder of the usual ones can be written to
        return Disk(what="temp", path=Path("/tmp"), free_bytes=None, writable=False)


def _fixed(changelogs: Iterable[Path]) -> frozenset[str]:
    """Distributions keep the version and add the fix; which fixes, their changelog tells."""
    found: set[str] = set()
    for path in changelogs:
        with suppress(OSError, EOFError, zlib.error), gzip.open(path) as file:
            text = file.read(_CHANGELOG_BYTES).decode("utf-8", "replace")
            found |= set(re.findall(r"CVE-\d{4}-\d{4,}", text))
    return frozenset(found)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
