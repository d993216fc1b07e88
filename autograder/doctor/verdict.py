"""Which sandbox gradings would use on this host, and whether anything stands in its way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.doctor.check import NO_SANDBOX, Check, Kind, State, note, ok
from autograder.doctor.engine_checks import ENGINE, IMAGE

NAME = "sandbox"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    ok: bool
    checks: tuple[Check, ...]


def diagnose(asked: str, checks: Sequence[Check]) -> Diagnosis:
    """The checks and, as the last one, what they come to.

    asked  "local", "docker", or "auto": docker where an engine answers and the image is there
    """
    kind = _chosen(asked, checks)
    obstacles = [check for check in checks if check.stands_in_the_way_of(kind)]
    why = "as course.yml says" if asked != "auto" else "the default here"
    if obstacles:
        names = ", ".join(check.name for check in obstacles)
        last = Check(
            NAME,
            State.FAIL,
            f"{kind}, {why}; in its way: {names}",
            obstacles[0].next,
            frozenset({kind}),
        )
    elif kind is Kind.LOCAL and asked == "auto":
        lacking = [check.name for check in checks if check.stands_in_the_way_of(Kind.DOCKER)]
        last = note(NAME, f"local, {why}; docker lacks: {', '.join(lacking)}")
    else:
        last = ok(NAME, f"{kind}, {why}")
    return Diagnosis(not obstacles, (*checks, last))


def _chosen(asked: str, checks: Sequence[Check]) -> Kind:
    if asked != "auto":
        return Kind(asked)
    for_docker = [check for check in checks if _decides(check)]
    there = for_docker and all(check.state is State.OK for check in for_docker)
    return Kind.DOCKER if there else Kind.LOCAL


def _decides(check: Check) -> bool:
    """An image that is not needed does not decide: it blocks nothing even where it is missing."""
    if check.name == ENGINE:
        return True
    return check.name.startswith(f"{IMAGE} ") and (
        check.state is State.OK or check.blocks != NO_SANDBOX
    )
