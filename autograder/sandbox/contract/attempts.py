"""Attempts of student code against its walls, made in the candidate and told to the suite.

An attempt is an expression. What it must not be able to do it must be refused by the operating
system, with one of the errors named; that something is not there is an answer for files only.
Every attempt would do no harm if it succeeded: signal 0, the clock set to the present time.
"""

from __future__ import annotations

import os
import pprint
from collections.abc import Collection, Mapping
from pathlib import Path

from autograder.sandbox.contract.bench import Bench, expect, short
from autograder.sandbox.contract.exercises import SECRET

REFUSED = {"EPERM", "EACCES", "ENOSYS"}
NOT_THERE = REFUSED | {"ENOENT", "ENOTDIR"}

# PLACES and ATTEMPTS are put before it.
STUDENT = """
import ctypes, errno, fcntl, os, resource, socket, time

LIBC = ctypes.CDLL(None, use_errno=True)
NUMBERS = {  # system calls for which the C library has no function of its own
    "x86_64": {"bpf": 321, "keyctl": 250, "perf_event_open": 298, "userfaultfd": 323},
    "aarch64": {"bpf": 280, "keyctl": 219, "perf_event_open": 241, "userfaultfd": 282},
}.get(os.uname().machine, {}) | {"io_uring_setup": 425, "pidfd_open": 434}


def native(function, *arguments):
    ctypes.set_errno(0)
    if function(*arguments) == -1:
        raise OSError(ctypes.get_errno(), "refused")


def system_call(name, *arguments):
    if name not in NUMBERS:
        raise OSError(errno.ENOSYS, "not known on this machine")
    native(LIBC.syscall, NUMBERS[name], *arguments)


NAMES = PLACES | {
    "LIBC": LIBC, "fcntl": fcntl, "native": native, "os": os, "resource": resource,
    "socket": socket, "system_call": system_call, "time": time,
}


def attempt(code):
    try:
        return "DONE " + repr(eval(code, dict(NAMES)))[:40]
    except OSError as error:
        return errno.errorcode.get(error.errno, f"error {error.errno}")
    except ValueError as error:  # what `resource` makes of EPERM
        return "EPERM" if "not allowed" in str(error) else f"BUG {error}"[:60]
    except BaseException as error:
        return f"BUG {type(error).__name__} {error}"[:60]


def first(x):
    return {name: attempt(code) for name, code in ATTEMPTS.items()}
"""


def expect_refused(
    bench: Bench, attempts: Mapping[str, str], allowed: Collection[str] = frozenset(REFUSED)
) -> None:
    """Raises BehaviourBroken, naming each attempt that was not refused."""
    answer = bench.said(first=_cell(bench, attempts))["first"]
    expect(isinstance(answer, dict), f"the attempts were not told of: {short(answer)}")
    open_ = [f"{name} ({answer.get(name)})" for name in attempts if answer.get(name) not in allowed]
    expect(not open_, f"not refused: {'; '.join(open_)}")


def _cell(bench: Bench, attempts: Mapping[str, str]) -> str:
    places = pprint.pformat(_places(bench))
    return f"PLACES = {places}\nATTEMPTS = {pprint.pformat(dict(attempts))}\n{STUDENT}"


def _places(bench: Bench) -> dict[str, str | int]:
    """Where things are on the host that runs the command; student code is told for nothing."""
    spy = bench.assignment("spy")
    return {
        "SUITE": str(spy.suite / "test_spy.py"),
        "REFERENCE": str(spy.reference),
        "SECRET": str(bench.course.root / SECRET),
        "COURSE": str(bench.course.root),
        "PLATFORM": str(Path(__file__).parents[2]),
        "HOME": str(Path.home()),
        "COMMAND": os.getpid(),
    }
