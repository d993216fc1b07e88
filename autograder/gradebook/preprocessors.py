"""Our engine inside nbgrader's own autograde: the command line and formgrader's button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from nbconvert.exporters.exporter import ResourcesDict
from nbformat.notebooknode import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute, NbGraderPreprocessor
from traitlets import Unicode
from traitlets.utils.importstring import import_item

from autograder.course import Folders
from autograder.course.folders import suite_places
from autograder.errors import AutograderError, CourseError
from autograder.feedback import Attempt, Explanations
from autograder.gradebook.adoption import HIDDEN, folders_of
from autograder.gradebook.attempts import CountAttempt, in_utc
from autograder.gradebook.master import Master, master_of
from autograder.gradebook.outputs import put_report
from autograder.gradebook.penalties import settle_submission
from autograder.gradebook.repair import repair
from autograder.gradebook.settings import (
    feedback_rules_of,
    language_of,
    misconceptions_of,
    zones_of,
)
from autograder.gradebook.timestamps import submitted_at
from autograder.report import Report, Status

Engine = Callable[[Path, str, str], Report]  # notebook, student, assignment


@dataclass(frozen=True, slots=True)
class Suited:
    """A notebook that a hidden suite decides about."""

    name: str  # of the assignment, as our courses have it
    root: Path
    folders: Folders
    misconceptions: Path  # may be missing


class NotGraded(Exception):
    """The platform could not grade; nbgrader reports it and keeps the earlier score."""


class RepairSubmission(NbGraderPreprocessor):  # type: ignore[misc]
    """See autograder.gradebook.repair; before nbgrader's own clean-up, which is stricter.

    Leaves a notebook without a hidden suite as it is. Being the first step, it also sees to it
    that nbgrader's late penalties go by the deadlines of course.yml.
    """

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        names = resources["nbgrader"]
        coursedir, student = _coursedir(self), names["student"]
        settle_submission(coursedir, self.config, student, names["assignment"], self._notice)
        if _suited(self, resources) is not None:
            repair(nb, _master(resources))
        return nb, resources

    def _notice(self, remark: AutograderError) -> None:
        self.log.warning("%s", remark)


class GradeWithAutograder(Execute):  # type: ignore[misc]
    """Grades what was submitted with the hidden suite; without a suite, nbgrader's Execute."""

    engine = Unicode(
        "autograder.grading.open_engine",
        help="Function that takes the course's folder (Path), of an adopted course Folders too, "
        "and returns a function (notebook: Path, student: str, assignment: str) -> Report",
    ).tag(config=True)
    hidden = Unicode(
        HIDDEN,
        help="Folder of the hidden suites of a course that autograder.gradebook.adopt was called "
        "for; relative to the course's own",
    ).tag(config=True)
    attempts = Unicode(
        "autograder.attempts.open_count",
        help="Function that takes the course's folder (Path) and returns a function "
        "(report: Report, handed_in: datetime | None) -> Attempt | None",
    ).tag(config=True)
    language = Unicode(
        "", help="Language of the feedback; empty: as course.yml and its roster say"
    ).tag(config=True)

    def __call__(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        # Execute obeys --no-execute. Then only what the student's file claims would be scored.
        if not self.enabled and _suited(self, resources) is not None:
            self.log.warning("--no-execute has no effect: the hidden suite decides the score")
            return self.preprocess(nb, resources)
        result: tuple[NotebookNode, ResourcesDict] = super().__call__(nb, resources)
        return result

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict, *args: Any, **kwargs: Any
    ) -> tuple[NotebookNode, ResourcesDict]:
        suited = _suited(self, resources)
        if suited is None:
            return self._without_suite(nb, resources, *args, **kwargs)
        try:
            report = self._report(suited, resources)
            _master(resources).check(report)
        except CourseError as error:
            raise _advised(error, suited, resources) from None
        root = suited.root
        explanations = Explanations(suited.misconceptions, self._warn)
        language = self.language or language_of(root, report.student)
        put_report(nb, report, language, explanations, self._attempt(suited, report, resources))
        return nb, resources

    def _attempt(self, suited: Suited, report: Report, resources: ResourcesDict) -> Attempt | None:
        if feedback_rules_of(suited.root, report.assignment).informative_attempts_per_day is None:
            return None
        count: CountAttempt = import_item(self.attempts)(suited.root)
        folder = _submitted(_coursedir(self), resources).parent
        handed_in = submitted_at(folder, zones_of(suited.root, self.config))
        return count(report, in_utc(handed_in))

    def _without_suite(
        self, nb: NotebookNode, resources: ResourcesDict, *args: Any, **kwargs: Any
    ) -> tuple[NotebookNode, ResourcesDict]:
        result: tuple[NotebookNode, ResourcesDict]
        result = super().preprocess(nb, resources, *args, **kwargs)
        return result

    def _warn(self, error: AutograderError) -> None:
        self.log.warning("%s", error)

    def _report(self, suited: Suited, resources: ResourcesDict) -> Report:
        engine = _engine(self.engine, suited.root, suited.folders)
        path = _submitted(_coursedir(self), resources)
        report = engine(path, resources["nbgrader"]["student"], suited.name)
        if report.status is not Status.GRADED:
            raise NotGraded(report.message or "the platform could not grade this notebook")
        for flag in report.flags:
            self.log.warning("%s, %s: %s", report.student, report.assignment, flag)
        return report


