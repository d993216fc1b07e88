"""Grades for other programs, from a gradebook that nbgrader would export the same."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.plugins import CsvExportPlugin

from autograder.course import Course
from autograder.errors import UsageError
from autograder.export import (
    Classbook,
    Extras,
    Filled,
    Table,
    classbook,
    fill,
    read_table,
    sheet,
    write_table,
)
from autograder.export.table import number, tame, text_of
from tests.gradebook.courses import MISTAKE, NAME

NOTHING = Extras()
ALL = Extras(penalties=True, misconceptions=True)


@pytest.fixture
def book(course: Course) -> Classbook:
    return classbook(course, course.assignments)


def test_nbgraders_table_says_what_nbgraders_own_export_says(
    course: Course, book: Classbook, tmp_path: Path
) -> None:
    """nbgrader does not quote; so names with commas are not compared."""
    theirs = tmp_path / "grades.csv"
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}") as gradebook:
        CsvExportPlugin(to=str(theirs)).export(gradebook)
    names = {"last_name", "first_name", "email"}
    ours = sheet(book, "nbgrader", NOTHING)
    assert theirs.read_text().splitlines()[0].split(",") == list(ours.head)
    kept = [at for at, name in enumerate(ours.head) if name not in names]
    rows = [row.split(",") for row in theirs.read_text().splitlines()[1:]]
    assert len(rows) == 2
    assert [[row[at] for at in kept] for row in rows] == [
        [row[at] for at in kept] for row in ours.rows
    ]


def test_manual_grades_count_and_penalties_are_taken_off(book: Classbook) -> None:
    (column,) = book.columns
    ann, ben = column.standings["ann"], column.standings["ben"]
    assert (ann.penalty, ann.score) == (0, ann.points)
    # nbgrader computes the penalty when it grades; 1.5 points came later, by hand
    assert ben.penalty == pytest.approx(0.1 * (ben.points - 1.5))
    assert ben.score == ben.points - ben.penalty
    assert column.max_score == 8.5
    assert column.unfinished == ("ann",)  # whose written answer nobody has read


def test_canvas_gets_its_columns_and_an_empty_cell_for_what_was_not_handed_in(
    book: Classbook,
) -> None:
    table = sheet(book, "canvas", NOTHING)
    assert table.head == (
        "Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Doubling, and back",
    )  # fmt: skip
    points, *students = table.rows
    ann, ben, cho = sorted(students, key=lambda row: row[1])
    assert points == ("    Points Possible", "", "", "", "", "8.5")
    assert ann[:5] == ("Ames, Jr., Ann", "101", "S-1", "aames", "")
    assert ben[0] == "김, 민수"
    assert float(ann[5]) == book.columns[0].standings["ann"].score
    assert (cho[1], cho[5]) == ("103", "")


def test_moodle_gets_addresses_penalties_and_misconceptions_where_asked(book: Classbook) -> None:
    table = sheet(book, "moodle", ALL)
    assert table.head[5:] == (
        "Doubling, and back", "Doubling, and back before penalty", "Doubling, and back penalty",
        "Doubling, and back misconceptions",
    )  # fmt: skip
    ben = next(row for row in table.rows if row[3] == "Ben@Example.org")
    standing = book.columns[0].standings["ben"]
    assert ben[:3] == ("민수", "김", "S-2")
    assert ben[5:] == (
        number(standing.score), number(standing.points), number(standing.penalty), MISTAKE,
    )  # fmt: skip
    assert sheet(book, "moodle", NOTHING).head == table.head[:6]


def test_no_cell_is_a_formula(book: Classbook) -> None:
    cho = next(row for row in sheet(book, "moodle", NOTHING).rows if row[1] == "Cho")
    assert cho[0] == "'=cmd()"
    assert tame("@SUM(A1)") == "'@SUM(A1)"
    assert tame("Ann-Marie") == "Ann-Marie"


def test_what_is_written_reads_back(book: Classbook, tmp_path: Path) -> None:
    table = sheet(book, "canvas", ALL)
    write_table(table, tmp_path / "out.csv")
    assert read_table(tmp_path / "out.csv") == table
    assert [each.name for each in tmp_path.iterdir()] == ["out.csv"]


CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,"Doubling, and back (4711)",Final Score
    Points Possible,,,,,8.5,(read only)
"Kim, Minsu",102,S-2,minsu,A,,12
"Ames, Ann",101,S-1,aames,A,1.0,13
"Student, Test",999,,,A,,
"""
WORKSHEET = """Identifier,Full name,Email address,Status,Grade,Maximum Grade,Feedback comments
Participant 7,Kim Minsu,ben@example.org,Submitted,,8.50,keep me
Participant 8,Ann Ames,ann@example.org,Submitted,-,8.50,
"""


def filled(text: str, book: Classbook, tmp_path: Path, **options: object) -> Filled:
    (tmp_path / "in.csv").write_text(text)
    columns = options.pop("columns", {})
    scale = bool(options.pop("scale", False))
    return fill(read_table(tmp_path / "in.csv"), book, columns, scale=scale, where="in.csv")  # type: ignore[arg-type]


