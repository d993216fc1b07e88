"""What the one line changes in a configuration, and what it does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from nbgrader.converters import Autograde
from nbgrader.preprocessors import Execute
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from autograder.errors import CourseError
from autograder.gradebook import adopt, configure, course_in
from autograder.gradebook.config import THE_LINE, course_config, course_directory
from tests.adoption import courses

pytestmark = courses.NBGRADERS_WARNINGS


class OwnExecute(Execute):  # type: ignore[misc]
    """An instructor's own step in the place of nbgrader's."""


def adopted(**autograde: Any) -> Config:
    config = Config()
    for name, value in autograde.items():
        config.Autograde[name] = value
    adopt(config)
    return config


def kinds(steps: list[Any]) -> list[type]:
    return [import_item(step) if isinstance(step, str) else step for step in steps]


def test_nbgraders_own_steps_stay_and_two_of_ours_stand_among_them() -> None:
    config = adopted()
    first, *others = kinds(config.Autograde.sanitize_preprocessors)
    assert first.__name__ == "RepairSubmission"
    assert others == Autograde.sanitize_preprocessors.default()
    grading, *others = kinds(config.Autograde.autograde_preprocessors)
    assert grading.__name__ == "GradeWithAutograder"
    assert [Execute, *others] == Autograde.autograde_preprocessors.default()


def test_what_the_instructor_has_set_stays() -> None:
    config = Config()
    config.CourseDirectory.source_directory = "master"
    config.CourseDirectory.db_url = "sqlite:////elsewhere.db"
    config.CourseDirectory.ignore = ["secret"]
    config.AssignLatePenalties.plugin_class = "my.Plugin"
    config.Autograde.pre_convert_hook = "my.hook"
    before = {name: dict(section) for name, section in config.items()}
    adopt(config)
    after = {name: dict(section) for name, section in config.items()}
    assert after.pop("GradeWithAutograder") == {"hidden": "tests/hidden"}
    assert after.pop("Autograde").pop("pre_convert_hook") == "my.hook"
    assert after.pop("GenerateFeedback").keys() == {"preprocessors"}
    del before["Autograde"]
    assert after == before


def test_own_steps_stay_wherever_they_stand() -> None:
    own = ["my.First", "nbgrader.preprocessors.Execute", "my.Last"]
    steps = adopted(autograde_preprocessors=own).Autograde.autograde_preprocessors
    assert steps == ["my.First", "autograder.gradebook.GradeWithAutograder", "my.Last"]


def test_an_own_execute_still_decides_what_happens_without_a_suite() -> None:
    (step,) = adopted(autograde_preprocessors=[OwnExecute]).Autograde.autograde_preprocessors
    assert step.__mro__[1].__name__ == "GradeWithAutograder"
    assert step.__mro__[2] is OwnExecute


def test_a_list_without_execute_executes_nothing() -> None:
    steps = adopted(autograde_preprocessors=["my.Step"]).Autograde.autograde_preprocessors
    assert steps == ["autograder.gradebook.GradeSuitesOnly", "my.Step"]


def test_a_step_that_was_appended_is_appended_to_nbgraders_own() -> None:
    config = Config()
    config.Autograde.autograde_preprocessors.append("my.Step")
    config.Autograde.sanitize_preprocessors.insert(0, "my.Cleaner")
    adopt(config)
    assert config.Autograde.autograde_preprocessors[-1] == "my.Step"
    assert len(config.Autograde.autograde_preprocessors) > 5
    assert config.Autograde.sanitize_preprocessors[:2] == [
        "autograder.gradebook.RepairSubmission",
        "my.Cleaner",
    ]


def test_the_line_twice_is_the_line_once() -> None:
    once, twice = adopted(), adopted()
    adopt(twice)
    assert once == twice


def test_a_course_of_ours_has_the_steps_of_this_nbgrader_too() -> None:
    config = Config()
    configure(config)
    assert config.Autograde == adopted().Autograde


def test_our_commands_find_folders_and_database_of_the_course(course: Path) -> None:
    loaded = course_in(course)
    (assignment,) = loaded.assignments
    assert (loaded.id, assignment.name) == ("course101", "ps2")
    assert assignment.reference == course / "source" / "ps2" / "problem1.ipynb"
    assert assignment.release == course / "release" / "ps2" / "problem1.ipynb"
    assert assignment.misconceptions == course / "tests" / "catalogue" / "ps2" / "misconceptions"
    assert loaded.submitted == course / "submitted"
    assert course_directory(course_config(course)).db_url == f"sqlite:///{course}/gradebook.db"


def test_folders_of_other_names(tmp_path: Path) -> None:
    line = (
        "from autograder.gradebook import adopt; adopt(get_config(), hidden='suites')\n"
        "c.CourseDirectory.source_directory = 'master'\n"
        "c.CourseDirectory.submitted_directory = 'handed_in'\n"
    )
    root = courses.make_course(tmp_path, line=line)
    (root / "source").rename(root / "master")
    (root / "tests" / "hidden").rename(root / "suites")
    loaded = course_in(root)
    (assignment,) = loaded.assignments
    assert assignment.reference == root / "master" / "ps2" / "problem1.ipynb"
    assert assignment.suite == root / "suites" / "ps2"
    assert loaded.submitted == root / "handed_in"


def test_course_yml_is_respected_where_there_is_one(course: Path) -> None:
    (course / "course.yml").write_text(
        "id: dl\ntitle: Mine\nlanguage: ko\nassignments:\n"
        "  ps1: {due: 2026-03-01}\n  ps2: {limits: {call: 2 s}}\n"
    )
    loaded = course_in(course)
    assert (loaded.id, loaded.language) == ("dl", "ko")
    assert loaded.assignment("ps2").limits.call_s == 2.0
    assert loaded.assignment("ps1").due is not None


def test_an_assignment_in_course_yml_that_is_not_in_the_source(course: Path) -> None:
    (course / "course.yml").write_text("id: dl\ntitle: Mine\nassignments:\n  ps9:\n")
    with pytest.raises(CourseError, match=r"ps9.* has no source/ps9/"):
        course_in(course)


def test_a_list_of_steps_below_the_line_is_told(course: Path) -> None:
    with (course / "nbgrader_config.py").open("a") as file:
        file.write("c.Autograde.autograde_preprocessors = ['nbgrader.preprocessors.Execute']\n")
    with pytest.raises(CourseError, match="after `adopt`") as told:
        course_in(course)
    assert THE_LINE in told.value.next


def test_a_course_without_the_line_is_told_the_line(tmp_path: Path) -> None:
    root = courses.make_course(tmp_path, line="")
    with pytest.raises(CourseError, match="does not name our engine") as told:
        course_in(root)
    assert THE_LINE in told.value.next
