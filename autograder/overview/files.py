"""The files of a report: where they may lie, and how they get there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from autograder.atomic import write_whole
from autograder.course import Course
from autograder.errors import AutograderError, UsageError
from autograder.overview.model import Overview
from autograder.overview.page import index_of, page_of
from autograder.overview.tables import course_csv, students_csv, tests_csv

FOLDER = "reports"
FORMATS = ("html", "csv", "json")


def folder_of(course: Course, given: Path | None) -> Path:
    """raises  UsageError "report-for-students" for a folder whose content is handed out"""
    folder = (given or course.root / FOLDER).absolute()
    own = course.folders
    # What lies in these reaches students, sooner or later.
    for name in (own.source, own.release, own.submitted, own.autograded, own.feedback):
        forbidden = (course.root / name).resolve()
        if folder.resolve().is_relative_to(forbidden):
            raise UsageError(
                "report-for-students",
                f"a report names students and hidden tests, and {name}/ is handed out or belongs "
                "to nbgrader",
                where=str(folder),
                next=f"name another folder with --out; the default is {FOLDER}/ in the course",
            )
    return folder


def contents_of(overview: Overview, formats: Sequence[str]) -> dict[str, str]:
    """File name → text."""
    name, found = overview.assignment, {}
    if "html" in formats:
        found[f"{name}.html"] = page_of(overview)
    if "csv" in formats:
        found[f"{name}.csv"] = students_csv(overview)
        found[f"{name}.tests.csv"] = tests_csv(overview)
    if "json" in formats:
        found[f"{name}.json"] = json_of(overview) + "\n"
    return found


def contents_of_course(
    course: str, overviews: Sequence[Overview], formats: Sequence[str]
) -> dict[str, str]:
    found = {}
    if "html" in formats:
        found["index.html"] = index_of(course, overviews)
    if "csv" in formats:
        found["index.csv"] = course_csv(overviews)
    return found


def json_of(overview: Overview) -> str:
    return msgspec.json.encode(overview).decode()


def write_all(folder: Path, contents: Mapping[str, str]) -> list[Path]:
    """Each file whole, or as it was before.

    raises  AutograderError "report-refused" where the folder or the disk refuses
    """
    try:
        for name, text in contents.items():
            write_whole(folder / name, text)
    except OSError as error:
        raise AutograderError(
            "report-refused",
            f"the report cannot be written: {error.strerror or error}",
            where=str(error.filename or folder),
            next="make room or rights there, or name another folder with --out",
        ) from None
    return [folder / name for name in contents]
