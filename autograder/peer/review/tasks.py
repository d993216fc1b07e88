"""New items and tasks of a round: labels and letters by chance, tokens, calibration."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from autograder.course import Course
from autograder.peer.review.distribute import Allowed, may_read, top_up
from autograder.peer.review.model import Item, Round, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A round, and what is new in it."""

    made: Round
    new_tasks: tuple[Task, ...] = ()
    withdrawn: tuple[str, ...] = ()  # authors
    joined: tuple[str, ...] = ()  # who handed in after the round was made
    missing: Mapping[str, int] = field(default_factory=dict)  # author → reviews nobody can give


def new_items(
    answers: Sequence[tuple[str, Mapping[str, str]]],
    calibration: Iterable[Item],
    chance: random.Random,
    taken: set[str],
) -> tuple[Item, ...]:
    """With labels by chance: neither the roster's order nor the kind shows in them."""
    items = [Item(id="", author=author, code=code) for author, code in answers] + list(calibration)
    free = [f"R{n}" for n in range(1, len(taken) + len(items) + 1) if f"R{n}" not in taken]
    labels = chance.sample(free, len(items))
    return tuple(replace(item, id=label) for item, label in zip(items, labels, strict=True))


def with_tasks(
    course: Course,
    made: Round,
    pairs: Iterable[tuple[str, str]],
    now: datetime,
    due: datetime | None,
    newcomers: Iterable[str],
) -> Step:
    """Adds tasks: what each reads next has the next letters, in an order by chance.

    newcomers  reviewers of whom there is no form yet: they read calibration items too
    """
    chance = random.Random(f"{made.seed} letters {len(made.tasks)}")
    of_author = {item.author: item.id for item in made.items if item.kind == "peer"}
    mine: dict[str, list[str]] = {}
    for reviewer, author in pairs:
        mine.setdefault(reviewer, []).append(of_author[author])
    for reviewer, item in _calibrating(course, made, mine, newcomers):
        mine.setdefault(reviewer, []).append(item)
    kinds = {item.id: item.kind for item in made.items}
    tokens = dict(made.tokens)
    tasks: list[Task] = []
    for reviewer in sorted(mine):
        tokens.setdefault(reviewer, secrets.token_hex(16))
        taken = sum(task.reviewer == reviewer for task in made.tasks)
        chance.shuffle(mine[reviewer])
        tasks += [
            Task(
                reviewer=reviewer,
                item=item,
                kind=kinds[item],
                label=_letters(taken + at),
                added_at=now,
                due=due,
            )
            for at, item in enumerate(mine[reviewer])
        ]
    new = replace(made, tasks=(*made.tasks, *tasks), tokens=tokens)
    return Step(made=new, new_tasks=tuple(tasks))


def _calibrating(
    course: Course, made: Round, own: Mapping[str, Sequence[str]], newcomers: Iterable[str]
) -> tuple[tuple[str, str], ...]:
    """(reviewer, item) for who has none yet, each item as often as any other, as far as it goes.

    Never one of their own, of their group as long as there is another, or of somebody whom they
    read anyway: it would be there twice, and be known by that.

    own  reviewer → the items of peers that they read
    """
    by_id = {item.id: item for item in made.items}
    pool = [item for item in made.items if item.kind == "calibration" and not item.withdrawn_at]
    groups = groups_of(course)

    def fits(*, avoid_own_group: bool) -> Allowed:
        allowed = may_read(groups, avoid_own_group=avoid_own_group)

        def fit(reviewer: str, identity: str) -> bool:
            author = by_id[identity].author
            read = {by_id[item].author for item in own.get(reviewer, ())}
            return author is None or (author not in read and allowed(reviewer, author))

        return fit

    given = [
        top_up(
            {reviewer: min(made.calibration, len(pool)) for reviewer in newcomers},
            {item.id: 0 for item in pool},
            {item.id: 1 << 30 for item in pool},
            fits(avoid_own_group=avoid),
            f"{made.seed} calibration {len(made.tasks)}",
        )
        for avoid in ((True,) if made.avoid_own_group else (True, False))
    ]
    return min(given, key=lambda each: sum(each.missing.values())).pairs


def allowed_in(course: Course, made: Round) -> Allowed:
    return may_read(groups_of(course), avoid_own_group=made.avoid_own_group)


def groups_of(course: Course) -> dict[str, str]:
    return {member: group.name for group in course.groups for member in group.members}


def _letters(number: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    return chr(65 + number) if number < 26 else _letters(number // 26 - 1) + chr(65 + number % 26)
