"""CSV, JSON, and where reports may lie."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from dataclasses import fields
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.errors import AutograderError, UsageError
from autograder.overview import contents_of, folder_of, model, write_all
from autograder.overview.measures import Figure, Spread
from autograder.report import Outcome
from tests.overview import classes
from tests.overview.classes import NAME, report, result

DOCS = Path(__file__).parent.parent.parent / "docs" / "report.md"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return classes.make_course(tmp_path_factory.mktemp("files") / "course")


def rows(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_table_of_students_has_a_row_each(root: Path) -> None:
    some = classes.reports(30)
    table = rows(contents_of(classes.overview(root, some), ["csv"])[f"{NAME}.csv"])
    assert [row["student"] for row in table] == [each.student for each in some]
    assert [float(row["score"]) for row in table] == [each.score for each in some]
    assert table[0]["untouched"] == "standardize; squared_distances"
    assert table[1]["flags"] == "network-attempt"
    assert float(table[5]["points:standardize"]) + float(table[5]["points:squared_distances"]) == (
        pytest.approx(float(table[5]["score"]))
    )


def test_the_table_of_tests_has_their_figures(root: Path) -> None:
    overview = classes.overview(root, classes.reports(30))
    table = rows(contents_of(overview, ["csv"])[f"{NAME}.tests.csv"])
    assert [row["test"] for row in table] == [test.name for test in overview.tests]
    assert float(table[3]["difficulty"]) == pytest.approx(overview.tests[3].difficulty, abs=1e-4)
    assert table[-1]["remark"] == "nobody passes"
    assert table[-1]["discrimination"] == ""
    assert table[-1]["why_no_discrimination"]


def test_no_cell_is_a_formula(root: Path) -> None:
    tests = [result("standardize", "test_a", 1.0, Outcome.PASSED)]
    evil = '=HYPERLINK("http://example.org")'
    overview = classes.overview(root, [report("kim", tests)], names={"kim": evil})
    (row,) = rows(contents_of(overview, ["csv"])[f"{NAME}.csv"])
    assert row["name"] == f"'{evil}"


def test_the_json_says_all_and_is_documented(root: Path) -> None:
    text = contents_of(classes.overview(root, classes.reports(12)), ["json"])[f"{NAME}.json"]
    data = json.loads(text)
    assert data["graded"] == 12
    assert data["tests"][2]["discrimination"].keys() == {"value", "why_not"}
    rows_of_it = [
        *(model.Overview, model.TestRow, model.CellRow, model.MisconceptionRow, model.FlagRow),
        *(model.Outlier, model.NotGraded, model.StudentRow, Spread, Figure),
    ]
    names = {each.name for row in rows_of_it for each in fields(row)}
    said = DOCS.read_text(encoding="utf-8")
    assert not [name for name in sorted(names) if f"`{name}`" not in said]


def test_every_column_is_documented(root: Path) -> None:
    found = contents_of(classes.overview(root, classes.reports(12)), ["csv"])
    said = DOCS.read_text(encoding="utf-8")
    heads = {head.partition(":")[0] for text in found.values() for head in rows(text)[0]}
    assert not [head for head in sorted(heads) if not re.search(rf"`{head}\b", said)]


@pytest.mark.parametrize("name", ["assignments", "assignments/x", "feedback", "submitted/kim"])
def test_no_report_lies_where_students_might_receive_it(root: Path, name: str) -> None:
    with pytest.raises(UsageError) as refused:
        folder_of(load_course(root), root / name)
    assert refused.value.code == "report-for-students"


def test_a_link_does_not_lead_there_either(root: Path, tmp_path: Path) -> None:
    (tmp_path / "harmless").symlink_to(root / "assignments")
    with pytest.raises(UsageError):
        folder_of(load_course(root), tmp_path / "harmless")


def test_files_are_whole_or_as_they_were(tmp_path: Path) -> None:
    written = write_all(tmp_path / "new" / "reports", {"a.csv": "first"})
    assert [path.read_text() for path in written] == ["first"]
    (tmp_path / "new" / "reports" / "b.csv").mkdir()  # something in the way
    with pytest.raises(AutograderError) as refused:
        write_all(tmp_path / "new" / "reports", {"a.csv": "second", "b.csv": "second"})
    assert refused.value.code == "report-refused"
    assert sorted(os.listdir(tmp_path / "new" / "reports")) == ["a.csv", "b.csv"]


def test_git_does_not_see_reports(root: Path) -> None:
    for ignored in (root / ".gitignore", DOCS.parent.parent / ".gitignore"):
        assert "/reports/" in ignored.read_text().splitlines()
