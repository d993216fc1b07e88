"""What the process that runs probes is told, and what it answers, a line of JSON each."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import msgspec

from autograder.errors import CourseError

TIME_LIMIT_S = 120.0  # for all probes of an assignment; two seconds are usual
PROBE_LIMIT_S = 5.0  # for one run of one probe
# Sums in another order print other last digits: one thread, so that every host prints the same.
_ENVIRONMENT = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}


class ProbeOrder(msgspec.Struct, frozen=True):
    name: str
    symbol: str
    code: str
    raises: str
    where: str  # "file, line n", for an error


class VersionOrder(msgspec.Struct, frozen=True):
    id: str  # of the catalogue's entry
    symbol: str
    code: str  # defines `name`
    name: str


class Order(msgspec.Struct, frozen=True):
    reference: str  # path of the notebook
    probes: list[ProbeOrder]
    versions: list[VersionOrder]
    probe_limit_s: float = PROBE_LIMIT_S


class Shown(msgspec.Struct, frozen=True):
    """One wrong version on one probe."""

    id: str
    probe: str
    kind: str  # of contrast.Kind
    label: str
    weight: float  # 0: nobody sees a difference
    printed: str


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    code: str
    what: str
    where: str
    next: str


class Answers(msgspec.Struct, frozen=True, tag="shown"):
    shown: list[Shown]


Line = Failed | Answers


def run(order: Order) -> tuple[Shown, ...]:
    """What a process of its own found, as far as it came within its time.

    raises  CourseError "session-broken" for a probe that fails on the reference, "reference-broken"
    """
    command = [sys.executable, "-m", "autograder.peer.experiments"]
    try:
        done = subprocess.run(
            command,
            input=msgspec.json.encode(order),
            capture_output=True,
            timeout=TIME_LIMIT_S,
            check=False,
            env=dict(os.environ) | _ENVIRONMENT,
        )
        out, status = done.stdout, done.returncode
    except subprocess.TimeoutExpired as error:
        out, status = error.stdout or b"", 0
    found = tuple(_shown(out))
    if status != 0 and not found:
        raise CourseError(
            "probes-not-run",
            f"the process that runs the probes of a session ended with status {status}",
            where=order.reference,
            next="see that the host has memory left, and run the command again",
        )
    return found


def _shown(out: bytes) -> Iterator[Shown]:
    for row in out.splitlines():
        try:
            line = msgspec.json.decode(row, type=Line)
        except msgspec.DecodeError:  # cut off in the middle, at the time limit
            return
        if isinstance(line, Failed):
            raise CourseError(line.code, line.what, where=line.where, next=line.next)
        yield from line.shown
