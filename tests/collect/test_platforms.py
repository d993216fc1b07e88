"""Exports in the very layouts of Moodle, Canvas and Google Classroom, by folder and by zip."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from autograder.collect import LAYOUTS
from tests.collect.exports import (
    NAME,
    OTHER,
    by_student,
    make_course,
    notebook,
    run,
    statuses,
    submitted,
    timestamp,
    unmarked,
    zipped,
)


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return make_course(tmp_path / "course")


def unpacked(root: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


MOODLE = {
    "folders": "{who}_assignsubmission_file/{file}",
    "folders-of-older-versions": "{who}_assignsubmission_file_/{file}",
    "flat": "{who}_assignsubmission_file_{file}",
    "folders-in-folders": "{who}_assignsubmission_file/my work/{file}",
}


@pytest.mark.parametrize("form", MOODLE.values(), ids=MOODLE.keys())
@pytest.mark.parametrize("packed", [True, False], ids=["zip", "folder"])
def test_moodle(course: Path, tmp_path: Path, form: str, packed: bool) -> None:
    files = {
        form.format(who="Minsu Kim_7001", file="doubling.ipynb"): notebook("kim"),
        form.format(who="이 은지_7002", file="과제.ipynb"): notebook("lee"),
        form.format(who="Ada Example_7003", file="plot.png"): b"png",
        form.format(who="Ada Example_7003", file="doubling.ipynb"): notebook("ada"),
        "Brook Ng_7004_assignsubmission_onlinetext/onlinetext.html": b"<p>hello</p>",
    }
    source = zipped(tmp_path / "m.zip", files) if packed else unpacked(tmp_path / "m", files)

    result = run(course, source)

    assert submitted(course) == {w: notebook(w) for w in ("kim", "lee", "ada")}
    assert statuses(result) == {
        "kim": "collected",
        "lee": "collected",
        "ada": "collected",
        "brook": "no-notebook",
    }
    assert by_student(result)["kim"].how == "by name"


def test_moodles_worksheet_says_whose_the_numbers_are_and_when(
    course: Path, tmp_path: Path
) -> None:
    form = "Participant_{}_assignsubmission_file/doubling.ipynb"
    source = zipped(
        tmp_path / "blind.zip",
        {form.format(1): notebook("kim"), form.format(2): notebook("lee"), form.format(3): b"{}"},
    )
    worksheet = tmp_path / "worksheet.csv"
    worksheet.write_text(
        "Identifier,Full name,Email address,Status,Grade,Last modified (submission)\n"
        'Participant 1,,kim@example.org,Submitted,,"Wednesday, 30 September 2026, 5:59 PM"\n'
        'Participant 2,,lee@example.org,Submitted,,"2026년 10월 1일, 목요일, 오전 9:00"\n'
        "Participant 4,,ada@example.org,No submission,,-\n",
        encoding="utf-8-sig",
    )

    result = run(course, source, times=worksheet)

    assert statuses(result)["Participant_3"] == "unmatched"
    assert timestamp(course, "kim") == "2026-09-30 08:59:00 UTC"
    assert timestamp(course, "lee") == "2026-10-01 00:00:00 UTC"
    rows = by_student(result)
    assert (rows["kim"].late, rows["lee"].late) == (False, True)
    assert rows["kim"].how == "by email"


def test_what_a_student_calls_a_file_cannot_make_it_anothers(course: Path, tmp_path: Path) -> None:
    forged = "Minsu Kim_1_assignsubmission_file_Ada Example_3_assignsubmission_file_x.ipynb"
    run(course, zipped(tmp_path / "m.zip", {forged: notebook("forged")}))
    assert submitted(course) == {"kim": notebook("forged")}


@pytest.mark.parametrize("packed", [True, False], ids=["zip", "folder"])
def test_canvas(course: Path, tmp_path: Path, packed: bool) -> None:
    files = {
        "kimminsu_101_9001_doubling.ipynb": notebook("kim, first"),
        "kimminsu_101_9055_doubling-1.ipynb": notebook("kim, again"),
        "이은지_LATE_102_9002_doubling_final_2.ipynb": notebook("lee"),
        "exampleada_103_9003_work.ipynb": notebook("ada"),
        "ngbrook_104_text.html": b"<p>no file</p>",
    }
    source = zipped(tmp_path / "c.zip", files) if packed else unpacked(tmp_path / "c", files)

    result = run(course, source)

    rows = by_student(result)
    assert submitted(course)["kim"] == notebook("kim, again"), "a file's number grows"
    assert rows["kim"].attempts == 2
    assert rows["kim"].how == "by canvas_id"
    assert rows["lee"].late is True
    assert "not how late" in rows["lee"].remarks[0], "LATE without a time costs nothing"
    assert timestamp(course, "lee") is None
    assert rows["brook"].status == "no-notebook"


def test_canvas_the_latest_on_time_counts_over_a_late_one(course: Path, tmp_path: Path) -> None:
    files = {
        "kimminsu_101_9001_doubling.ipynb": notebook("on time"),
        "kimminsu_LATE_101_9055_doubling-1.ipynb": notebook("late"),
    }
    result = run(course, zipped(tmp_path / "c.zip", files))
    assert submitted(course) == {"kim": notebook("on time")}
    assert by_student(result)["kim"].late is False


def test_a_second_account_under_a_students_name_is_not_taken_for_theirs(
    course: Path, tmp_path: Path
) -> None:
    form = "Minsu Kim_{}_assignsubmission_file/doubling.ipynb"
    files = {form.format(1): notebook("kim"), form.format(2): notebook("somebody who calls so")}
    source = zipped(tmp_path / "m.zip", files)
    result = run(course, source)
    assert submitted(course) == {}
    assert [(row.status, row.found) for row in result.open] == [
        ("ambiguous-name", "Minsu Kim_1"),
        ("ambiguous-name", "Minsu Kim_2"),
    ]

    worksheet = tmp_path / "w.csv"
    worksheet.write_text(
        "Identifier,Email address,time\nParticipant 1,kim@example.org,2026-09-01\n"
    )
    result = run(course, source, times=worksheet)
    assert submitted(course) == {"kim": notebook("kim")}
    assert [row.found for row in result.open] == ["Minsu Kim_2"]


def test_a_name_and_a_number_of_two_students_contradict(course: Path, tmp_path: Path) -> None:
    result = run(course, zipped(tmp_path / "c.zip", {"kimminsu_102_1_a.ipynb": notebook()}))
    (row,) = result.open
    assert (row.status, row.candidates) == ("contradictory", ("kim", "lee"))
    assert submitted(course) == {}


def test_google_classroom(course: Path, tmp_path: Path) -> None:
    files = {
        "Doubling/Minsu Kim - Doubling.ipynb": notebook("kim"),
        "Doubling/이은지 - Doubling.ipynb": notebook("lee"),
        "Doubling/Untitled3.ipynb": notebook("whose?"),
    }
    result = run(course, zipped(tmp_path / "drive-download.zip", files), layout="classroom")
    assert submitted(course) == {"kim": notebook("kim"), "lee": notebook("lee")}
    (row,) = result.open
    assert (row.status, row.file) == ("unmatched", "Doubling/Untitled3.ipynb")


def test_google_classroom_copies_have_no_order(course: Path, tmp_path: Path) -> None:
    files = {
        "Minsu Kim - Doubling.ipynb": notebook("one"),
        "Minsu Kim - Doubling (1).ipynb": notebook("two"),
        "Ada Example - Doubling.ipynb": notebook("same"),
        "Ada Example - Doubling (1).ipynb": notebook("same"),
    }
    source = zipped(tmp_path / "drive.zip", files)
    rows = by_student(run(course, source))
    assert rows["kim"].status == "ambiguous-attempts"
    assert submitted(course) == {"ada": notebook("same")}, "a copy is no second attempt"

    times = tmp_path / "times.csv"
    times.write_text(
        "file,time\nMinsu Kim - Doubling.ipynb,2026-09-29 10:00\n"
        "Minsu Kim - Doubling (1).ipynb,2026-09-28 10:00\n"
    )
    rows = by_student(run(course, source, times=times))
    assert rows["kim"].status == "collected"
    assert submitted(course)["kim"] == notebook("one")


def test_folders_named_after_students_in_any_usual_way(course: Path, tmp_path: Path) -> None:
    files = {
        "all/kim/doubling.ipynb": notebook("kim"),
        "all/이은지_lee/과제 1/x.ipynb": notebook("lee"),
        "all/ada@example.org/doubling.ipynb": notebook("ada"),
        "all/brook/halving/halving.ipynb": notebook("brook", name=OTHER),
        "all/README.txt": b"see the wiki",
    }
    result = run(course, unpacked(tmp_path / "source", files))
    assert submitted(course) == {w: notebook(w) for w in ("kim", "lee", "ada")}
    assert statuses(result)["brook"] == "nothing", "what is another assignment's is left alone"
    assert not result.open


NAMES = {"minsu": "김민수", "eunji": "이은지"}


@pytest.mark.parametrize(
    ("way", "form"),
    [
        *[("marked", "NFC"), ("marked", "NFD"), ("utf-8", "NFC"), ("utf-8", "NFD")],
        *[("cp949", "NFC"), ("euc-kr", "NFC")],  # which have no separate letters
    ],
)
def test_korean_names_of_files(tmp_path: Path, way: str, form: str) -> None:
    roster = "id,first_name,last_name\nm,민수,김\ne,은지,이\n"
    course = make_course(tmp_path / "course", roster=unicodedata.normalize("NFD", roster))
    files = {
        unicodedata.normalize(form, f"{name}/과제.ipynb"): notebook(name) for name in NAMES.values()
    }
    path = tmp_path / "k.zip"
    source = zipped(path, files) if way == "marked" else unmarked(path, files, way)

    result = run(course, source)

    assert submitted(course) == {"m": notebook("김민수"), "e": notebook("이은지")}
    recognised = [remark for remark in result.remarks if "read as cp949" in remark]
    assert bool(recognised) == (way in ("cp949", "euc-kr")), "what was recognised is said"


def test_an_encoding_can_be_named(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course", roster="id,first_name,last_name\ns,Zoë,Strauß\n")
    source = unmarked(tmp_path / "s.zip", {"Zoë Strauß/a.ipynb": notebook("s")}, "latin-1")
    assert run(course, source, dry_run=True).open
    assert not run(course, source, zip_names="latin-1").open
    assert submitted(course) == {"s": notebook("s")}


def test_the_documented_layouts_are_those_that_there_are() -> None:
    text = (Path(__file__).parents[2] / "docs" / "collect.md").read_text(encoding="utf-8")
    assert not [layout for layout in LAYOUTS if f"`{layout}`" not in text]
    assert NAME != OTHER
