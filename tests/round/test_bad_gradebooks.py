"""Gradebooks that cannot be written as they are: told before anything happens, or without harm."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.errors import GradebookError
from autograder.gradebook import (
    Gradebook,
    known_submissions,
    render_feedback,
    settle_deadlines,
)
from autograder.release import release
from autograder.report import Report
from tests.gradebook.courses import NAME, POINTS, report, submit
from tests.gradebook.rows import rows
from tests.store.servers import Server

from .test_deadlines import grade, say

TOP = Path(__file__).parents[2]
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")

# What revision 282d30a0218e of nbgrader's schema had: all that there is now, but no courses.
BEFORE_COURSES = """
create table older (id varchar(32) not null, name varchar(128) not null, duedate datetime,
                    primary key (id), unique (name));
insert into older select id, name, duedate from assignment;
drop table assignment;
alter table older rename to assignment;
drop table course;
update alembic_version set version_num = '282d30a0218e';
"""


def make_old(course: Path, script: str = BEFORE_COURSES) -> None:
    with closing(sqlite3.connect(course / "gradebook.db")) as db:
        db.executescript(script)


def use_database(course: Path, url: str) -> None:
    path = course / "nbgrader_config.py"
    path.write_text(f"{path.read_text()}c.CourseDirectory.db_url = {url!r}\n")


def everything(course: Path) -> dict[str, str]:
    """Of every file of the course."""
    return {
        str(path.relative_to(course)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(course.rglob("*"))
        if path.is_file()
    }


def write_one(course: Path) -> None:
    with Gradebook(course) as gradebook:
        gradebook.write(
            report("ann"), (course / "submitted/ann" / NAME / f"{NAME}.ipynb").read_bytes()
        )


STEPS: dict[str, Callable[[Path], object]] = {
    "grade": write_one,
    "settle": lambda course: settle_deadlines(course, [NAME]),
    "release": lambda course: release(course, NAME, points=POINTS),
    "known": known_submissions,
    "feedback": lambda course: render_feedback(course, [("ann", NAME)]),
}


@pytest.mark.parametrize("step", STEPS)
def test_an_older_nbgraders_is_refused_by_every_step_and_left_as_it_is(
    course: Path, step: str
) -> None:
    grade(course)
    make_old(course)
    before = everything(course)
    with pytest.raises(GradebookError) as caught:
        STEPS[step](course)
    assert caught.value.code == "gradebook-old"
    assert "nbgrader db upgrade" in caught.value.next
    assert str(course / "gradebook.db") in caught.value.where
    assert everything(course) == before


@pytest.mark.thorough  # the command takes seconds
def test_after_nbgrader_db_upgrade_everything_is_there_and_grading_goes_on(course: Path) -> None:
    grade(course)
    before = rows(course / "gradebook.db")["grades"]
    make_old(course)
    folders = [str(Path(sys.executable).parent), os.environ.get("PATH", "")]
    environment = os.environ | {"PATH": os.pathsep.join(folders), "PYTHONPATH": str(TOP)}
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "db", "upgrade"],
        cwd=course, env=environment, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    assert rows(course / "gradebook.db")["grades"] == before
    grade(course, "ben")
    assert {grade[0] for grade in rows(course / "gradebook.db")["grades"]} == {"ann", "ben"}


def test_one_that_is_older_than_versions_are_is_refused_too(course: Path) -> None:
    make_old(course, BEFORE_COURSES + "drop table alembic_version;")
    with pytest.raises(GradebookError) as caught:
        known_submissions(course)
    assert caught.value.code == "gradebook-old"


def test_a_newer_nbgraders_is_refused(course: Path) -> None:
    make_old(course, "update alembic_version set version_num = 'fedcba987654';")
    with pytest.raises(GradebookError) as caught:
        known_submissions(course)
    assert caught.value.code == "gradebook-newer"


def test_another_programs_table_beside_nbgraders_is_no_reason_to_refuse(course: Path) -> None:
    """nbgrader writes no version into a database in which there is a table already."""
    make_old(course, "drop table alembic_version; create table results (id integer);")
    grade(course)
    assert known_submissions(course) == {("ann", NAME)}


def test_reading_and_settling_wait_for_another_process_and_then_say_so(course: Path) -> None:
    say(course)
    grade(course, at="2026-10-01 12:00:00 UTC")
    say(course, due="2026-11-01 12:00")
    hold = (
        "import sqlite3, sys; db = sqlite3.connect(sys.argv[1], isolation_level=None); "
        "db.execute('begin exclusive'); print('held', flush=True); sys.stdin.read()"
    )
    before = everything(course)
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(course / "gradebook.db")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as other:  # fmt: skip
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(GradebookError) as caught, Gradebook(course, wait_s=0.2):
            pass
        assert caught.value.code == "gradebook-locked"
        assert "run the same command again" in caught.value.next
        other.stdin.close()
    assert everything(course) == before
    assert settle_deadlines(course, [NAME]) == [("ann", NAME)]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("nonsense", "gradebook-kind"),
        ("dbase3://host/gradebook", "gradebook-kind"),
        ("postgresql://nobody:secret@127.0.0.1:1/gradebook", "gradebook-unreachable"),
    ],
)
def test_a_database_that_is_none_is_told_without_its_password(
    course: Path, url: str, code: str
) -> None:
    use_database(course, url)
    with pytest.raises(GradebookError) as caught:
        known_submissions(course)
    assert caught.value.code == code
    assert "secret" not in str(caught.value)


@pytest.mark.thorough  # test_writer.py shows more briefly what a full disk does to the rows
def test_a_folder_without_room_is_told_and_nothing_is_lost(course: Path) -> None:
    """A real file system that is full: a small one, in a namespace of its own."""
    reason = no_small_file_system()
    if reason:
        pytest.skip(reason)
    grade(course, "ann")
    submit(course, "ben")
    script = f"""
        set -e
        mount -t tmpfs -o size=2m none /mnt
        cp -a {course} /mnt/course
        head -c 4m /dev/zero > /mnt/filling 2>/dev/null || true
        exec {sys.executable} -c "
