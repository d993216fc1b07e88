"""What is different between two plans, for people to read before it is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from autograder.peer.plan.model import Plan, PlannedSession


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    kind: str  # add, change or remove
    session: PlannedSession
    what: tuple[str, ...] = ()  # of a change: which fields are others now


COMPARED = ("starts", "minutes", "topic", "moderator", "presenters", "present", "absent", "fixed")


def changes_between(earlier: Plan | None, plan: Plan) -> tuple[Change, ...]:
    """By date."""
    return tuple(
        sorted(_changes(earlier, plan), key=lambda each: (each.session.starts, each.session.place))
    )


def _changes(earlier: Plan | None, plan: Plan) -> Iterator[Change]:
    old = {session.place: session for session in earlier.sessions} if earlier else {}
    for session in plan.sessions:
        before = old.pop(session.place, None)
        if before is None:
            yield Change(kind="add", session=session)
        elif before != session:
            what = [key for key in COMPARED if getattr(before, key) != getattr(session, key)]
            yield Change(kind="change", session=session, what=tuple(what))
    for session in old.values():
        yield Change(kind="remove", session=session)
