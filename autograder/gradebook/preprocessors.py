"""Our engine inside nbgrader's own autograde: the command line and formgrader's button."""

from __future__ import annotations

from collections.abc import Callable
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

from autograder.errors import AutograderError
from autograder.feedback import Explanations
from autograder.gradebook.master import Master, master_of
from autograder.gradebook.outputs import put_report
from autograder.gradebook.repair import repair
from autograder.gradebook.settings import language_of, misconceptions_of
from autograder.report import Report, Status

Engine = Callable[[Path, str, str], Report]  # notebook, student, assignment


class NotGraded(Exception):
    """The platform could not grade; nbgrader reports it and keeps the earlier score."""


class RepairSubmission(NbGraderPreprocessor):  # type: ignore[misc]
    """See autograder.gradebook.repair; before nbgrader's own clean-up, which is stricter."""

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        repair(nb, _master(resources))
        return nb, resources


class GradeWithAutograder(Execute):  # type: ignore[misc]
    """Grades what was submitted with the hidden suite; without a suite, nbgrader's Execute."""

    engine = Unicode(
        "autograder.grading.open_engine",
        help="Function that takes the course's folder (Path) and returns a function "
        "(notebook: Path, student: str, assignment: str) -> Report",
    ).tag(config=True)
    language = Unicode(
        "", help="Language of the feedback; empty: as course.yml and its roster say"
    ).tag(config=True)

    def __call__(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        # Execute obeys --no-execute. Then only what the student's file claims would be scored.
        if not self.enabled and _has_suite(self._coursedir(), resources):
            self.log.warning("--no-execute has no effect: the hidden suite decides the score")
            return self.preprocess(nb, resources)
        result: tuple[NotebookNode, ResourcesDict] = super().__call__(nb, resources)
        return result

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict, *args: Any, **kwargs: Any
    ) -> tuple[NotebookNode, ResourcesDict]:
        coursedir = self._coursedir()
        if not _has_suite(coursedir, resources):
            result: tuple[NotebookNode, ResourcesDict]
            result = super().preprocess(nb, resources, *args, **kwargs)
            return result
        report = self._report(coursedir, resources)
        _master(resources).check(report)
        root = Path(coursedir.root)
        explanations = Explanations(misconceptions_of(root, report.assignment), self._warn)
        put_report(nb, report, self.language or language_of(root, report.student), explanations)
        return nb, resources

    def _warn(self, error: AutograderError) -> None:
        self.log.warning("%s", error)

    def _report(self, coursedir: CourseDirectory, resources: ResourcesDict) -> Report:
        names = resources["nbgrader"]
        engine = _engine(self.engine, Path(coursedir.root))
        report = engine(_submitted(coursedir, resources), names["student"], names["assignment"])
        if report.status is not Status.GRADED:
            raise NotGraded(report.message or "the platform could not grade this notebook")
        for flag in report.flags:
            self.log.warning("%s, %s: %s", report.student, report.assignment, flag)
        return report

    def _coursedir(self) -> CourseDirectory:
        """nbgrader's converter is the parent of our parent, an exporter."""
        converter = getattr(self.parent, "parent", None)
        found = getattr(converter, "coursedir", None)
        return found if found is not None else CourseDirectory(parent=self)


@cache
def _engine(name: str, root: Path) -> Engine:
    """One engine per course and process: nbgrader makes a preprocessor for every notebook."""
    engine: Engine = import_item(name)(root)
    return engine


def _submitted(coursedir: CourseDirectory, resources: ResourcesDict) -> Path:
    names = resources["nbgrader"]
    folder = coursedir.format_path(
        coursedir.submitted_directory, names["student"], names["assignment"]
    )
    return Path(folder) / f"{names['notebook']}.ipynb"


def _has_suite(coursedir: CourseDirectory, resources: ResourcesDict) -> bool:
    suite = Path(coursedir.root, "tests", "hidden", resources["nbgrader"]["assignment"])
    return suite.is_dir()


def _master(resources: ResourcesDict) -> Master:
    names = resources["nbgrader"]
    with Gradebook(names["db_url"]) as gradebook:
        return master_of(gradebook.find_notebook(names["notebook"], names["assignment"]))
