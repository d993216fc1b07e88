"""nbgrader as it comes: default configuration, its own autograde and generate_feedback."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config


def configuration(root: Path) -> Config:
    config = Config()
    config.CourseDirectory.root = str(root)
    return config


def coursedir(config: Config, assignment: str) -> CourseDirectory:
    directory = CourseDirectory(config=config)
    directory.assignment_id = assignment
    return directory


def autograde(root: Path, assignment: str) -> None:
    """`nbgrader autograde ASSIGNMENT`: all students, one after the other."""
    _run(Autograde, root, assignment)


def generate_feedback(root: Path, assignment: str) -> None:
    """`nbgrader generate_feedback ASSIGNMENT`."""
    _run(GenerateFeedback, root, assignment)


def scores(root: Path, assignment: str) -> dict[str, dict[str, float]]:
    """Student → symbol → points: all of a cell's, or none."""
    found: dict[str, dict[str, float]] = {}
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        for submission in gradebook.assignment_submissions(assignment):
            found[submission.student.id] = {
                grade.name.removeprefix("test_"): float(grade.score)
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
    return found


def _run(converter: Any, root: Path, assignment: str) -> None:
    config = configuration(root)
    log = logging.Logger("nbgrader")  # not registered: says nothing
    log.addHandler(logging.NullHandler())
    converter(coursedir=coursedir(config, assignment), config=config, log=log).start()
