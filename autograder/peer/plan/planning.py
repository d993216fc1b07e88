"""peer.yml, groups and the earlier plan → the plan, and what has to be told about it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from autograder.course import Course
from autograder.peer.groups import StudyGroup
from autograder.peer.plan.calendar import Calendar, Meeting, calendar_of
from autograder.peer.plan.counts import slot_as_arranged, weight_before, weight_of
from autograder.peer.plan.exchanges import arrange_roles
from autograder.peer.plan.mixing import Round, seat_rounds, seats_of
from autograder.peer.plan.model import Plan, PlannedSession
from autograder.peer.plan.planfile import in_order
from autograder.peer.plan.roles import Past, Roles, Slot
from autograder.peer.plan.term import Term
from autograder.peer.plan.topics import Topic, arrange, topic_of
from autograder.peer.plan.words import WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    plan: Plan
    remarks: tuple[str, ...]  # for whoever organises the groups


def make_plan(
    course: Course,
    groups: Sequence[StudyGroup],
    term: Term,
    earlier: Plan | None,
    *,
    now: datetime,
    seed: int,
    language: str,
) -> Made:
    """What is past in the earlier plan stays; what is to come changes as little as it can.

    seed  another than the earlier plan's: what is to come is drawn anew
    """
    calendar = calendar_of(term, groups, earlier, now)
    draft = _Draft(course, groups, term, earlier, calendar, now, seed, language)
    open_sessions = [*draft.home(), *draft.tables()]
    open_sessions.sort(key=in_order)
    led = draft.with_roles(open_sessions)
    known = {session.place: session for session in earlier.sessions} if earlier else {}
    sessions = [*calendar.past, *calendar.fixed, *(_revised(s, known, now) for s in led)]
    return Made(
        plan=Plan(
            course=course.id,
            timezone=term.timezone,
            seed=seed,
            groups={group.name: group.ids for group in groups},
            seats=draft.seats,
            sessions=tuple(sorted(sessions, key=in_order)),
        ),
        remarks=tuple(dict.fromkeys([*_about(draft), *draft.remarks])),
    )


class _Draft:
    """The sessions that are to come, while they are made."""

    def __init__(
        self,
        course: Course,
        groups: Sequence[StudyGroup],
        term: Term,
        earlier: Plan | None,
        calendar: Calendar,
        now: datetime,
        seed: int,
        language: str,
    ) -> None:
        self.course, self.groups, self.term, self.earlier = course, groups, term, earlier
        self.calendar, self.now, self.seed = calendar, now, seed
        self.words = WORDS[language]
        self.held = (*calendar.past, *calendar.fixed)
        kept = earlier.sessions if earlier and earlier.seed == seed else ()
        self.kept = {session.place: session for session in kept}
        self.seats: Mapping[str, tuple[int, int]] = earlier.seats if earlier else {}
        self._heirs: Mapping[str, str] = {}  # who left → who has their seat now
        self.waited: dict[str, datetime] = {}  # assignment → its last deadline
        self.remarks: list[str] = []

    def home(self) -> Iterator[PlannedSession]:
        """The groups' own sessions, with their topics and nobody's roles."""
        for group in self.groups:
            meetings = [each for each in self.calendar.meetings if each.group == group.name]
            topics = self._topics(group, [meeting.starts for meeting in meetings])
            for meeting, (text, assignment) in zip(meetings, topics, strict=True):
                absent = self._absent(group.ids, meeting)
                yield self._session(
                    meeting,
                    topic=text,
                    assignment=assignment,
                    present=tuple(who for who in group.ids if who not in absent),
                    absent=absent,
                )

    def tables(self) -> Iterator[PlannedSession]:
        """Cross-group sessions, a session for each table."""
        meetings = [each for each in self.calendar.meetings if each.group is None]
        if not meetings:
            return
        members = {group.name: group.ids for group in self.groups}
        lots = random.Random(f"{self.seed} tables")
        old = self.seats
        self.seats = seats_of(members, old, lots)
        now_there = {seat: who for who, seat in self.seats.items()}
        gone = old.keys() - self.seats.keys()
        self._heirs = {who: now_there[old[who]] for who in gone if old[who] in now_there}
        past = [each.table for each in self.calendar.past if each.table]
        to_seat = [self._round(meeting) for meeting in meetings]
        seated = seat_rounds(to_seat, self.seats, members, past, lots)
        for meeting, tables in zip(meetings, seated, strict=True):
            for number, table in self._numbered(meeting, tables):
                yield self._session(
                    meeting,
                    topic=self._cross_topic(meeting.number),
                    present=tuple(table),
                    table=number,
                )

    def with_roles(self, sessions: Sequence[PlannedSession]) -> list[PlannedSession]:
        """Groups that are never mixed are planned each by itself: none changes another."""
        weight = weight_of(self.held, self.groups)
        if any(session.group is None for session in sessions):
            return self._led(sessions, weight, "everybody")
        return [
            led
            for group in self.groups
            for led in self._led(
                [session for session in sessions if session.group == group.name],
                weight,
                group.name,
            )
        ]

    def _led(
        self, sessions: Sequence[PlannedSession], weight: Past, name: str
    ) -> list[PlannedSession]:
        everybody = any(session.group is None for session in sessions)
        coming = [
            each
            for each in self.calendar.fixed
            if each.moderator and (everybody or each.group == name)
        ]
        slots = [*map(self._slot, sessions), *map(slot_as_arranged, coming)]
        weight = weight_before(weight, coming)
        roles = arrange_roles(slots, weight, random.Random(f"{self.seed} roles {name}"))
        return [
            replace(session, moderator=each.moderator, presenters=each.presenters)
            for session, each in zip(sessions, roles, strict=False)
        ]

    def _slot(self, session: PlannedSession) -> Slot:
        before = self.kept.get(session.place)
        slot = Slot(
            number=session.number,
            present=session.present,
            presenters=self.term.presenters,
            before=Roles(before.moderator, before.presenters) if before else None,
        )
        moderator: str | None = None
        presenting: list[str] = []
        for wish in self.term.volunteers:
            if wish.session != session.number or wish.student not in session.present:
                continue
            if wish.role == "moderator" and moderator is None:
                moderator = wish.student
            elif wish.role == "presenter" and len(presenting) < slot.room:
                presenting.append(wish.student)
            else:
                self.remarks.append(
                    f"{wish.student} volunteers as {wish.role} of session {wish.session}, and "
                    "others did at the same table"
                )
        presenting = [who for who in presenting if who != moderator]
        return replace(slot, moderator=moderator, presenting=tuple(presenting))

    def _topics(
        self, group: StudyGroup, starts: Sequence[datetime]
    ) -> list[tuple[str, str | None]]:
        used = Counter(
            each.assignment or each.topic for each in self.held if each.group == group.name
        )
        common, own = (
            [topic for topic in self._known(texts) if not _use_up(topic.key, used)]
            for texts in (self.term.topics, self.term.of_group(group.name).topics)
        )
        arranged = arrange(starts, common, own, self.course, group)
        for name, due in arranged.waited:
            self.waited[name] = max(due, self.waited.get(name, due))
        if arranged.left:
            self.remarks.append(f"{group.name} has no session left for: {', '.join(arranged.left)}")
        return [
            (topic.text, topic.assignment) if topic else (self.words.open_topic, None)
            for topic in arranged.topics
        ]

    def _known(self, texts: Iterable[str]) -> list[Topic]:
        return [topic_of(text, self.course) for text in texts]

    def _cross_topic(self, number: int) -> str:
        place = number // (self.term.cross or 1) - 1
        topics = self.term.cross_topics
        return topics[place] if place < len(topics) else self.words.cross_topic

    def _round(self, meeting: Meeting) -> Round:
        busy = {
            who
            for each in self.calendar.fixed
            if each.number == meeting.number and each.group
            for who in each.present
        }
        members = [who for group in self.groups for who in group.ids if who not in busy]
        absent = self._absent(members, meeting)
        before = [
            [self._heirs.get(who, who) for who in each.table]
            for each in self.kept.values()
            if each.number == meeting.number and each.table and not each.fixed
        ]
        return Round(
            number=meeting.number,
            present=tuple(who for who in members if who not in absent),
            before=before or None,
            fixed=[each.table for each in self._fixed_tables(meeting) if each.table],
        )

    def _numbered(
        self, meeting: Meeting, tables: Sequence[Sequence[str]]
    ) -> Iterator[tuple[int, Sequence[str]]]:
        """Those that are not arranged, with numbers that no arranged one has."""
        fixed = self._fixed_tables(meeting)
        taken = {each.table_number for each in fixed}
        arranged = [set(each.table or ()) for each in fixed]
        number = 0
        for table in tables:
            if any(who in people for who in table for people in arranged):
                continue
            number += 1
            while number in taken:
                number += 1
            yield number, table

    def _fixed_tables(self, meeting: Meeting) -> list[PlannedSession]:
        return [
            each for each in self.calendar.fixed if each.number == meeting.number and each.table
        ]

    def _absent(self, people: Sequence[str], meeting: Meeting) -> tuple[str, ...]:
        day = meeting.starts.date()
        return tuple(who for who in people if day in self.term.absences.get(who, ()))

    def _session(
        self,
        meeting: Meeting,
        *,
        topic: str,
        present: tuple[str, ...],
        assignment: str | None = None,
        absent: tuple[str, ...] = (),
        table: int | None = None,
    ) -> PlannedSession:
        return PlannedSession(
            number=meeting.number,
            starts=meeting.starts,
            minutes=self.term.minutes,
            topic=topic,
            assignment=assignment,
            moderator="",
            presenters=(),
            absent=absent,
            table=None if table is None else present,
            group=meeting.group,
            table_number=table,
            present=present,
            changed=self.now,
        )


def _use_up(key: str, used: Counter[str]) -> bool:
    """A topic that was in a session is not planned again, unless the list has it again."""
    if used[key] <= 0:
        return False
    used[key] -= 1
    return True


def _revised(
    session: PlannedSession, known: Mapping[tuple[int, str], PlannedSession], now: datetime
) -> PlannedSession:
    """With the count of its changes, which calendars go by."""
    old = known.get(session.place)
    if old is None:
        return session
    same = replace(session, revision=old.revision, changed=old.changed)
    return same if same == old else replace(same, revision=old.revision + 1, changed=now)


def _about(draft: _Draft) -> Iterator[str]:
    """What somebody who reads the plan should know."""
    for group in draft.groups:
        if len(group.members) == 1:
            yield (
                f"{group.name} has one member, {group.ids[0]}: there is nobody to present to or to "
                "discuss with; put them into another group"
            )
    for session in draft.calendar.freed:
        yield (
            f"session {session.number} of {session.group or 'a table'} was fixed with somebody who "
            "is not in the group any more, and is planned anew"
        )
    gone = [each for each in draft.calendar.meetings if each.starts <= draft.now]
    if gone:
        yield f"{len({each.number for each in gone})} sessions are past already: is `start` right?"
    for name, due in draft.waited.items():
        when = due.astimezone(ZoneInfo(draft.term.timezone))
        yield (
            f"{name} comes after its deadline ({when:%Y-%m-%d %H:%M}, extensions included), and "
            "topics behind it in the list come first"
        )
    yield from _absences(draft)


def _absences(draft: _Draft) -> Iterator[str]:
    for meeting in draft.calendar.meetings:
        for group in draft.groups:
            if meeting.group not in (None, group.name):
                continue
            absent = draft._absent(group.ids, meeting)
            where = f"session {meeting.number} of {group.name} on {meeting.starts:%Y-%m-%d}"
            left = len(group.ids) - len(absent)
            if meeting.group and absent and left <= draft.term.presenters:
                yield f"{where}: {left} can come, too few for all roles"
            for wish in draft.term.volunteers:
                if wish.session == meeting.number and wish.student in absent:
                    yield f"{where}: {wish.student} volunteers as {wish.role}, and is absent"
