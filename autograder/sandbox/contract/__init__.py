"""One contract for every sandbox: small behaviours that each of them must show.

Only the protocol `Sandbox` is used, so the same list holds for every implementation, and for
hosts that we have never seen: `autograder sandbox check` runs it where it will be used.

Most behaviours are student code, graded with a mini-suite of `suites`, and what must come out.
What student code reached of the host it tells through its answers, which the suite `spy` passes
on. Each behaviour can fail: a test holds that against sandboxes that are broken on purpose.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from autograder.errors import AutograderError
from autograder.sandbox import SandboxFailure
from autograder.sandbox.contract import crossing, endings, files, forgery, students, walls
from autograder.sandbox.contract.behaviour import Behaviour, Group
from autograder.sandbox.contract.bench import BehaviourBroken, Bench
from autograder.sandbox.contract.exercises import make_course

__all__ = [
    "Behaviour",
    "BehaviourBroken",
    "Bench",
    "Checked",
    "behaviours",
    "check",
    "groups",
    "make_course",
]

# In this order: what is dangerous for others comes late, and last of all whether they survived.
_GROUPS: tuple[Group, ...] = (
    *(crossing.VALUES, crossing.GRADIENTS, crossing.MODULES, crossing.BIG_TENSORS),
    *(students.SEEDS, students.FAIRNESS, students.ERRORS, students.LEFTOVERS),
    *(files.FILES, walls.NETWORK, walls.PROCESSES, walls.SIGNALS, walls.PRIVILEGES),
    *(endings.EXCEPTIONS, endings.OUTPUT, endings.TIMEOUTS, endings.DEATHS, endings.MEMORY),
    *(forgery.FORGERY, students.SIDE_BY_SIDE, students.AFTERWARDS),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    behaviour: str
    group: str
    holds: bool
    message: str  # what happened instead; empty if it holds
    duration_s: float


def groups() -> tuple[str, ...]:
    return tuple(group.name for group in _GROUPS)


def behaviours(only: Iterable[str] = ()) -> Sequence[Behaviour]:
    """The contract, or these groups of it."""
    chosen = set(only) or set(groups())
    return tuple(each for group in _GROUPS if group.name in chosen for each in group.behaviours)


def check(bench: Bench, chosen: Sequence[Behaviour]) -> Iterator[Checked]:
    """Look at one behaviour after the other; a broken one does not end the check."""
    for behaviour in chosen:
        began = time.monotonic()
        message = _broken(bench, behaviour)
        yield Checked(
            behaviour=behaviour.name,
            group=behaviour.group,
            holds=not message,
            message=message,
            duration_s=round(time.monotonic() - began, 3),
        )


def _broken(bench: Bench, behaviour: Behaviour) -> str:
    """Why the behaviour does not hold, or nothing."""
    try:
        behaviour.look(bench)
    except BehaviourBroken as broken:
        return str(broken)
    except SandboxFailure as failure:
        return f"the sandbox itself failed: {failure}"
    except AutograderError as error:
        return f"nothing was graded: {error.what}"
    return ""
