"""What a new record begins with: the plan's words, who is in the group, what was left open."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date as Date

from autograder.peer.record.front import scalar
from autograder.peer.record.model import Draft, Goal, Point, Question, Record
from autograder.peer.record.questions import same
from autograder.peer.record.reading import as_item
from autograder.peer.record.words import WORDS, Section

_BELOW_RETROSPECTIVE = (Section.KEEP, Section.PROBLEMS, Section.TRIES)


def draft_of(
    date: Date,
    session: str,
    *,
    earlier: Sequence[Record] = (),
    questions: Iterable[Question] = (),
    group: str = "",
    members: Sequence[str] = (),
) -> Draft:
    """The draft of a group's next session: members, open questions, last time's goals and tries.

    earlier    records of the group by date; later ones than `date` are passed over
    questions  those that are open
    """
    before = [record for record in earlier if record.date < date]
    last = before[-1] if before else None
    return Draft(
        date=date,
        session=session,
        group=group,
        members=tuple(members),
        goals=tuple(goal for goal in last.goals if not goal.done) if last else (),
        questions=tuple(each for each in questions if each.is_open),
        tries=tuple(each for each in last.tries if not each.done) if last else (),
    )


def record_text(draft: Draft, language: str = "en") -> str:
    """A record in the form of docs/peer-records.md, an item a line."""
    title = " · ".join(filter(None, (draft.group, draft.date.isoformat(), draft.session)))
    lines = ["---", *_front(draft), "---", "", f"# {title}", ""]
    words = WORDS[language]
    for section, heading in words.headings.items():
        if section is Section.OTHER:
            continue
        lines += [f"{'###' if section in _BELOW_RETROSPECTIVE else '##'} {heading}", ""]
        if section in words.hints:
            lines += [f"<!-- {words.hints[section]} -->", ""]
        items = _items(section, draft)
        lines += [*items, ""] if items else []
    return "\n".join(lines).rstrip("\n") + "\n"


def goal_line(goal: Goal, people: Collection[str] = ()) -> str:
    box = "[x]" if goal.done else "[ ]"
    whose = goal.person or ("all" if ":" in goal.text or goal.text in people else "")
    return f"- {box} {whose}: {goal.text}" if whose else f"- {box} {goal.text}"


def point_line(point: Point, *, boxed: bool) -> str:
    if boxed:
        return f"- {'[x]' if point.done else '[ ]'} {point.text}"
    return f"- {as_item(point.text)}"


def _front(draft: Draft) -> list[str]:
    pairs = {
        "date": draft.date.isoformat(),
        "session": draft.session,
        "group": draft.group,
        "assignment": draft.assignment,
        "topic": draft.topic,
        "moderator": draft.moderator,
    }
    lines = [f"{key}: {scalar(value)}" for key, value in pairs.items() if value]
    if draft.presenters:
        lines += ["presenters:", *(f"  - {scalar(each)}" for each in draft.presenters)]
    guests = _not_in(draft.members, (draft.moderator, *draft.presenters))
    if guests:
        lines += ["guests:", *(f"  - {scalar(each)}" for each in guests)]
    return lines


def _not_in(members: Sequence[str], named: Iterable[str]) -> list[str]:
    if not members:
        return []
    return [each for each in dict.fromkeys(named) if each and each not in members]


def _items(section: Section, draft: Draft) -> list[str]:
    if section is Section.ATTENDANCE:
        away = {same(each) for each in draft.absent}
        planned = [f"- [ ] {each} (away)" for each in draft.members if same(each) in away]
        return [f"- [ ] {each}" for each in draft.members if same(each) not in away] + planned
    if section is Section.GOALS:
        return [goal_line(goal, draft.members) for goal in draft.goals]
    if section is Section.QUESTIONS:
        return [f"- [ ] {each.id}: {each.text}" for each in draft.questions]
    if section is Section.TRIES:
        return [point_line(each, boxed=True) for each in draft.tries]
    return []