def test_a_table_of_canvas_keeps_all_but_the_grades(book: Classbook, tmp_path: Path) -> None:
    done = filled(CANVAS, book, tmp_path)
    before = read_table(tmp_path / "in.csv")
    standings = book.columns[0].standings
    assert [row[5] for row in done.table.rows] == [
        "8.5", number(standings["ben"].score), number(standings["ann"].score), "",
    ]  # fmt: skip
    assert [row[:5] + row[6:] for row in done.table.rows] == [
        row[:5] + row[6:] for row in before.rows
    ]
    assert done.unmatched_rows == ("Student, Test",)
    assert done.unmatched_students == ()


def test_a_worksheet_of_moodle_is_filled_by_address(book: Classbook, tmp_path: Path) -> None:
    done = filled(WORKSHEET, book, tmp_path)
    standings = book.columns[0].standings
    assert [row[4] for row in done.table.rows] == [
        number(standings["ben"].score), number(standings["ann"].score),
    ]  # fmt: skip
    assert done.table.rows[0][6] == "keep me"


def test_a_row_is_never_matched_by_a_persons_name(book: Classbook, tmp_path: Path) -> None:
    text = "Student,ID,Doubling\n" + '"Ames, Jr., Ann",,\n'
    done = filled(text, book, tmp_path, columns={NAME: "Doubling"})
    assert done.table.rows[0][2] == ""
    assert done.unmatched_rows == ("Ames, Jr., Ann",)
    assert done.unmatched_students == ("ann", "ben")


def test_two_rows_of_one_student_are_said_and_the_first_counts(
    book: Classbook, tmp_path: Path
) -> None:
    text = "Student,ID,Doubling\nAnn,101,\nAnn again,101,\n"
    done = filled(text, book, tmp_path, columns={NAME: "doubling"})
    assert [bool(row[2]) for row in done.table.rows] == [True, False]
    assert done.unmatched_rows == ("Ann again",)


@pytest.mark.parametrize(
    ("text", "columns", "code"),
    [
        ("Student,ID,Something\nAnn,101,\n", {}, "column-unknown"),
        ("Student,ID,Doubling (1),doubling (2)\nAnn,101,,\n", {}, "column-unknown"),
        ("Student,ID,Doubling\nAnn,101,\n", {NAME: "Other"}, "column-unknown"),
        ("Student,Doubling\nAnn,\n", {}, "no-identity"),
        (CANVAS.replace("8.5,(", "100,("), {}, "points-differ"),
        ("just text\n", {}, "table-broken"),
        ('Student,ID\n"open,1\n', {}, "table-broken"),
        ("Student,ID\nAnn,1,2\n", {}, "table-broken"),
    ],
)
def test_what_is_not_clear_is_refused(
    book: Classbook, tmp_path: Path, text: str, columns: dict[str, str], code: str
) -> None:
    with pytest.raises(UsageError) as refused:
        filled(text, book, tmp_path, columns=columns)
    assert refused.value.code == code


def test_other_points_are_converted_where_asked(book: Classbook, tmp_path: Path) -> None:
    done = filled(CANVAS.replace("8.5,(", "85,("), book, tmp_path, scale=True)
    assert float(done.table.rows[2][5]) == pytest.approx(
        10 * book.columns[0].standings["ann"].score
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_what_spreadsheets_save_is_read(tmp_path: Path, encoding: str, separator: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(separator.join(["이름", "ID"]) + "\r\n" + separator.join(["김", "1"]), encoding)
    assert read_table(path) == Table(head=("이름", "ID"), rows=(("김", "1"),))


def test_numbers_are_as_people_write_them() -> None:
    assert [number(x) for x in (9.0, 9.5, 10 / 3, -1e-17, 0.30000000000000004)] == [
        "9", "9.5", "3.3333", "0", "0.3",
    ]  # fmt: skip


def test_the_command_writes_the_table_and_says_who_waits(class_of: Path, tmp_path: Path) -> None:
    into = tmp_path / "canvas.csv"
    into.write_text(CANVAS.replace('"Ames, Ann",101,S-1,aames,A,1.0,13\n', ""))
    ran = run(class_of, "--into", into, "--out", tmp_path / "out.csv")
    assert ran.returncode == 1
    assert "graded, and without a row: ann" in ran.stderr
    assert "wait for a person and count as 0: ann" in ran.stderr
    assert read_table(tmp_path / "out.csv").rows[1][5] != ""


@pytest.mark.thorough
def test_the_command_prints_csv(class_of: Path, book: Classbook) -> None:
    ran = run(class_of, NAME, "--format", "moodle", "--misconceptions")
    assert ran.returncode == 0
    assert ran.stdout == text_of(sheet(book, "moodle", Extras(misconceptions=True)))
    assert len(list(csv.reader(io.StringIO(ran.stdout)))) == 4


def run(course: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "autograder", "export", "--course", str(course)]
    return subprocess.run(
        [*command, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=300
    )
