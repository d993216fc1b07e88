"""What a store of results promises, on SQLite and on a real PostgreSQL server."""

from __future__ import annotations

import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from autograder.errors import AutograderError, UsageError
from autograder.report import Report
from autograder.store import Mark, Store
from autograder.store.tables import VERSION

from .results import report

OpenStore = Callable[..., Store]
KIM = ("kim", "a1")


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]
    finally:
        engine.dispose()


def execute(url: str, *statements: str) -> None:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    try:
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))
    finally:
        engine.dispose()


def test_a_report_comes_back_as_it_was_with_its_provenance(store: Store) -> None:
    store.keep("k1", report())
    kept = store.kept([KIM])[KIM]
    assert kept.report == report()
    assert (kept.key, kept.seed, kept.recorded, kept.shown) == ("k1", 7, False, False)


def test_a_submission_has_one_result_and_it_is_the_last(store: Store, url: str) -> None:
    store.keep("k1", report(score=1.0))
    store.mark_recorded([Mark("k1", *KIM)])
    store.keep("k2", report(score=2.0))
    kept = store.kept([KIM])[KIM]
    assert (kept.key, kept.report.score, kept.recorded) == ("k2", 2.0, False)
    assert rows(url, "select count(*) from autograder_results") == [(1,)]


def test_many_are_looked_up_at_once(store: Store) -> None:
    students = [f"s{n:04}" for n in range(1000)]
    for student in students[::50]:
        store.keep("k", report(student))
    found = store.kept((student, "a1") for student in students)
    assert sorted(student for student, _ in found) == students[::50]
    assert store.kept([("s0000", "another")]) == {}


def test_a_mark_meets_only_the_result_that_it_was_made_for(store: Store) -> None:
    store.keep("new", report())
    store.mark_recorded([Mark("old", *KIM), Mark("new", "another", "a1")])
    store.mark_shown([Mark("old", *KIM)])
    kept = store.kept([KIM])[KIM]
    assert (kept.recorded, kept.shown) == (False, False)
    store.mark_recorded([Mark("new", *KIM)])
    store.mark_shown([Mark("new", *KIM)])
    kept = store.kept([KIM])[KIM]
    assert (kept.recorded, kept.shown) == (True, True)


def test_courses_that_share_a_database_do_not_see_each_other(open_store: OpenStore) -> None:
    algebra, biology = open_store(course="algebra"), open_store(course="biology")
    algebra.keep("k", report(score=1.0))
    biology.keep("k", report(score=2.0))
    assert algebra.kept([KIM])[KIM].report.score == 1.0
    assert biology.kept([KIM])[KIM].report.score == 2.0


def test_what_one_copy_of_a_course_recorded_another_still_has_to(
    open_store: OpenStore, tmp_path: Path
) -> None:
    here, there = open_store(root=tmp_path / "here"), open_store(root=tmp_path / "there")
    here.keep("k", report())
    here.mark_recorded([Mark("k", *KIM)])
    assert here.kept([KIM])[KIM].recorded
    assert not there.kept([KIM])[KIM].recorded


def test_a_course_may_move_together_with_its_database(tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    with Store(f"sqlite:///{before}/.autograder/results.db", root=before) as store:
        store.keep("k", report())
        store.mark_recorded([Mark("k", *KIM)])
    before.rename(after)
    with Store(f"sqlite:///{after}/.autograder/results.db", root=after) as store:
        assert store.kept([KIM])[KIM].recorded


def test_two_that_write_the_same_results_at_once_leave_one_of_each(
    open_store: OpenStore, url: str
) -> None:
    students = [f"s{n:02}" for n in range(40)]
    reports: dict[str, list[Report]] = {
        "k": [report(s) for s in students],
        "l": [report(s) for s in reversed(students)],
    }
    stores = {key: open_store() for key in reports}
    failures: list[BaseException] = []

    def write(key: str) -> None:
        try:
            for each in reports[key]:
                stores[key].keep(key, each)
            stores[key].mark_recorded(Mark(key, each.student, "a1") for each in reports[key])
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=write, args=(key,)) for key in reports]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert rows(url, "select count(*), count(distinct student) from autograder_results") == [
        (len(students), len(students))
    ]


def test_two_that_find_an_empty_database_at_once_both_get_their_tables(url: str) -> None:
    failures: list[BaseException] = []

    def open_it() -> None:
        try:
            Store(url).__exit__()
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert rows(url, "select id, version from autograder_schema") == [(1, VERSION)]


def test_tables_of_a_newer_version_are_refused_and_not_touched(url: str) -> None:
    Store(url).__exit__()
    execute(url, "update autograder_schema set version = 99")
    with pytest.raises(AutograderError) as caught:
        Store(url)
    assert caught.value.code == "results-version"
    assert "version 99" in caught.value.what
    assert rows(url, "select version from autograder_schema") == [(99,)]


