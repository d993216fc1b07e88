"""Text → Record: kind to what people do by hand, strict where meaning would be lost."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.errors import CourseError
from autograder.peer.record.front import KEYS, Front, read_front
from autograder.peer.record.lines import BOM, Endless, Item, Part, bare, items, parts, split
from autograder.peer.record.model import Asked, Attendance, Goal, Point, Record
from autograder.peer.record.people import LONGEST_NAME, People, UnknownPerson
from autograder.peer.record.questions import ID, merged, question_id, same, two_texts
from autograder.peer.record.trouble import broken
from autograder.peer.record.words import Section, section_named

MAX_BYTES = 1 << 20  # a record of an hour has a few thousand
MAX_LINES = 5000
BOX = re.compile(r"\[(.?)\](?:\s+|$)")
TICKS, BLANKS = "xXvV✓✔", " "
_ESCAPED = re.compile(r"\\+\[")  # a text that begins like a box, and is none
_MARKERS = ("<<<<<<<", ">>>>>>>", "|||||||")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# "all: read chapter 3" is a goal of the group, and nobody's name.
_EVERYBODY = ("all", "everyone", "everybody", "group", "together", "모두", "전원", "다같이", "그룹")
_RETROSPECTIVE = (Section.KEEP, Section.PROBLEMS, Section.TRIES)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A record with what whoever changes its file needs to know."""

    record: Record
    lines: list[str]
    front: Front
    parts: tuple[Part, ...]
    people: People  # with the record's own guests


def read_record(path: Path, people: People | None = None) -> Record:
    """people  who may be named; None: anybody

    raises  CourseError "record-broken", "record-date", "record-conflict", "question-conflict" or
            "unknown-member" with file and line
    """
    return parse_record(text_of(path), path, people or People()).record


def text_of(path: Path) -> str:
    """raises  CourseError "record-broken" """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        advice = "check the file and its permissions"
        raise broken(path, 0, f"it cannot be read: {error.strerror or error}", advice) from None
    if len(data) > MAX_BYTES:
        raise broken(path, 0, "it is larger than 1 MiB", "a record is a page of text: shorten it")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise broken(path, line, "it is not UTF-8", "save the file in UTF-8") from None


def parse_record(text: str, path: Path, people: People) -> Parsed:
    """raises  as read_record"""
    lines = split(text)
    _check_lines(lines, path)
    front = read_front(lines, path)
    try:
        found = parts(lines, front.end + 1)
        known = people.and_guests(front.names("guests"))
        record = _record(front, _Reader(path, lines, found, known))
    except Endless as endless:
        what = f"{endless.what} begins here and takes the rest of the file with it"
        raise broken(path, endless.at + 1, what, "end it, or remove its beginning") from None
    return Parsed(record, lines, front, found, known)


def _check_lines(lines: Sequence[str], path: Path) -> None:
    if len(lines) > MAX_LINES:
        what = f"it has more than {MAX_LINES} lines"
        raise broken(path, MAX_LINES + 1, what, "a record is a page of text: shorten it")
    for number, line in enumerate(lines, start=1):
        if line.startswith(_MARKERS) and line[7:8] in ("", " ", "\r", "\n"):
            raise broken(
                path,
                number,
                f"git could not merge this file: a conflict marker ({line[:7]}) stands here",
                "keep the lines that are right, of both sides if both are, remove the lines with "
                "<<<<<<<, ======= and >>>>>>>, and commit",
                code="record-conflict",
            )
        control = _CONTROLS.search(bare(line).replace(BOM, ""))
        if control is not None:
            what = f"the character U+{ord(control[0]):04X} is not allowed in a record"
            raise broken(path, number, what, "remove it; most editors do not show it")


