"""From the facts of a host to lines: kernel, walls, memory, disks, Python packages."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.doctor.check import (
    EVERY_SANDBOX,
    LOCAL_ONLY,
    Check,
    State,
    note,
    ok,
    warning,
)
from autograder.doctor.escapes import Version
from autograder.doctor.host import Disk, Host

GIB = 1 << 30
# The versions that pyproject.toml asks for: the first that works, the first that may not.
SUPPORTED: dict[str, tuple[str, str | None]] = {
    "torch": ("2.9", None),
    "nbgrader": ("0.9.0", "0.10"),
    "pytest": ("8.3", None),
    "docker": ("7", None),
}
_OLDEST_PYTHON = "3.11"
# Two servers with torch in memory take about half a gibibyte each; a candidate's limit is 2 GiB.
_LITTLE_MEMORY = 4 * GIB
_LITTLE_DISK, _NO_DISK = 2 * GIB, GIB // 4
# A candidates' server opens some hundred folders ahead, and two files per grading side by side.
_FEW_FILES = 1024


def host_checks(host: Host) -> Iterator[Check]:
    yield _system(host)
    yield from _walls(host)
    yield _cgroup(host)
    yield _account(host)
    yield _cores_and_memory(host)
    yield _open_files(host)
    yield disk_check(host.temp)
    yield _python(host)
    for package in SUPPORTED:
        yield _package(host, package)


def _system(host: Host) -> Check:
    found = f"{host.system} {host.kernel}"
    if host.system == "Linux":
        return ok("kernel", found)
    return Check(
        "kernel",
        State.FAIL,
        f"{found}: student code can be confined on Linux only",
        "grade on Linux; a virtual machine is enough",
        EVERY_SANDBOX,
    )


def _walls(host: Host) -> Iterator[Check]:
    yield _landlock(host.landlock_abi)
    if host.seccomp and host.libseccomp:
        yield ok("seccomp", "kernel and libseccomp")
        return
    lacking = "libseccomp is not installed" if host.seccomp else "this kernel has no seccomp"
    install = "install libseccomp (Debian, Ubuntu: sudo apt install libseccomp2)"
    yield Check(
        "seccomp",
        State.MISSING,
        f"{lacking}: student code may make any system call",
        install if host.seccomp else "use a kernel with CONFIG_SECCOMP_FILTER",
        LOCAL_ONLY,
    )


def _landlock(abi: int) -> Check:
    """Versions and kernels: https://docs.kernel.org/userspace-api/landlock.html, landlock(7)."""
    if abi == 0:
        return Check(
            "landlock",
            State.MISSING,
            "none: student code can read this user's files, hidden suites among them",
            "use Linux 5.13 or newer with Landlock switched on (lsm=landlock,… at boot), "
            "or the docker sandbox",
            LOCAL_ONLY,
        )
    walls = "files" + (", TCP" if abi >= 4 else "") + (", signals and sockets" if abi >= 6 else "")
    found = f"ABI {abi}: {walls}"
    if abi >= 6:
        return ok("landlock", found)
    # seccomp refuses sockets and foreign signals too, so that this is a second lock only.
    newer = "TCP from Linux 6.7, signals from 6.12" if abi < 4 else "signals from Linux 6.12"
    return note("landlock", f"{found}; {newer}")


def _cgroup(host: Host) -> Check:
    if host.cgroup_version == 0:
        return warning(
            "cgroup", "none found", "mount cgroups: containers have no limits without them"
        )
    lacking = sorted({"memory", "pids"} - host.cgroup_controllers)
    found = f"version {host.cgroup_version}"
    if lacking:
        return warning(
            "cgroup",
            f"{found}, without {' and '.join(lacking)}",
            "switch the controllers on (cgroup_enable=memory at boot): containers cannot be "
            "limited without",
        )
    # Source: release notes of runc 1.4.0, https://github.com/opencontainers/runc/releases
    old = "; runc 1.4 and newer call version 1 deprecated" if host.cgroup_version == 1 else ""
    return (note if old else ok)("cgroup", f"{found} with limits for memory and processes{old}")


def _account(host: Host) -> Check:
    if not host.root:
        return ok("account", "not root")
    return warning(
        "account",
        "root: a hole in the local sandbox would give the whole machine away",
        "grade under an account of its own, or with the docker sandbox",
    )


def _cores_and_memory(host: Host) -> Check:
    found = f"{host.cores} cores" if host.cores != 1 else "1 core"
    if not host.memory_bytes:
        return note("machine", found)
    found += f", {size(host.memory_bytes)} of memory"
    if host.memory_bytes >= _LITTLE_MEMORY:
        return ok("machine", found)
    return warning("machine", found, "grade with --jobs 1; better with 4 GiB or more")


def _open_files(host: Host) -> Check:
    found = f"{host.open_files} at once"
    if host.open_files == 0 or host.open_files >= _FEW_FILES:
        return ok("open files", found if host.open_files else "no limit known")
    return warning("open files", found, f"raise the limit: ulimit -n {_FEW_FILES}, or more")


def disk_check(disk: Disk) -> Check:
    """A folder that gradings write to."""
    name = f"disk: {disk.what}"
    if disk.free_bytes is None or not disk.writable:
        problem = "cannot be written to" if disk.free_bytes is not None else "cannot be read"
        where = "set TMPDIR to a folder of yours" if disk.what == "temp" else "mend its permissions"
        return Check(name, State.FAIL, f"{disk.path} {problem}", where, EVERY_SANDBOX)
    found = f"{size(disk.free_bytes)} free at {disk.path}"
    if disk.free_bytes < _NO_DISK:
        return Check(name, State.FAIL, found, "make room", EVERY_SANDBOX)
    if disk.free_bytes < _LITTLE_DISK:
        return warning(name, found, "make room: a large batch needs 2 GiB and more")
    return ok(name, found)


def _python(host: Host) -> Check:
    if _at_least(host.python, _OLDEST_PYTHON):
        return ok("python", host.python)
    return Check(
        "python", State.FAIL, host.python, f"use Python {_OLDEST_PYTHON} or newer", EVERY_SANDBOX
    )


def _package(host: Host, package: str) -> Check:
    oldest, too_new = SUPPORTED[package]
    wanted = f"{package}>={oldest}" + (f",<{too_new}" if too_new else "")
    command = f"pip install '{wanted}'"
    name = "docker SDK" if package == "docker" else package
    version = host.packages.get(package)
    if version is None:
        return Check(name, State.MISSING, "not installed", command, EVERY_SANDBOX)
    if not _at_least(version, oldest) or (too_new and _at_least(version, too_new)):
        return Check(name, State.FAIL, f"{version}, not {wanted}", command, EVERY_SANDBOX)
    return ok(name, f"{version}, {_build(host)}" if package == "torch" else version)


def _build(host: Host) -> str:
    return f"built for CUDA {host.torch_cuda}" if host.torch_cuda else "built for CPUs"


def _at_least(version: str, oldest: str) -> bool:
    have, want = Version.read(f"{version}.0"), Version.read(f"{oldest}.0")
    return have is not None and want is not None and have.number >= want.number


def size(count: int) -> str:
    """12884901888 → "12.0 GiB"."""
    return f"{count / GIB:.1f} GiB"