def test_the_table_of_the_first_version_gives_way(url: str, tmp_path: Path) -> None:
    (tmp_path / "results").mkdir(exist_ok=True)
    execute(
        url,
        "create table results (key varchar(64), student varchar(128), assignment varchar(128), "
        "report text, recorded boolean, primary key (key, student, assignment))",
        "insert into results values ('k', 'kim', 'a1', '{}', true)",
    )
    with Store(url) as store:
        assert store.kept([KIM]) == {}
        store.keep("k", report())
    assert "results" not in tables_of(url)


def test_a_table_of_somebody_elses_stays(url: str, tmp_path: Path) -> None:
    (tmp_path / "results").mkdir(exist_ok=True)
    execute(url, "create table results (experiment integer)")
    Store(url).__exit__()
    assert "results" in tables_of(url)


def tables_of(url: str) -> list[str]:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    try:
        return inspect(engine).get_table_names()
    finally:
        engine.dispose()


def test_a_look_up_uses_the_primary_key(url: str) -> None:
    """A table that is searched from end to end is slow only when there are many rows."""
    with Store(url) as store:
        # PostgreSQL reads a small table from end to end, rightly; SQLite's plan knows no sizes.
        for n in range(4 if url.startswith("sqlite") else 400):
            store.keep("k", report(f"s{n:05}"))
    explain = "explain query plan " if url.startswith("sqlite") else "explain "
    query = (
        "select * from autograder_results where course = '' and assignment = 'a1' "
        "and student in ('s00001', 's00399')"
    )
    if not url.startswith("sqlite"):
        execute(url, "analyze autograder_results")
    plan = str(rows(url, explain + query)).lower()
    assert "using index" in plan or "index scan" in plan


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("mysql://host/db", "results-database-kind"),
        ("no url at all", "results-database-kind"),
        ("sqlite:////proc/nowhere/results.db", "results-unreachable"),
        ("sqlite:////dev/null/results.db", "results-unreachable"),
    ],
)
def test_a_database_that_cannot_be_is_said_in_words(given: str, code: str) -> None:
    with pytest.raises(AutograderError) as caught:
        Store(given)
    assert caught.value.code == code
    assert caught.value.next


def test_a_missing_driver_is_said_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(UsageError) as caught:
        Store("postgresql://kim:secret@host/results")
    assert caught.value.code == "results-driver-missing"
    assert "deep-autograder[postgres]" in caught.value.next
    assert "secret" not in str(caught.value)


def test_a_file_that_is_no_database_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "results.db"
    file.write_bytes(b"grades of last year\n" * 100)
    with pytest.raises(AutograderError) as caught:
        Store(f"sqlite:///{file}")
    assert caught.value.code == "results-corrupt"
    assert file.read_bytes().startswith(b"grades of last year")


def test_a_read_only_database_is_said_before_anything_is_graded(tmp_path: Path) -> None:
    file = tmp_path / "results.db"
    Store(f"sqlite:///{file}").__exit__()
    with pytest.raises(AutograderError) as caught:
        Store(f"sqlite:///file:{file}?mode=ro&uri=true")
    assert caught.value.code == "results-read-only"


def test_a_database_that_another_program_locks_is_said(tmp_path: Path) -> None:
    file = tmp_path / "results.db"
    with Store(f"sqlite:///{file}?timeout=0.05") as store:
        holder = sqlite3.connect(file, isolation_level=None)
        holder.execute("begin exclusive")
        try:
            with pytest.raises(AutograderError) as caught:
                store.keep("k", report())
        finally:
            holder.execute("rollback")
            holder.close()
        assert caught.value.code == "results-locked"
        store.keep("k", report())  # the store itself is as good as before


def test_a_full_disk_is_said_and_loses_nothing(tmp_path: Path, full_disk: None) -> None:
    with Store(f"sqlite:///{tmp_path}/results.db") as store:
        kept: list[tuple[str, str]] = []

        def keep_on() -> None:
            while len(kept) < 10_000:
                store.keep("k", report(f"s{len(kept):05}"))
                kept.append((f"s{len(kept):05}", "a1"))

        with pytest.raises(AutograderError) as caught:
            keep_on()
        assert caught.value.code == "results-disk-full"
        assert "same command again" in caught.value.next
        assert kept
        assert len(store.kept((f"s{n:05}", "a1") for n in range(10_000))) == len(kept)


@pytest.fixture
def full_disk() -> Iterator[None]:
    """Databases opened meanwhile cannot grow beyond 40 pages, and say what a full disk says."""
    from sqlalchemy import Engine, event

    def limit(connection: sqlite3.Connection, record: object) -> None:
        connection.execute("pragma max_page_count = 20")

    event.listen(Engine, "connect", limit)
    yield
    event.remove(Engine, "connect", limit)
