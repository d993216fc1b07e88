"""Which of a day's attempts a submission is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from autograder.errors import AutograderError
from autograder.feedback import Attempt
from autograder.store import Store
from autograder.store.attempts import Attempts

from .results import report

NOON = "2026-03-01T12:00:00.000+00:00"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def attempts(open_store: Callable[..., Store]) -> Attempts:
    return Attempts(open_store(course="c1"), "Asia/Seoul")


def count(
    attempts: Attempts, version: str, handed_in: str | None, graded_at: str = NOON, **of: str
) -> Attempt:
    graded = report(**of, submission_sha256=version * 64, graded_at=graded_at)
    return attempts.count(graded, None if handed_in is None else at(handed_in))


def test_versions_of_one_day_are_counted_and_the_next_day_begins_anew(attempts: Attempts) -> None:
    late = "2026-03-03T12:00:00.000+00:00"
    times = ["2026-03-01T01:00", "2026-03-01T02:00", "2026-03-01T14:59", "2026-03-01T15:00"]
    numbers = [count(attempts, v, t, late).number for v, t in zip("abcd", times, strict=True)]
    assert numbers == [1, 2, 3, 1]  # 15:00 in UTC is midnight in Seoul


def test_a_version_is_counted_once(attempts: Attempts) -> None:
    first = count(attempts, "a", "2026-03-01T01:00")
    second = count(attempts, "b", "2026-03-01T02:00")
    again = count(attempts, "a", "2026-03-01T03:00", "2026-03-05T12:00:00.000+00:00")
    assert (first.number, second.number) == (1, 2)
    assert again == first
    assert attempts.of("kim", "a1", "b" * 64) == second
    assert attempts.of("kim", "a1", "c" * 64) is None


def test_students_have_attempts_of_their_own(attempts: Attempts) -> None:
    assert count(attempts, "a", "2026-03-01T01:00").number == 1
    assert count(attempts, "a", "2026-03-01T01:00", student="lee").number == 1


def test_without_a_time_it_is_when_it_was_graded(attempts: Attempts) -> None:
    assert count(attempts, "a", None).at == at("2026-03-01T12:00")


def test_a_time_in_the_future_is_the_time_of_grading(attempts: Attempts) -> None:
    assert count(attempts, "a", "2026-03-09T12:00").at == at("2026-03-01T12:00")


def test_a_time_before_the_attempt_before_is_that_ones(attempts: Attempts) -> None:
    """Else a date set back to an unused day would get an answer that informs."""
    count(attempts, "a", "2026-03-01T11:00")
    back = count(attempts, "b", "2026-02-01T11:00")
    assert back.number == 2
    assert back.at > at("2026-03-01T11:00")


def test_attempts_of_one_moment_have_an_order(attempts: Attempts) -> None:
    numbers = [count(attempts, version, "2026-03-01T11:00").number for version in "abc"]
    assert numbers == [1, 2, 3]
    assert [attempts.of("kim", "a1", v * 64).number for v in "abc"] == [1, 2, 3]  # type: ignore[union-attr]


def test_courses_in_one_database_count_for_themselves(open_store: Callable[..., Store]) -> None:
    one, other = (Attempts(open_store(course=name), "UTC") for name in ("c1", "c2"))
    assert count(one, "a", "2026-03-01T11:00").number == 1
    assert count(other, "b", "2026-03-01T11:30").number == 1


def test_the_table_of_another_version_is_refused(open_store: Callable[..., Store]) -> None:
    from sqlalchemy import update

    from autograder.store.tables import schema

    store = open_store()
    Attempts(store, "UTC")
    newer = update(schema).where(schema.c.id == 3).values(version=9)
    store.database.run(lambda connection: connection.execute(newer))
    with pytest.raises(AutograderError, match="attempts"):
        Attempts(store, "UTC")
