"""From what was handed in to a Round, and from a round to the next state of it.

first_round   who reads what
changed       a withdrawn consent, somebody who handed in later, another due date: nothing else
given_again   what is missing when the time is over goes to those who have done theirs
"""

from __future__ import annotations

import random
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from autograder.course import Assignment, Course
from autograder.errors import UsageError
from autograder.peer.consent import read_consent
from autograder.peer.pack.opening import in_words
from autograder.peer.review.distribute import Allowed, distribute, top_up
from autograder.peer.review.gather import Gathered
from autograder.peer.review.model import Criterion, Item, Review, Round, Task
from autograder.peer.review.rubric import read_rubric
from autograder.peer.review.tasks import Step, allowed_in, new_items, with_tasks

DEFAULT_K, DEFAULT_DAYS = 3, 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the command was asked for; None: nothing was said about it."""

    k: int | None = None
    avoid_own_group: bool | None = None
    everyone: bool | None = None  # who handed in nothing reviews too
    calibration: int | None = None
    seed: int | None = None
    due: datetime | None = None


def first_round(
    course: Course, assignment: Assignment, gathered: Gathered, wish: Wish, now: datetime
) -> Step:
    """raises  UsageError "reviews-impossible"; CourseError of the rubric"""
    _check_due(wish, now)
    seed = secrets.randbits(53) if wish.seed is None else wish.seed
    chance = random.Random(f"{seed} items")
    authors = list(gathered.answers)
    rubric = read_rubric(assignment, gathered.reference.symbols)
    calibration = _calibration(course, assignment, rubric, wish.calibration or 0, seed)
    made = Round(
        assignment=assignment.name,
        made_at=now,
        seed=seed,
        k=DEFAULT_K if wish.k is None else wish.k,
        due=wish.due or end_of_day(now + timedelta(days=DEFAULT_DAYS)),
        avoid_own_group=bool(wish.avoid_own_group),
        rubric=rubric,
        items=new_items([(a, gathered.answers[a]) for a in authors], calibration, chance, set()),
        tasks=(),
        calibration=wish.calibration or 0,
    )
    reviewers = gathered.submitters
    if wish.everyone:
        reviewers = tuple(sorted({*reviewers, *(person.id for person in gathered.people)}))
    allowed = allowed_in(course, made)
    advice = "leave out --not-own-group" if made.avoid_own_group else ""
    pairs = distribute(reviewers, authors, made.k, allowed, seed, advice=advice)
    return with_tasks(course, made, pairs, now, made.due, reviewers)


def changed(course: Course, made: Round, gathered: Gathered, wish: Wish, now: datetime) -> Step:
    """The same round for those who were there before, whatever else was asked of this command.

    raises  UsageError "round-exists" where something else was asked for than the round has
    """
    _check_that_it_is_the_same(made, wish)
    if wish.due is not None:
        tasks = tuple(replace(t, due=wish.due) if t.due == made.due else t for t in made.tasks)
        made = replace(made, due=wish.due, tasks=tasks)
    made, withdrawn = _withdrawn(course, made, now)
    step = _joined(course, made, gathered, now)
    return replace(step, withdrawn=withdrawn)


def given_again(
    course: Course,
    made: Round,
    gathered: Gathered,
    reviews: Sequence[Review],
    wish: Wish,
    now: datetime,
) -> Step:
    """Answers with fewer than k reviews go to those who owe none, at most k more for each.

    A task that was given out like this and is not over yet counts as a review: a second run
    changes nothing.

    raises  UsageError "reviews-still-open" before the round is over
    """
    _check_that_it_is_the_same(made, replace(wish, due=None))
    if made.due is not None and now <= made.due:
        raise UsageError(
            "reviews-still-open",
            "what is missing is given out again when the time for reviews is over",
            where=f"reviews of {made.assignment} are due {in_words(made.due)}",
            next=f"wait, or end it first: autograder peer review assign {made.assignment} --due …",
        )
    _check_due(wish, now)
    made, withdrawn = _withdrawn(course, made, now)
    step = _joined(course, made, gathered, now, due=_next_due(made, wish, now))
    done = {(review.reviewer, review.item) for review in reviews}
    needs = _needs(step.made, done, now)
    owing = {
        task.reviewer
        for reviewer in step.made.reviewers
        for task in step.made.tasks_of(reviewer)
        if (task.reviewer, task.item) not in done
    }
    free = [reviewer for reviewer in step.made.reviewers if reviewer not in owing]
    load = Counter(task.reviewer for task in _tasks_still_to_be_read(step.made))
    given = top_up(
        needs,
        {reviewer: load[reviewer] for reviewer in free},
        {reviewer: load[reviewer] + made.k for reviewer in free},
        _fresh(course, step.made, by_author=True),
        f"{made.seed} again {len(made.tasks)}",
    )
    pairs = [(reviewer, author) for author, reviewer in given.pairs]
    again = with_tasks(course, step.made, pairs, now, _next_due(made, wish, now), ())
    return replace(
        again,
        new_tasks=(*step.new_tasks, *again.new_tasks),
        withdrawn=withdrawn,
        joined=step.joined,
        missing=given.missing,
    )


def end_of_day(moment: datetime) -> datetime:
    return moment.replace(hour=23, minute=59, second=59, microsecond=0)


def _check_due(wish: Wish, now: datetime) -> None:
    if wish.due is not None and wish.due <= now:
        raise UsageError(
            "due-passed",
            f"reviews would be due {in_words(wish.due)}, which has passed",
            next="name a later day with --due",
        )


def _check_that_it_is_the_same(made: Round, wish: Wish) -> None:
    asked = {
        "-k": (wish.k, made.k),
        "--not-own-group": (wish.avoid_own_group, made.avoid_own_group),
        "--calibration": (wish.calibration, made.calibration),
        "--seed": (wish.seed, made.seed),
    }
    for option, (wanted, there) in asked.items():
        if wanted is not None and wanted != there:
            raise UsageError(
                "round-exists",
                f"answers of {made.assignment} were given out already, with another {option}",
                where=in_words(made.made_at),
                next=f"leave {option} out; or begin anew, without these reviews: move "
                f"peer/private/reviews/{made.assignment} away",
            )


def _withdrawn(course: Course, made: Round, now: datetime) -> tuple[Round, tuple[str, ...]]:
    """Items whose author does not want to be shown any more are nobody's task from now on."""
    consent = read_consent(course)
    gone = tuple(
        item.author
        for item in made.items
        if item.author is not None and item.withdrawn_at is None and not consent.shows(item.author)
    )
    items = tuple(
        replace(item, withdrawn_at=now) if item.author in gone else item for item in made.items
    )
    return replace(made, items=items), gone


