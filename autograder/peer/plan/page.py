"""A plan as Markdown tables: one per group, one per date on which all groups are mixed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from autograder.peer.plan.counts import moderated, presented
from autograder.peer.plan.model import Plan, PlannedSession
from autograder.peer.plan.words import Words

Names = Callable[[str], str]


def page_text(plan: Plan, groups: Sequence[str], title: str, names: Names, words: Words) -> str:
    """The groups' tables, and of the mixed sessions the tables where somebody of them sits."""
    parts = [f"# {_plain(words.title.format(course=title))}", words.zone.format(zone=plan.timezone)]
    for group in groups:
        parts += _group(plan, group, names, words)
    mixed = {s.place: s for group in groups for s in plan.sessions_of(group) if s.group is None}
    in_order = [session for session in plan.sessions if session.place in mixed]
    for _, tables in groupby(in_order, key=lambda session: session.number):
        parts += _mixed(list(tables), names, words)
    return "\n\n".join(parts) + "\n"


def date_text(session: PlannedSession, words: Words) -> str:
    weekday = words.weekdays[session.starts.weekday()]
    return f"{session.starts:%Y-%m-%d} ({weekday}) {session.starts:%H:%M}–{session.ends:%H:%M}"


def _group(plan: Plan, group: str, names: Names, words: Words) -> Iterator[str]:
    members = plan.groups.get(group, ())
    yield f"## {_plain(group)}"
    yield f"{words.members}: {_people(members, names)}"
    own = plan.sessions_of(group)
    rows = []
    for number, same in groupby(own, key=lambda session: (session.number, session.group)):
        session = next(same)
        if session.group is None:
            mixed = f"{words.cross}: {session.topic}"
            rows.append([str(number[0]), date_text(session, words), mixed, "", "", ""])
        else:
            rows.append(_row(session, names, words))
    heads = (
        *(words.number, words.date, words.topic, words.moderator, words.presenters, words.absent),
    )
    yield _table(heads, rows)
    counts = moderated(plan.sessions), presented(plan.sessions)
    yield _table(
        (words.changes, words.moderator, words.presenters),
        [[names(who), *(str(count[who]) for count in counts)] for who in members],
    )


def _row(session: PlannedSession, names: Names, words: Words) -> list[str]:
    return [
        str(session.number),
        date_text(session, words),
        session.topic,
        names(session.moderator) or words.nobody,
        _people(session.presenters, names),
        _people(session.absent, names),
    ]


def _mixed(tables: Sequence[PlannedSession], names: Names, words: Words) -> Iterator[str]:
    first = tables[0]
    yield f"## {words.cross}: {first.number}, {date_text(first, words)}"
    yield _plain(first.topic)
    yield _table(
        (words.table, words.together, words.moderator, words.presenters),
        [
            [
                str(each.table_number),
                _people(each.present, names),
                names(each.moderator) or words.nobody,
                _people(each.presenters, names),
            ]
            for each in tables
        ],
    )


def _people(ids: Iterable[str], names: Names) -> str:
    return ", ".join(names(who) for who in ids)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *([_plain(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _plain(text: str) -> str:
    """Text in Markdown, whatever somebody is called."""
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", text)