class GradeSuitesOnly(GradeWithAutograder):
    """Where the course's own list has no Execute: what has no hidden suite is not executed."""

    def _without_suite(
        self, nb: NotebookNode, resources: ResourcesDict, *args: Any, **kwargs: Any
    ) -> tuple[NotebookNode, ResourcesDict]:
        return nb, resources


def _advised(error: CourseError, suited: Suited, resources: ResourcesDict) -> CourseError:
    """Our release command is not for a course that was nbgrader's before."""
    if suited.folders.adopted and error.code in ("points-differ", "points-disagree"):
        name = resources["nbgrader"]["assignment"]
        error.next = (
            "let every grade cell be called test_SYMBOL and have the points that the suite has for "
            f"SYMBOL, then: nbgrader generate_assignment {name} --force"
        )
    return error


@cache
def _engine(name: str, root: Path, folders: Folders) -> Engine:
    """One engine per course and process: nbgrader makes a preprocessor for every notebook."""
    open_engine = import_item(name)
    engine: Engine = open_engine(root, folders) if folders.adopted else open_engine(root)
    return engine


def _coursedir(step: NbGraderPreprocessor) -> CourseDirectory:
    """nbgrader's converter is the parent of a preprocessor's parent, an exporter."""
    converter = getattr(step.parent, "parent", None)
    found = getattr(converter, "coursedir", None)
    return found if found is not None else CourseDirectory(parent=step)


def _suited(step: NbGraderPreprocessor, resources: ResourcesDict) -> Suited | None:
    """None: nbgrader grades this notebook alone.

    raises  CourseError if it cannot be told which notebook a suite is of
    """
    coursedir, names = _coursedir(step), resources["nbgrader"]
    folders, root = folders_of(coursedir, step.config), Path(coursedir.root)
    assignment, notebook = names["assignment"], names["notebook"]
    if not folders.adopted:
        if notebook != assignment or not (root / folders.hidden / assignment).is_dir():
            return None
        return Suited(assignment, root, folders, misconceptions_of(root, assignment))
    for place in suite_places(root, folders, assignment):
        if place.notebook.stem == notebook:
            return Suited(place.name, root, folders, place.catalogue / "misconceptions")
    return None


def _submitted(coursedir: CourseDirectory, resources: ResourcesDict) -> Path:
    names = resources["nbgrader"]
    folder = coursedir.format_path(
        coursedir.submitted_directory, names["student"], names["assignment"]
    )
    return Path(folder) / f"{names['notebook']}.ipynb"


def _master(resources: ResourcesDict) -> Master:
    names = resources["nbgrader"]
    with Gradebook(names["db_url"]) as gradebook:
        return master_of(gradebook.find_notebook(names["notebook"], names["assignment"]))