def _joined(
    course: Course,
    made: Round,
    gathered: Gathered,
    now: datetime,
    due: datetime | None = None,
) -> Step:
    """Who handed in after the round was made is read by k others, and reads k of them."""
    over = made.due is not None and made.due <= now
    due = due or (_next_due(made, Wish(), now) if over else made.due)
    known = {item.author for item in made.items if item.kind == "peer"}
    authors = [author for author in gathered.answers if author not in known]
    reviewers = [each for each in gathered.submitters if each not in made.reviewers]
    if not authors and not reviewers:
        return Step(made=made)
    chance = random.Random(f"{made.seed} joined {len(made.items)}")
    new = new_items(
        [(a, gathered.answers[a]) for a in authors], (), chance, {item.id for item in made.items}
    )
    made = replace(made, items=(*made.items, *new))
    load = Counter(dict.fromkeys((*made.reviewers, *reviewers), 0))
    load.update(task.reviewer for task in _tasks_still_to_be_read(made))
    read = top_up(
        dict.fromkeys(authors, made.k),
        load,
        {reviewer: made.k if reviewer in reviewers else load[reviewer] + 1 for reviewer in load},
        _fresh(course, made, by_author=True),
        f"{made.seed} joined read {len(made.tasks)}",
    )
    first = with_tasks(course, made, [(r, a) for a, r in read.pairs], now, due, reviewers)
    mine = Counter(task.reviewer for task in first.made.tasks if task.kind == "peer")
    of = Counter(_author(first.made, task) for task in first.made.tasks if task.kind == "peer")
    shown = [a for item in _peers(made) if (a := item.author)]
    reading = top_up(
        {reviewer: made.k - mine[reviewer] for reviewer in reviewers},
        {author: of[author] for author in shown},
        {author: of[author] + made.k for author in shown},
        _fresh(course, first.made, by_author=False),
        f"{made.seed} joined reads {len(made.tasks)}",
    )
    second = with_tasks(course, first.made, reading.pairs, now, due, ())
    return replace(
        second,
        new_tasks=(*first.new_tasks, *second.new_tasks),
        joined=tuple(sorted({*authors, *reviewers})),
        missing=read.missing,
    )


def _needs(made: Round, done: set[tuple[str, str]], now: datetime) -> dict[str, int]:
    """Author → how many reviews are missing that nobody is about to write."""
    counts = Counter(
        task.item
        for task in made.tasks
        if (task.reviewer, task.item) in done
        or (task.added_at > made.made_at and (task.due is None or now <= task.due))
    )
    return {
        item.author: made.k - counts[item.id]
        for item in _peers(made)
        if item.author is not None and counts[item.id] < made.k
    }


def _next_due(made: Round, wish: Wish, now: datetime) -> datetime:
    if wish.due is not None:
        return wish.due
    zone = made.due.tzinfo if made.due is not None else now.tzinfo
    return end_of_day((now + timedelta(days=DEFAULT_DAYS)).astimezone(zone))


def _fresh(course: Course, made: Round, *, by_author: bool) -> Allowed:
    """May these two be brought together, and were not yet?  (author, reviewer) or the reverse."""
    allowed = allowed_in(course, made)
    authors = {item.id: item.author for item in made.items}
    there = {(task.reviewer, authors[task.item]) for task in made.tasks}

    def fresh(taker: str, giver: str) -> bool:
        reviewer, author = (giver, taker) if by_author else (taker, giver)
        return allowed(reviewer, author) and (reviewer, author) not in there

    return fresh


def _peers(made: Round) -> list[Item]:
    """Items that are still to be read."""
    return [item for item in made.items if item.kind == "peer" and item.withdrawn_at is None]


def _author(made: Round, task: Task) -> str | None:
    return made.item(task.item).author


def _tasks_still_to_be_read(made: Round) -> list[Task]:
    """Of peers; what was withdrawn is no task."""
    there = {item.id for item in _peers(made)}
    return [task for task in made.tasks if task.item in there]


def _calibration(
    course: Course, assignment: Assignment, rubric: Sequence[Criterion], count: int, seed: int
) -> tuple[Item, ...]:
    if not count:
        return ()
    from autograder.peer.review.calibration import calibration_items  # grades: needs torch

    # Twice as many as each reads: those that all have read would be found out by comparing.
    return calibration_items(course, assignment, 2 * count, seed, rubric)
