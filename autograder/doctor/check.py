"""One line of the doctor's: what was looked at, what was found, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    OK = "ok"
    NOTE = "note"  # worth knowing; nothing to do
    WARNING = "warning"  # works, and could be better or safer
    MISSING = "missing"  # not there
    FAIL = "fail"  # there, and unusable or unsafe


class Kind(StrEnum):
    """The sandboxes."""

    LOCAL = "local"
    DOCKER = "docker"


EVERY_SANDBOX = frozenset(Kind)
LOCAL_ONLY = frozenset({Kind.LOCAL})
DOCKER_ONLY = frozenset({Kind.DOCKER})
NO_SANDBOX: frozenset[Kind] = frozenset()


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    state: State
    found: str
    next: str = ""
    # Sandboxes that should not be used as long as this is missing or fails.
    blocks: frozenset[Kind] = NO_SANDBOX

    def stands_in_the_way_of(self, kind: Kind) -> bool:
        return self.state in (State.MISSING, State.FAIL) and kind in self.blocks


def ok(name: str, found: str) -> Check:
    return Check(name, State.OK, found)


def note(name: str, found: str) -> Check:
    return Check(name, State.NOTE, found)


def warning(name: str, found: str, next: str) -> Check:
    return Check(name, State.WARNING, found, next)
