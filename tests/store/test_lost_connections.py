"""The server of the results goes away in the middle of a batch, and comes back or does not."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from autograder.errors import AutograderError
from autograder.report import Report
from autograder.store import Store
from autograder.store.database import Database

from .batches import Pretended, grade_it, make_course
from .results import report
from .servers import Server
from .test_store import rows

pytestmark = pytest.mark.needs_postgres
STUDENTS = 8


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return make_course(tmp_path / "course", STUDENTS)


@pytest.fixture
def url(server: Server) -> Iterator[str]:
    yield server.empty_database()
    server.make_sure_that_it_runs()


def at(number: int, do: Callable[[], object]) -> Callable[[Report], None]:
    """Something to call with every report, that acts at one of them."""
    seen: list[Report] = []

    def emit(report: Report) -> None:
        seen.append(report)
        if len(seen) == number:
            do()

    return emit


def complete(url: str) -> bool:
    number = STUDENTS + 2
    return rows(
        url,
        "select count(*), count(distinct student), "
        "count(*) filter (where recorded_in <> '' and shown_in <> '') from autograder_results",
    ) == [(number, number, number)]


def test_connections_that_are_cut_are_made_again(course: Path, server: Server, url: str) -> None:
    cut: list[int] = []
    said: list[str] = []
    box = Pretended()
    grade_it(
        course,
        url,
        box,
        notice=said.append,
        emit=at(4, lambda: cut.append(server.cut_connections())),
    )
    assert cut == [1]
    assert complete(url)
    assert len(box.graded) == STUDENTS + 2, "nothing was graded twice"
    assert ["broke; trying again" in words for words in said] == [True]


def test_a_server_that_is_started_again_is_waited_for(
    course: Path, server: Server, url: str
) -> None:
    def restart() -> None:
        server.stop()
        server.start()

    grade_it(course, url, Pretended(), emit=at(4, restart))
    assert complete(url)


def test_a_server_that_stays_away_is_said_and_the_next_run_goes_on(
    course: Path, server: Server, url: str
) -> None:
    with pytest.raises(AutograderError) as caught:
        grade_it(course, url, Pretended(), patience_s=0.5, emit=at(4, server.stop))
    assert caught.value.code == "results-lost"
    assert "within 0.5 s" in caught.value.what
    assert "same command again" in caught.value.next
    server.start()
    second = grade_it(course, url, Pretended())
    assert second.outcome.kept >= 4
    assert complete(url)


def test_a_server_that_is_not_there_at_the_start_is_said_at_once(
    tmp_path: Path, server: Server, url: str
) -> None:
    server.stop()
    started = time.monotonic()
    with pytest.raises(AutograderError) as caught:
        Store(url)
    assert time.monotonic() - started < Store.__init__.__kwdefaults__["patience_s"]
    assert caught.value.code == "results-unreachable"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda url: url.replace("/results?", "/nothing?"), "results-unreachable"),
        (lambda url: url.replace("tester@", "nobody:secret@"), "results-unreachable"),
    ],
    ids=["database", "user"],
)
def test_a_wrong_url_is_said_without_the_password(
    url: str, change: Callable[[str], str], code: str
) -> None:
    with pytest.raises(AutograderError) as caught:
        Store(change(url))
    assert caught.value.code == code
    assert "secret" not in str(caught.value)


def test_a_database_that_takes_no_writes_is_said_before_anything_is_graded(
    server: Server, url: str
) -> None:
    with Store(url) as store:
        store.keep("k", report())
    server.say("alter database results set default_transaction_read_only = on")
    with pytest.raises(AutograderError) as caught:
        Store(url)
    assert caught.value.code == "results-read-only"


def test_a_transaction_that_lost_against_another_is_done_again(server: Server, url: str) -> None:
    """A deadlock is what two clones of a course that mark results at once can run into."""
    database = Database(url, patience_s=5, notice=lambda words: None)
    tries: list[int] = []

    def work(connection: Connection) -> int:
        tries.append(1)
        if len(tries) == 1:
            connection.execute(
                text("do $$ begin raise exception 'deadlock' using errcode = '40P01'; end $$")
            )
        return 7

    assert database.run(work) == 7
    assert len(tries) == 2
    database.close()
