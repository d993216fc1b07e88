"""A reference that is changed after students have submitted: nobody loses what they have."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbgrader.api as nb
import pytest

from autograder.errors import AutograderError, CourseError
from autograder.gradebook import record, render_feedback
from autograder.release import release
from autograder.report import Report
from tests.gradebook.courses import (
    NAME,
    POINTS,
    Notebook,
    cell,
    reference,
    report,
    submit,
    write_json,
)
from tests.gradebook.rows import rows

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


def change(course: Path, how: Callable[[Notebook], None]) -> None:
    content = reference()
    how(content)
    write_json(course / "solutions" / NAME / f"{NAME}.ipynb", content)


def with_triple(content: Notebook) -> None:
    """A further symbol, worth two points."""
    text = json.dumps([cell(content, "double"), cell(content, "test_double")])
    solution, check = json.loads(text.replace("double", "triple").replace("x * 2", "x * 3"))
    solution["id"], check["id"], check["metadata"]["nbgrader"]["points"] = "s-3", "t-3", 2.0
    check["source"] = "assert triple(2) == 6"
    content["cells"] += [solution, check]


def without(*names: str) -> Callable[[Notebook], None]:
    def remove(content: Notebook) -> None:
        gone = [cell(content, name) for name in names]
        content["cells"] = [each for each in content["cells"] if each not in gone]

    return remove


def graded(course: Path, found: Report) -> None:
    notebook = course / "submitted" / found.student / NAME / f"{NAME}.ipynb"
    (saved,) = record(course, [(found, notebook.read_bytes())])
    assert saved.error is None


def release_again(course: Path, points: dict[str, float]) -> list[str]:
    remarks: list[AutograderError] = []
    release(course, NAME, points=points, notice=remarks.append)
    return [remark.code for remark in remarks]


def grades(course: Path, student: str = "ann") -> dict[str, tuple[Any, Any]]:
    """Cell → automatic score, manual score."""
    found = rows(course / "gradebook.db")["grades"]
    return {grade[1]: (grade[2], grade[3]) for grade in found if grade[0] == student}


def by_hand(course: Path, name: str, *, comment: str = "") -> None:
    with nb.Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.find_grade(name, NAME, NAME, "ann").manual_score = 1.5
        if comment:
            gradebook.find_comment("why", NAME, NAME, "ann").manual_comment = comment
        gradebook.db.commit()


def test_a_new_symbol_gives_everybody_a_row_and_the_old_submission_is_still_graded(
    course: Path,
) -> None:
    submit(course, "ann")
    graded(course, report("ann"))
    by_hand(course, "why", comment="well said")
    before = grades(course)
    change(course, with_triple)
    assert release_again(course, POINTS | {"triple": 2.0}) == ["assignment-changed"]
    assert grades(course) == before | {"test_triple": (None, None)}
    tripled = replace(report("ann").tests[0], name="test_triple", cell="triple", max_points=2.0)
    graded(course, report("ann", tests=(*report("ann").tests, tripled)))
    assert grades(course) == before | {"test_triple": (1.0, None)}
    autograded = json.loads((course / f"autograded/ann/{NAME}/{NAME}.ipynb").read_text())
    assert "NotImplementedError" in "".join(cell(autograded, "triple")["source"])
    (page,) = render_feedback(course, [("ann", NAME)])
    assert page.path is not None
    assert "well said" in page.path.read_text()


def test_a_symbol_that_is_gone_counts_no_more_and_the_old_submission_is_still_graded(
    course: Path,
) -> None:
    submit(course, "ann")
    graded(course, report("ann"))
    before = grades(course)
    change(course, without("halve", "test_halve"))
    assert release_again(course, {"double": 4.0}) == ["assignment-changed"]
    del before["test_halve"]
    assert grades(course) == before
    graded(course, report("ann", tests=report("ann").tests[:-1]))
    assert grades(course) == before
    assert rows(course / "gradebook.db")["assignments"][0][-1] == 6.0


@pytest.mark.parametrize("comment", ["", "well said"])
def test_what_a_person_has_given_is_never_removed_with_its_cell(course: Path, comment: str) -> None:
    submit(course, "ann")
    graded(course, report("ann"))
    by_hand(course, "why", comment=comment)
    before = rows(course / "gradebook.db")
    released = course / "assignments" / NAME / f"{NAME}.ipynb"
    text = released.read_bytes()
    change(course, without("why"))
    with pytest.raises(CourseError) as caught:
        release_again(course, POINTS)
    assert caught.value.code == "release-would-lose"
    assert "why" in caught.value.what
    assert "ann" in caught.value.what
    assert rows(course / "gradebook.db") == before
    assert released.read_bytes() == text


def test_other_points_alone_are_no_other_cells(course: Path) -> None:
    submit(course, "ann")
    graded(course, report("ann"))

    def dearer(content: Notebook) -> None:
        cell(content, "test_halve")["metadata"]["nbgrader"]["points"] = 5.0

    change(course, dearer)
    assert release_again(course, POINTS | {"halve": 5.0}) == []
    assert grades(course)["test_halve"] == (2.5, None)


def test_what_was_released_stays_where_a_new_version_is_refused(course: Path) -> None:
    """nbgrader empties its folder before it knows whether it can fill it again."""
    before = {p: p.read_bytes() for p in (course / "assignments").rglob("*") if p.is_file()}
    assert before

    def unclosed(content: Notebook) -> None:
        free = next(each for each in content["cells"] if each["id"] == "free")
        free["source"] = "### BEGIN HIDDEN TESTS"

    change(course, unclosed)
    with pytest.raises(CourseError) as caught:
        release_again(course, POINTS)
    assert caught.value.code == "release-refused"
    assert "No end hidden tests statement found" in caught.value.what, (
        "the reason, and not that there is one"
    )
    assert {p: p.read_bytes() for p in (course / "assignments").rglob("*") if p.is_file()} == before


def test_a_suite_that_was_changed_without_a_release_grades_nobody_and_loses_nothing(
    course: Path,
) -> None:
    path = submit(course, "ann")
    graded(course, report("ann"))
    before = rows(course / "gradebook.db")
    tripled = replace(report("ann").tests[0], name="test_triple", cell="triple")
    changed = report("ann", tests=(*report("ann").tests, tripled))
    (saved,) = record(course, [(changed, path.read_bytes())])
    assert saved.error is not None
    assert saved.error.code == "points-differ"
    assert "autograder release" in saved.error.next
    assert rows(course / "gradebook.db") == before
