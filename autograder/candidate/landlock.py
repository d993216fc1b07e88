"""Landlock: the kernel's file-system, TCP and signal walls for unprivileged processes.

Three system calls by ctypes, since glibc has no wrappers.
Source: https://docs.kernel.org/userspace-api/landlock.html
"""

from __future__ import annotations

import ctypes
import os
import resource
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_VERSION_FLAG = 1
_RULE_PATH_BENEATH = 1

_WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 1, 1 << 2, 1 << 3
_MAKE_REG, _TRUNCATE = 1 << 8, 1 << 14
_REMOVE_FILE, _IOCTL_DEVICE = 1 << 5, 1 << 15
READ = _READ_FILE | _READ_DIR
# Nothing is removed or renamed: what is written stays where its size can be seen.
SCRATCH = READ | _WRITE_FILE | _MAKE_REG | _TRUNCATE
DEVICE = READ | _WRITE_FILE | _IOCTL_DEVICE
SHARED = SCRATCH | _REMOVE_FILE
# Those that a rule on a file may name.
_FILE_RIGHTS = _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEVICE

# Rights that each version of the interface added; all known ones are handled, hence denied.
_FILES_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
_ALL_TCP = 0b11  # bind, connect: from version 4
_ALL_SCOPES = 0b11  # abstract Unix sockets, signals: from version 6

_NOTHING: Mapping[Path, int] = MappingProxyType({})
_SPARE_FILES = 200  # for everything else that a fork server has open

_libc = ctypes.CDLL(None, use_errno=True)
_opened: dict[Path, int] = {}  # file descriptors of the fork server, see open_ahead


class _RulesetAttr(ctypes.Structure):
    _fields_ = (
        ("fs", ctypes.c_uint64),
        ("net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("access", ctypes.c_uint64), ("parent", ctypes.c_int32))


def abi() -> int:
    """The kernel's Landlock version; 0 where it has none or it is switched off."""
    version = _libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION_FLAG)
    return max(0, int(version))


def open_ahead(paths: Iterable[Path]) -> None:
    """Open the paths once, before the fork: hundreds of candidates then need not.

    They stay open in this process. More than it may have open are opened by each candidate.
    """
    found = [path for path in paths if path.exists()]
    if abi() and len(found) + _SPARE_FILES < resource.getrlimit(resource.RLIMIT_NOFILE)[0]:
        _opened.update({path: os.open(path, os.O_PATH | os.O_CLOEXEC) for path in found})


def ruleset(
    readable: Iterable[Path], scratch: Path, more: Mapping[Path, int] = _NOTHING
) -> int | None:
    """Rules for `restrict`, a file descriptor: read `readable`, use `scratch`, nothing else.

    more  further paths and what may be done with each: READ, DEVICE, SHARED
    None where the kernel has no Landlock. To be called before what was opened ahead is closed.
    """
    version = abi()
    if version == 0:
        return None
    handled = _handled(version)
    attr = _RulesetAttr(
        handled, _ALL_TCP if version >= 4 else 0, _ALL_SCOPES if version >= 6 else 0
    )
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    rules = _checked(_libc.syscall(_CREATE_RULESET, ctypes.byref(attr), size, 0))
    for path in readable:
        _allow(rules, path, READ & handled)
    _allow(rules, scratch, SCRATCH & handled)
    for path, access in more.items():
        _allow(rules, path, access & handled)
    return rules


def restrict(rules: int | None) -> list[str]:
    """Confine this process for good to a ruleset, and close that.

    `no_new_privs` must be set before. Returns the names of the walls that went up; [] for None.
    Raises OSError if the kernel refuses what it says it can do.
    """
    if rules is None:
        return []
    try:
        _checked(_libc.syscall(_RESTRICT_SELF, rules, 0))
    finally:
        os.close(rules)
    version = abi()
    walls = ["landlock-files"]
    if version >= 4:
        walls.append("landlock-tcp")
    if version >= 6:
        walls.append("landlock-signals")
    return walls


def _handled(version: int) -> int:
    return max(rights for since, rights in _FILES_BY_ABI.items() if since <= version)


def _allow(rules: int, path: Path, access: int) -> None:
    ahead = _opened.get(path)
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC) if ahead is None else ahead
    except OSError:
        return  # what is not there needs no permission
    try:
        if not stat.S_ISDIR(os.fstat(fd).st_mode):
            access &= _FILE_RIGHTS
        rule = _PathBeneath(access, fd)
        _checked(_libc.syscall(_ADD_RULE, rules, _RULE_PATH_BENEATH, ctypes.byref(rule), 0))
    finally:
        if ahead is None:
            os.close(fd)


def _checked(result: int) -> int:
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"Landlock: {os.strerror(error)}")
    return int(result)