def _record(front: Front, reader: _Reader) -> Record:
    session = front.text("session")
    if not session:
        raise front.broken("session", "there is no session", "name it: `session: cross_entropy`")
    return Record(
        path=front.path,
        date=front.date(),
        session=session,
        group=front.text("group"),
        assignment=front.text("assignment"),
        topic=front.text("topic"),
        moderator=_named(front, "moderator", reader)[0] if front.text("moderator") else "",
        presenters=tuple(dict.fromkeys(_named(front, "presenters", reader))),
        attendance=reader.attendance(),
        goals=reader.goals(),
        questions=reader.questions(),
        decisions=reader.points(Section.DECISIONS),
        keep=reader.points(Section.KEEP),
        problems=reader.points(Section.PROBLEMS),
        tries=reader.points(Section.TRIES),
        notes=reader.notes(),
        further=tuple(key for key in front.document.value if key not in KEYS),
    )


def _named(front: Front, key: str, reader: _Reader) -> list[str]:
    words = [front.text(key)] if key == "moderator" else front.names(key)
    return [reader.person(word, front.line(key)) for word in words]


@dataclass(frozen=True, slots=True)
class _Reader:
    """What stands below the headings."""

    path: Path
    lines: list[str]
    found: tuple[Part, ...]
    people: People

    def person(self, word: str, line: int) -> str:
        try:
            return self.people.person(word)
        except UnknownPerson as unknown:
            raise self.unknown(unknown, line) from None

    def unknown(self, unknown: UnknownPerson, line: int) -> CourseError:
        near = " or ".join(unknown.near)
        meant = f"did you mean {near}? " if near else ""
        return broken(
            self.path,
            line,
            f'nobody is called "{unknown.word}"',
            f"{meant}of somebody from elsewhere, add a line `guests: {unknown.word}` to the front "
            "matter",
            code="unknown-member",
        )

    def items(self, section: Section) -> Iterator[Item]:
        for part in self.found:
            if part.section is section:
                yield from (item for item in items(self.lines, part) if item.text or item.nested)

    def attendance(self) -> tuple[Attendance, ...]:
        found: dict[str, Attendance] = {}
        for item in self.items(Section.ATTENDANCE):
            box, text = self.boxed(replace(item, text=item.head))
            if not text:
                continue
            if box is None:
                what = f'is "{text}" here or not?'
                advice = "write `- [x] name` of who is here, `- [ ] name` of who is not"
                raise broken(self.path, item.at + 1, what, advice)
            try:
                who, remark = self.people.leading(text)
            except UnknownPerson as unknown:
                raise self.unknown(unknown, item.at + 1) from None
            earlier = found.get(who)
            present = box or (earlier is not None and earlier.present)
            found[who] = Attendance(person=who, present=present, remark=remark, line=item.at + 1)
        return tuple(found.values())

    def goals(self) -> tuple[Goal, ...]:
        found: dict[tuple[str, str], Goal] = {}
        for item in self.items(Section.GOALS):
            box, text = self.boxed(item)
            if not text and not item.nested:
                continue
            who, words = self.goal(text, item.at + 1)
            if not words and item.nested:  # a name, and the goals below it
                for each in item.nested:
                    ticked, below = self.boxed(each)
                    goal = Goal(text=below, person=who, done=bool(ticked), line=each.at + 1)
                    _add_goal(found, goal)
                continue
            _add_goal(found, Goal(text=words, person=who, done=bool(box), line=item.at + 1))
        return tuple(found.values())

    def goal(self, text: str, line: int) -> tuple[str, str]:
        """(whose, what): one word before a colon is a name, several are part of the goal."""
        plain = text.strip().replace("：", ":")
        begin = f"{plain}:"[:LONGEST_NAME]
        for cut in (i for i, letter in enumerate(begin) if letter == ":"):
            known = self.people.known(plain[:cut])
            if known:
                return known, plain[cut + 1 :].strip()
        word, colon, rest = (part.strip() for part in plain.partition(":"))
        if not (word and colon and rest) or " " in word or rest.startswith("//"):  # an address
            return "", plain
        if word.lower() in _EVERYBODY:
            return "", rest
        try:
            return self.people.person(word), rest
        except UnknownPerson as unknown:
            error = self.unknown(unknown, line)
            error.next += f"; if it is no name, write `all: {word}: …`"
            raise error from None

    def questions(self) -> tuple[Asked, ...]:
        found: list[Asked] = []
        for item in self.items(Section.QUESTIONS):
            box, text = self.boxed(item)
            given, words = split_id(text)
            if not given and not words:
                continue
            own, at = given or question_id(words), item.at + 1
            below = [split_id(each.text) for each in item.nested]
            notes = tuple(note for whose, note in below if whose in ("", own) and note)
            found.append(Asked(id=own, text=words, answered=bool(box), notes=notes, line=at))
            # A merge by git may have put an answer below another question than its own.
            for whose, note in below:
                if whose not in ("", own) and note:
                    found.append(Asked(id=whose, text="", answered=True, notes=(note,), line=at))
        self.check_texts(found)
        return merged(found)

    def check_texts(self, found: Sequence[Asked]) -> None:
        first: dict[str, Asked] = {}
        for each in found:
            earlier = first.setdefault(each.id, each)
            if not earlier.text:
                first[each.id] = each
            elif each.text and same(each.text) != same(earlier.text):
                raise two_texts(each.id, self.path, earlier.line, self.path, each.line)

    def points(self, section: Section) -> tuple[Point, ...]:
        found: dict[str, Point] = {}
        for item in (*self.items(section), *self._below_retrospective(section)):
            box, text = self.boxed(item, strict=False)
            words = " ".join((text, *(f"({each.text})" for each in item.nested if each.text)))
            if not words.strip():
                continue
            earlier = found.get(same(words))
            done = bool(box) or (earlier is not None and earlier.done)
            found[same(words)] = Point(text=words.strip(), done=done, line=item.at + 1)
        return tuple(found.values())

    def _below_retrospective(self, section: Section) -> Iterator[Item]:
        """ "- Keep: this", or "- Keep" with items below it."""
        if section not in _RETROSPECTIVE:
            return
        for item in self.items(Section.RETROSPECTIVE):
            ticked, text = split_box(item.text)
            word, _, rest = text.partition(":")
            if section_named(word) is section:
                if rest.strip():
                    yield Item(item.at, item.end, f"{'[x] ' if ticked else ''}{rest.strip()}")
                yield from item.nested

    def notes(self) -> str:
        of_notes = [part for part in self.found if part.section is Section.NOTES]
        texts = ("".join(self.lines[part.at + 1 : part.end]).strip() for part in of_notes)
        return "\n\n".join(text for text in texts if text)

    def boxed(self, item: Item, *, strict: bool = True) -> tuple[bool | None, str]:
        """(ticked or not, the text behind the box); None: there is no box.

        raises  CourseError "record-broken" for a box with something else in it, if strict
        """
        box = BOX.match(item.text)
        if box is not None and strict and box[1] not in f"{TICKS}{BLANKS}":
            what = f'a box with "{box[1]}" in it says neither yes nor no'
            raise broken(self.path, item.at + 1, what, "write [x] or [ ]")
        return split_box(item.text)


def split_box(text: str) -> tuple[bool | None, str]:
    """As _Reader.boxed; with something else than a tick in it, it is no box."""
    box = BOX.match(text)
    if box is None or box[1] not in f"{TICKS}{BLANKS}":
        return None, text[1:] if _ESCAPED.match(text) else text
    return box[1] != "" and box[1] in TICKS, text[box.end() :].strip()


def as_item(text: str) -> str:
    """A text that is read as itself behind a bullet without a box."""
    return f"\\{text}" if BOX.match(text) or _ESCAPED.match(text) else text


def split_id(text: str) -> tuple[str, str]:
    """(id, text) of "q-3f2a9c: a text"; the id is empty where there is none."""
    found = ID.match(text)
    if found is None:
        return "", text.strip()
    rest = text[found.end() :]
    if not rest.strip():
        return found[0], ""
    return (found[0], rest[1:].strip()) if rest.startswith(":") else ("", text.strip())


def _add_goal(found: dict[tuple[str, str], Goal], goal: Goal) -> None:
    if not goal.text:
        return
    key = goal.person, same(goal.text)
    earlier = found.get(key)
    if earlier is not None and earlier.done:
        goal = Goal(text=goal.text, person=goal.person, done=True, line=goal.line)
    found[key] = goal
