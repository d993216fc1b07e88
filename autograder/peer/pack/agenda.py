"""How a session's minutes are shared out among what its pack contains: exactly all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from autograder.peer.pack.model import Pack
from autograder.peer.pack.words import WORDS

# What each part takes of an hour, as groups report it; all of it is stretched to the session.
_SCRUM, _CONCEPT, _CONTRAST, _QUESTIONS, _FURTHER, _RETROSPECTIVE = 8, 8, 8, 8, 16, 6
_MOST_AROUND = 15  # per cent of the session for its scrum, and for its retrospective
_LEAST_PER_CONCEPT = 6  # minutes; what there is no time for stands at the end


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    anchor: str  # of its section on the page
    title: str
    minutes: int
    begins: str  # "19:08", or "0:08" after the beginning where no time is fixed
    ends: str


def most_concepts(minutes: int) -> int:
    """How many a session of that length has time for, beside everything else."""
    return max(
        1, (minutes - _SCRUM - _CONTRAST - _QUESTIONS - _RETROSPECTIVE) // _LEAST_PER_CONCEPT
    )


def agenda_of(pack: Pack) -> tuple[Slot, ...]:
    """In the order of the page. The minutes are whole, and their sum is the session's."""
    parts = _parts(pack)
    shares = _shares([weight for _, _, weight in parts], pack.meeting.minutes)
    slots, at = [], 0
    for (anchor, title, _), minutes in zip(parts, shares, strict=True):
        if minutes:
            slots.append(
                Slot(
                    anchor=anchor,
                    title=title,
                    minutes=minutes,
                    begins=_clock(pack, at),
                    ends=_clock(pack, at + minutes),
                )
            )
        at += minutes
    return tuple(slots)


def shared(weights: Sequence[int], minutes: int) -> list[int]:
    """Whole minutes by weight, with exactly that sum: the largest remainders are rounded up."""
    whole = sum(weights)
    exact = [weight * minutes / whole for weight in weights]
    given = [int(each) for each in exact]
    by_rest = sorted(range(len(weights)), key=lambda at: (given[at] - exact[at], at))
    for at in by_rest[: minutes - sum(given)]:
        given[at] += 1
    return given


def _shares(weights: Sequence[int], minutes: int) -> list[int]:
    """Of the parts in their order: the first and the last one do not grow where there is little
    between them."""
    most = minutes * _MOST_AROUND // 100
    given = shared(weights, minutes)
    if len(weights) <= 2 or max(given[0], given[-1]) <= most:
        return given
    first, last = min(given[0], most), min(given[-1], most)
    return [first, *shared(weights[1:-1], minutes - first - last), last]


def _parts(pack: Pack) -> list[tuple[str, str, int]]:
    """(anchor, title, weight)."""
    words = WORDS[pack.language]
    parts = [("scrum", words.scrum, _SCRUM)]
    parts += [(f"c-{each.id}", each.title, _CONCEPT) for each in pack.concepts]
    if any(each.answers for each in pack.contrasts):
        parts.append(("contrasts", words.contrasts, _CONTRAST * (1 + len(pack.contrasts)) // 2))
    if pack.wrong is not None:
        parts.append(("wrong", words.wrong, _CONTRAST // 2))
    if pack.questions:
        parts.append(("questions", words.open_questions, _QUESTIONS))
    if pack.further and not pack.concepts:
        parts.append(("further", words.further, _FURTHER))
    return [*parts, ("retrospective", words.retrospective, _RETROSPECTIVE)]


def _clock(pack: Pack, minutes: int) -> str:
    meeting = pack.meeting
    if not meeting.starts:
        return f"{minutes // 60}:{minutes % 60:02}"
    # In UTC: a session may lie across the hour that a clock repeats or leaves out.
    moment = datetime.fromisoformat(meeting.starts).astimezone(UTC) + timedelta(minutes=minutes)
    return f"{moment.astimezone(ZoneInfo(meeting.timezone)):%H:%M}"