from pathlib import Path
from autograder.errors import GradebookError
from autograder.gradebook import record
from autograder.release import release
from autograder.report import Report
from tests.gradebook.courses import NAME, POINTS, report
from tests.gradebook.rows import rows
course = Path('/mnt/course')
before = rows(course / 'gradebook.db')
notebook = (course / 'submitted/ben' / NAME / (NAME + '.ipynb')).read_bytes()
for step in (
    lambda: [s for s in record(course, [(report('ben'), notebook)])],
    lambda: release(course, NAME, points=POINTS),
):
    try:
        for saved in step():
            print(saved.error.code)
    except GradebookError as error:
        print(error.code)
assert (course / 'assignments' / NAME / (NAME + '.ipynb')).stat().st_size
assert rows(course / 'gradebook.db') == before
"
    """
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script],
        cwd=TOP, capture_output=True, text=True, timeout=120, check=False,
        env=os.environ | {"PYTHONPATH": str(TOP), "PYTHONWARNINGS": "ignore"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) == {"disk-full"}, done.stdout + done.stderr


def no_small_file_system() -> str:
    """Why there can be none; empty: there can."""
    if shutil.which("unshare") is None:
        return "there is no unshare (util-linux) here"
    mount = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"no file system of one's own: {done.stderr.strip()}"


@pytest.mark.needs_postgres
def test_the_fast_writer_works_on_postgresql(course: Path, server: Server) -> None:
    url = server.empty_database()
    use_database(course, url)
    say(course, extensions="{ben: 2026-10-02 18:00}")
    release(course, NAME, points=POINTS)
    for student in ("ann", "ben"):
        grade(course, student, at="2026-10-01 12:00:00 UTC")
    found = {
        student: (extension, late)
        for student, extension, late in server.say(
            "select student_id, extension, late_submission_penalty from submitted_assignment a "
            "join submitted_notebook n on n.assignment_id = a.id order by 1"
        )
    }
    assert (str(found["ann"][0]), found["ann"][1]) == ("None", 0.5)
    assert (str(found["ben"][0]), found["ben"][1]) == ("2 days, 0:00:00", None)
    say(course, late="none")
    assert settle_deadlines(course, [NAME]) == [("ann", NAME)]
    (page,) = render_feedback(course, [("ann", NAME)])
    assert page.error is None
    assert page.path is not None
    assert "double: 2.5 of 4 points" in page.path.read_text()
    assert known_submissions(course) == {("ann", NAME), ("ben", NAME)}


@pytest.mark.needs_postgres
def test_a_lock_on_postgresql_is_waited_for_then_told(course: Path, server: Server) -> None:
    import psycopg

    url = server.empty_database()
    use_database(course, url)
    release(course, NAME, points=POINTS)
    grade(course, "ann")
    notebook = submit(course, "ann").read_bytes()
    with psycopg.connect(server.url("results")) as other:
        other.execute("select * from grade for update")
        with Gradebook(course, wait_s=0.2) as gradebook:
            gradebook.write(report("ben"), notebook)
            gradebook.write(without_points("ann"), notebook)
            with pytest.raises(GradebookError) as caught:
                gradebook.commit()
        assert caught.value.code == "gradebook-locked"
    assert server.say("select student_id from submitted_assignment") == [("ann",)]


def without_points(student: str) -> Report:
    found = report(student)
    return replace(found, tests=tuple(replace(test, points=0.0) for test in found.tests))
