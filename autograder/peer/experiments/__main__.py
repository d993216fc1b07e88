"""The process that runs probes: `python -m autograder.peer.experiments`, an Order on its input.

It executes code of the course alone: the reference, the catalogue's wrong versions, the probes.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import msgspec

from autograder.errors import AutograderError, CourseError
from autograder.notebook import read_reference
from autograder.peer.experiments.contrast import Outcome, contrast, printed
from autograder.peer.experiments.model import NEXT
from autograder.peer.experiments.order import (
    Answers,
    Failed,
    Line,
    Order,
    ProbeOrder,
    Shown,
    VersionOrder,
)
from autograder.replicas import names_of_the_reference

_PROBE_CODE = "<probe>"


def main() -> None:
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    say = _answer_line()
    try:
        for shown in _all(order):
            say(Answers(shown))
    except AutograderError as error:
        say(Failed(error.code, error.what, error.where, error.next))


def _answer_line() -> Callable[[Line], None]:
    """Where answers go; what the course's code prints goes elsewhere."""
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)

    def say(line: Line) -> None:
        out.write(msgspec.json.encode(line) + b"\n")

    return say


def _all(order: Order) -> Iterator[list[Shown]]:
    """For each wrong version, what it shows on each probe of its symbol."""
    path = Path(order.reference)
    names = names_of_the_reference(path, read_reference(path))
    probes = {probe.name: _function(probe.code, probe.name, {}) for probe in order.probes}
    limit_s = order.probe_limit_s
    right = {
        probe.name: _right(probe, probes[probe.name], names, limit_s) for probe in order.probes
    }
    for version in order.versions:
        wrong = _wrong(version, names)
        if wrong is None:
            continue
        yield [
            _compared(
                version, probe.name, right[probe.name], _run(probes[probe.name], wrong, limit_s)
            )
            for probe in order.probes
            if probe.symbol == version.symbol
        ]


def _wrong(version: VersionOrder, names: Mapping[str, Any]) -> Callable[..., Any] | None:
    """None where its code raises: the commands that go by the suite say so, with the line."""
    try:
        return _function(version.code, version.name, names)
    except Exception:
        return None


def _function(code: str, name: str, above: Mapping[str, Any]) -> Callable[..., Any]:
    """What the code defines under the name."""
    names = dict(above) | {"__name__": "session"}
    exec(compile(code, _PROBE_CODE, "exec", dont_inherit=True), names)
    function: Callable[..., Any] = names[name]
    return function


def _right(
    probe: ProbeOrder, function: Callable[..., Any], names: Mapping[str, Any], limit_s: float
) -> Outcome:
    """What the reference gives, the same twice.

    raises  CourseError "session-broken"
    """
    first, second = (_run(function, names[probe.symbol], limit_s) for _ in range(2))
    if first.raised != probe.raises:
        told = f"raises {first.raised}: {first.message}" if first.raised else "raises nothing"
        raise _broken(probe, f"on the reference the probe `{probe.name}` {told}")
    if printed(first) != printed(second):
        what = "gives something else each time: begin it with torch.manual_seed(0)"
        raise _broken(probe, f"the probe `{probe.name}` {what}")
    return first


def _run(function: Callable[..., Any], version: Any, limit_s: float) -> Outcome:
    try:
        with _limited(limit_s):
            found = function(version)
    except Exception as error:
        return Outcome({}, type(error).__name__, str(error).split("\n")[0])
    if not isinstance(found, dict):
        return Outcome({}, "TypeError", "a probe returns a dict from labels to values")
    return Outcome(found)


@contextmanager
def _limited(limit_s: float) -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> NoReturn:
        raise TimeoutError(f"not done after {limit_s:g} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, limit_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _compared(version: VersionOrder, probe: str, right: Outcome, wrong: Outcome) -> Shown:
    found = contrast(right, wrong)
    return Shown(
        id=version.id,
        probe=probe,
        kind=found.kind,
        label=found.label,
        weight=found.weight,
        printed=printed(wrong),
    )


def _broken(probe: ProbeOrder, what: str) -> CourseError:
    return CourseError("session-broken", what, where=probe.where, next=NEXT)


if __name__ == "__main__":
    main()
