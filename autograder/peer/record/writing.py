"""Additions to a record. What nobody asked to change stays as it is, to the byte.

Each addition is made to the lines of the file, which is then read anew: a record is small, and no
line number is ever out of date.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from autograder.peer.record.drafting import goal_line, point_line
from autograder.peer.record.editing import (
    put_at_the_end,
    put_below,
    put_into_front,
    put_item,
    tick,
)
from autograder.peer.record.lines import Item, bare, bullet_end, items
from autograder.peer.record.model import Additions, Asked, Goal, Point
from autograder.peer.record.people import People, UnknownPerson
from autograder.peer.record.questions import question_id, same
from autograder.peer.record.reading import Parsed, parse_record, split_box, split_id
from autograder.peer.record.trouble import refused
from autograder.peer.record.words import Section

Edit = Callable[[Parsed], "list[str] | None"]  # the new lines; None: there is nothing to change


def with_additions(
    text: str,
    path: Path,
    additions: Additions,
    *,
    people: People | None = None,
    language: str = "en",
) -> str:
    """The text of the record with them.

    path      for errors alone: nothing is written
    language  of headings that are missing
    raises    as read_record; UsageError "goal-unclear"
    """
    known = people or People()
    parsed = parse_record(text, path, known)
    for edit in _edits(additions, language):
        lines = edit(parsed)
        if lines is not None:
            parsed = parse_record("".join(lines), path, known)
    return "".join(parsed.lines)


def _edits(additions: Additions, language: str) -> Iterator[Edit]:
    for key in ("assignment", "topic", "moderator"):
        if getattr(additions, key):
            yield _front(key, getattr(additions, key))
    for key in ("presenters", "guests"):
        if getattr(additions, key):
            yield _front_list(key, getattr(additions, key))
    for who, ticked in (
        *((who, True) for who in additions.present),
        *((who, False) for who in additions.absent),
        *((who, None) for who in additions.expected),
    ):
        yield _attendance(who, ticked, language)
    yield from (_goal(goal, language) for goal in additions.goals)
    for asked in additions.questions:
        yield from _question(asked, language)
    yield from (_reopened(each) for each in additions.reopened)
    for section, points in _points_of(additions):
        yield from (_point(section, point, language) for point in points)
    if additions.notes:
        yield _notes(additions.notes, language)
    yield from (_section(text) for text in additions.further)


def _points_of(additions: Additions) -> Iterable[tuple[Section, Sequence[Point]]]:
    yield Section.DECISIONS, additions.decisions
    yield Section.KEEP, additions.keep
    yield Section.PROBLEMS, additions.problems
    yield Section.TRIES, additions.tries


def _front(key: str, value: str) -> Edit:
    def edit(parsed: Parsed) -> list[str] | None:
        if getattr(parsed.record, key) == value:
            return None
        return put_into_front(parsed, key, value)

    return edit


def _front_list(key: str, values: tuple[str, ...]) -> Edit:
    def edit(parsed: Parsed) -> list[str] | None:
        there = parsed.front.names(key)
        if key == "presenters" and parsed.record.presenters == values:
            return None
        wanted = values if key == "presenters" else tuple(dict.fromkeys((*there, *values)))
        return None if wanted == there else put_into_front(parsed, key, wanted)

    return edit


def _attendance(who: str, ticked: bool | None, language: str) -> Edit:
    """ticked  None: as it is, and not ticked if it is not there"""

    def edit(parsed: Parsed) -> list[str] | None:
        there = {each.person: each for each in parsed.record.attendance}.get(who)
        if there is None:
            line = f"- {'[x]' if ticked else '[ ]'} {who}"
            return put_item(parsed, Section.ATTENDANCE, line, language)
        if ticked is None or there.present is ticked:
            return None
        lines = parsed.lines
        for item in _items(parsed, Section.ATTENDANCE):
            if _person(parsed, item) == who:
                lines = tick(lines, item.at, ticked)
                if ticked:  # one tick is enough where a merge has left two lines
                    break
        return lines

    return edit


def _goal(goal: Goal, language: str) -> Edit:
    def edit(parsed: Parsed) -> list[str] | None:
        there = _goal_there(goal, parsed.record.goals)
        if there is None:
            line = goal_line(goal, (*parsed.people.ids.values(),))
            return put_item(parsed, Section.GOALS, line, language)
        if there.done or not goal.done:
            return None
        return tick(parsed.lines, there.line - 1, True)

    return edit


def _goal_there(goal: Goal, goals: Sequence[Goal]) -> Goal | None:
    """The same goal; of one that is done, also the only open one that its words begin or name.

    raises  UsageError "goal-unclear"
    """
    own = [each for each in goals if each.person == goal.person]
    for each in own:
        if same(each.text) == same(goal.text):
            return each
    near = [each for each in own if same(goal.text) in same(each.text)] if goal.done else []
    open_ones = [each for each in near if not each.done]
    if len(open_ones) > 1:
        raise refused(
            "goal-unclear",
            f'"{goal.text}" may mean {len(open_ones)} goals of {goal.person or "the group"}: '
            + "; ".join(each.text for each in open_ones),
            "write more of it",
        )
    return next(iter((*open_ones, *near)), None)


def _question(asked: Asked, language: str) -> Iterator[Edit]:
    def there(parsed: Parsed) -> list[str] | None:
        if _lines_of(parsed, asked.id):
            return None
        box = "[x]" if asked.answered else "[ ]"
        line = f"- {box} {asked.id}: {asked.text}" if asked.text else f"- {box} {asked.id}"
        return put_item(parsed, Section.QUESTIONS, line, language)

    def ticked(parsed: Parsed) -> list[str] | None:
        known = {each.id: each.answered for each in parsed.record.questions}
        first = _lines_of(parsed, asked.id)[0]
        if known[asked.id] or not asked.answered:
            return None
        return tick(_with_id(parsed.lines, first.at, asked.id), first.at, True)

    def note(words: str) -> Edit:
        def edit(parsed: Parsed) -> list[str] | None:
            known = next(each for each in parsed.record.questions if each.id == asked.id)
            if words in known.notes:
                return None
            where = _lines_of(parsed, asked.id)[0]
            for item in _lines_of(parsed, asked.id):
                where = item if split_box(item.text)[0] else where
            mark = f"{asked.id}: " if asked.answered else ""
            return put_below(parsed.lines, where, f"{mark}{words}")

        return edit

    yield there
    yield ticked
    yield from (note(words) for words in asked.notes)


def _reopened(id: str) -> Edit:
    def edit(parsed: Parsed) -> list[str] | None:
        lines = parsed.lines
        for item in _lines_of(parsed, id):
            if split_box(item.text)[0]:
                lines = tick(_with_id(lines, item.at, id), item.at, False)
        return None if lines is parsed.lines else lines

    return edit


def _point(section: Section, point: Point, language: str) -> Edit:
    def edit(parsed: Parsed) -> list[str] | None:
        there = {same(each.text): each for each in getattr(parsed.record, str(section))}
        known = there.get(same(point.text))
        if known is None:
            line = point_line(point, boxed=section is Section.TRIES)
            return put_item(parsed, section, line, language)
        if known.done or not point.done:
            return None
        return tick(parsed.lines, known.line - 1, True)

    return edit


def _notes(text: str, language: str) -> Edit:
    def edit(parsed: Parsed) -> list[str] | None:
        if text.strip() in parsed.record.notes:
            return None
        return put_item(parsed, Section.NOTES, text.strip("\n"), language)

    return edit


def _section(text: str) -> Edit:
    def edit(parsed: Parsed) -> list[str] | None:
        there = "".join(f"{bare(line)}\n" for line in parsed.lines)
        return None if f"{text}\n" in there else put_at_the_end(parsed.lines, text)

    return edit


def _items(parsed: Parsed, section: Section) -> Iterator[Item]:
    for part in parsed.parts:
        if part.section is section:
            yield from items(parsed.lines, part)


def _lines_of(parsed: Parsed, id: str) -> list[Item]:
    """The items that are this question: by its id, or without one, by its text."""
    found = []
    for item in _items(parsed, Section.QUESTIONS):
        own, words = split_id(split_box(item.text)[1])
        if own == id or (not own and words and question_id(words) == id):
            found.append(item)
    return found


def _with_id(lines: Sequence[str], at: int, id: str) -> list[str]:
    """A question that had none gets it, so that a correction of its text does no harm."""
    line = bare(lines[at])
    begin = bullet_end(line)
    begin += len(line[begin:]) - len(split_box(line[begin:])[1])
    if split_id(line[begin:])[0] == id:
        return list(lines)
    words = f"{line[:begin]}{id}: {line[begin:]}{lines[at][len(line) :]}"
    return [*lines[:at], words, *lines[at + 1 :]]


def _person(parsed: Parsed, item: Item) -> str:
    try:
        return parsed.people.leading(split_box(item.head)[1])[0]
    except UnknownPerson:  # an empty item
        return ""
