"""The record of regrades, and gradings that count for nothing yet, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.errors import AutograderError
from autograder.store import APPLIED, APPLYING, PREVIEW, Regrades, Store, Trial

from .results import report
from .test_store import execute, rows

OpenStore = Callable[..., Store]


def trial(student: str = "kim", key: str = "k1", seed: int = 7, score: float = 3.0) -> Trial:
    return Trial(key=key, seed=seed, report=report(student, score), unsteady=None)


def test_a_trial_replaces_the_one_before_and_is_no_result(store: Store) -> None:
    regrades = Regrades(store)
    regrades.keep_trials([trial()])
    second = Trial(key="k2", seed=1 << 31, report=report("kim", 4.0), unsteady=("one/test_one",))
    regrades.keep_trials([second])
    regrades.keep_trials([trial("lee")])
    assert regrades.trials("a1", ["kim", "nobody"]) == {"kim": second}
    assert store.kept([("kim", "a1"), ("lee", "a1")]) == {}
    regrades.drop_trials("a2")
    assert set(regrades.trials("a1", ["kim", "lee"])) == {"kim", "lee"}
    regrades.drop_trials("a1")
    assert regrades.trials("a1", ["kim", "lee"]) == {}


def test_more_students_than_fit_into_one_query(store: Store) -> None:
    regrades = Regrades(store)
    students = [f"s{n}" for n in range(900)]
    for student in ("s0", "s450", "s899"):
        regrades.keep_trials([trial(student)])
    assert set(regrades.trials("a1", students)) == {"s0", "s450", "s899"}


def test_the_record_lists_the_newest_first_with_who_and_when(store: Store) -> None:
    regrades = Regrades(store)
    assert regrades.last("a1") is None
    first = regrades.log("a1", '{"what": "a \\u0000 and 한글"}', by="ann@here")
    second = regrades.log("a1", "{}", by="ben@there")
    regrades.log("a2", "{}", by="carl@here")
    assert [row.id for row in regrades.history("a1")] == [second.id, first.id]
    assert regrades.last("a1") == second
    assert (second.state, second.made_by, second.applied_by) == (PREVIEW, "ben@there", "")

    regrades.mark(second, APPLYING, by="dora@here")
    begun = regrades.last("a1")
    assert begun is not None
    assert (begun.state, begun.applied_by, begun.made_by) == (APPLYING, "dora@here", "ben@there")
    regrades.mark(second, APPLIED, by="dora@here")
    states = [(row.id, row.state) for row in regrades.history("a1")]
    assert states == [(second.id, APPLIED), (first.id, PREVIEW)]
    assert list(regrades.history("a1"))[1] == first, "no other row was touched"


def test_courses_and_copies_that_share_a_database_have_each_their_own(
    open_store: OpenStore, tmp_path: Path
) -> None:
    here = Regrades(open_store(course="one", root=tmp_path / "here"))
    others = [
        Regrades(open_store(course="one", root=tmp_path / "there")),
        Regrades(open_store(course="two", root=tmp_path / "here")),
    ]
    here.log("a1", "{}", by="ann@here")
    here.keep_trials([trial()])
    for other in others:
        assert other.last("a1") is None
        assert other.trials("a1", ["kim"]) == {}
        other.drop_trials("a1")
    assert set(here.trials("a1", ["kim"])) == {"kim"}


def test_a_database_from_before_regrades_gets_their_tables_at_the_first_one(
    url: str, open_store: OpenStore
) -> None:
    store = open_store()
    store.keep("k", report())
    with pytest.raises(Exception, match="autograder_regrades"):
        rows(url, "select * from autograder_regrades")
    Regrades(store).log("a1", "{}", by="ann@here")
    assert Regrades(open_store()).last("a1") is not None
    assert set(store.kept([("kim", "a1")])) == {("kim", "a1")}
    assert rows(url, "select id, version from autograder_schema order by id") == [(1, 2), (2, 1)]


def test_tables_of_a_newer_version_are_refused_and_results_can_still_be_kept(
    url: str, open_store: OpenStore
) -> None:
    Regrades(open_store())
    execute(url, "update autograder_schema set version = 9 where id = 2")
    store = open_store()
    with pytest.raises(AutograderError) as caught:
        Regrades(store)
    assert caught.value.code == "results-version"
    store.keep("k", report())
