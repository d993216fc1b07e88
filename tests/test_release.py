"""Reference notebook → student notebook: what is refused, and what comes out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import nbgrader.api as nb
import pytest
from nbgrader.nbgraderformat import MetadataValidator

from autograder.errors import CourseError
from autograder.release import PointsChange, check_reference, release, sync_points
from tests.gradebook import courses
from tests.gradebook.courses import NAME, POINTS, Notebook, cell

BEGIN, END = "    ### BEGIN SOLUTION\n", "    ### END SOLUTION"
# nbgrader 0.9.6 makes SQLAlchemy 2.1 warn about the order in which it connects rows.
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return courses.make_course(tmp_path / "course")


def test_the_student_notebook_is_valid_and_stubs_raise(course: Path) -> None:
    path = release(course, NAME, points=POINTS)
    assert path == course / "assignments" / NAME / f"{NAME}.ipynb"
    released = nbformat.read(path, as_version=4)
    nbformat.validate(released)
    MetadataValidator().validate_nb(released)
    assert (released.nbformat, released.nbformat_minor) == (4, 5)
    assert cell(released, "double").source == (
        'def double(x):\n    """x  a number"""\n'
        "    # YOUR CODE HERE\n    raise NotImplementedError()"
    )


def test_releasing_twice_gives_the_same_bytes_and_keeps_cell_ids(course: Path) -> None:
    first = release(course, NAME, points=POINTS).read_bytes()
    assert release(course, NAME, points=POINTS).read_bytes() == first
    ids = [c["id"] for c in json.loads(first)["cells"]]
    assert ids[:3] == ["intro", "c-imports", "s-double"]


def test_alternatives_and_misconceptions_stay_at_home_and_data_goes_along(course: Path) -> None:
    folder = release(course, NAME, points=POINTS).parent
    assert sorted(p.name for p in folder.rglob("*")) == ["data.csv", f"{NAME}.ipynb"]


def test_nbgrader_knows_the_assignment_and_its_points(course: Path) -> None:
    release(course, NAME, points=POINTS)
    with nb.Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        assert gradebook.find_assignment(NAME).max_score == sum(POINTS.values()) + 2  # written


def test_an_assignment_can_be_released_again_after_submissions_with_other_points(
    course: Path,
) -> None:
    release(course, NAME, points=POINTS)
    with nb.Gradebook(f"sqlite:///{course}/gradebook.db", "") as gradebook:
        gradebook.add_student("ann")
        gradebook.add_submission(NAME, "ann")
    more = POINTS | {"halve": 5.0}
    sync_points(course, NAME, more)
    release(course, NAME, points=more)
    with nb.Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        assert gradebook.find_grade_cell("test_halve", NAME, NAME).max_score == 5.0


def test_points_that_differ_from_the_suite_are_listed_with_the_next_step(course: Path) -> None:
    with pytest.raises(CourseError) as caught:
        release(course, NAME, points={"double": 4.0, "halve": 3.0, "treble": 1.0})
    assert caught.value.code == "points-differ"
    assert "halve: suite 3.0, notebook 2.5" in caught.value.what
    assert "treble: suite 1.0, notebook no grade cell" in caught.value.what
    assert caught.value.next == f"autograder release {NAME} --sync-points"
    assert not (course / "assignments").exists()


def test_syncing_writes_the_suites_points_and_nothing_else(course: Path) -> None:
    path = course / "solutions" / NAME / f"{NAME}.ipynb"
    before = json.loads(path.read_text())
    assert sync_points(course, NAME, {"double": 4.0, "halve": 3.0}) == (
        PointsChange(symbol="halve", before=2.5, after=3.0),
    )
    cell(before, "test_halve")["metadata"]["nbgrader"]["points"] = 3.0
    assert nbformat.from_dict(before) == nbformat.read(path, as_version=4)
    assert sync_points(course, NAME, {"double": 4.0, "halve": 3.0}) == ()


def spoil(course: Path, change: Callable[[Notebook], Any]) -> None:
    path = course / "solutions" / NAME / f"{NAME}.ipynb"
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def set_source(grade_id: str, source: str) -> Callable[[Notebook], Any]:
    return lambda content: cell(content, grade_id).update(source=source)


def own(content: Notebook, grade_id: str) -> dict[str, Any]:
    metadata: dict[str, Any] = cell(content, grade_id)["metadata"]["nbgrader"]
    return metadata


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda c: c["cells"].remove(cell(c, "test_double")),
         'cell "double" is not followed by its grade cell "test_double"'),
        (lambda c: c["cells"].remove(cell(c, "double")), '"test_double" belongs to no solution'),
        (lambda c: c["cells"].remove(cell(c, "imports")), 'no read-only cell "imports"'),
        (lambda c: own(c, "test_halve").update(grade_id="test_double"), "Duplicate grade id"),
        (lambda c: own(c, "double").update(schema_version=2), "schema version: 2"),
        (lambda c: c.update(nbformat_minor=4), "its nbformat is 4.4, expected 4.5"),
        (lambda c: cell(c, "double").pop("id"), "not valid"),
        (set_source("double", "def double(x):\n    return 2 * x"), "no lines between"),
        (set_source("double", f"def twice(x):\n{BEGIN}    pass\n{END}"),
         'defines twice, expected double alone'),
        (set_source("double", f"def double(x:\n{BEGIN}    pass\n{END}"),
         '"double" is not Python'),
        (lambda c: c["cells"].clear(), "no solution cell"),
        (set_source("intro", "![plot](plot.png)"), "shows plot.png, which is no file"),
        (set_source("intro", "![plot](attachment:plot.png)"), "plot.png, which it lacks"),
    ],
)  # fmt: skip
def test_an_unfit_reference_is_refused_with_the_reason(
    course: Path, change: Callable[[Notebook], Any], words: str
) -> None:
    spoil(course, change)
    with pytest.raises(CourseError) as caught:
        check_reference(course, NAME, points=POINTS)
    assert words in caught.value.what
    assert str(course) in caught.value.where


def test_a_missing_or_unreadable_reference_is_a_course_error(course: Path) -> None:
    with pytest.raises(CourseError, match="has no reference notebook"):
        release(course, "tripling")
    (course / "solutions" / NAME / f"{NAME}.ipynb").write_text("{")
    with pytest.raises(CourseError, match="is not valid"):
        release(course, NAME)


@pytest.mark.parametrize(
    ("grade_id", "source"),
    [
        ("intro", "The answer: `return x * 2  # the doubled value`\n\n    return x * 2 * 1 * 1\n"),
        ("halve", f"def halve(x):\n    return x / 1.0 / 2\n{BEGIN}    return x / 1.0 / 2\n{END}"),
    ],
)
def test_a_line_that_the_reference_shows_on_purpose_is_no_leak(
    course: Path, grade_id: str, source: str
) -> None:
    spoil(course, set_source(grade_id, source))
    release(course, NAME, points=POINTS)


def test_a_configuration_that_lets_solutions_through_is_caught(course: Path) -> None:
    config = course / "nbgrader_config.py"
    steps = "nbgrader.preprocessors.SaveCells"
    config.write_text(f"{config.read_text()}c.GenerateAssignment.preprocessors = ['{steps}']\n")
    with pytest.raises(CourseError) as caught:
        release(course, NAME, points=POINTS)
    assert "it shows a line of the solution: return x * 2  # the doubled value" in str(caught.value)
    assert not (course / "assignments" / NAME / f"{NAME}.ipynb").exists()


def test_a_configuration_that_lets_alternatives_through_is_caught(course: Path) -> None:
    config = course / "nbgrader_config.py"
    config.write_text(f"{config.read_text()}c.CourseDirectory.ignore = []\n")
    with pytest.raises(CourseError, match=r"comes with alternatives/loops\.py"):
        release(course, NAME, points=POINTS)


def test_a_suite_left_beside_the_reference_is_caught(course: Path) -> None:
    (course / "solutions" / NAME / "test_doubling.py").write_text("")
    with pytest.raises(CourseError, match=r"comes with test_doubling\.py"):
        release(course, NAME, points=POINTS)


def test_a_configuration_that_does_not_run_is_named(course: Path) -> None:
    (course / "nbgrader_config.py").write_text("import nonsense_that_is_not_there")
    with pytest.raises(CourseError) as caught:
        release(course, NAME, points=POINTS)
    assert caught.value.code == "nbgrader-config"
