"""Feedback pages as nbgrader's generate_feedback writes them, many at a time.

nbgrader opens the database for each page, checks the notebook's schema twice, renders every cell
of the released text again, and parses the whole page, Bootstrap's style sheet included, to add
alternative texts. Here scores and comments of all pages are read first, by one process, and the
pages are rendered on several, with everything reused that does not depend on the student.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from multiprocessing import get_context
from multiprocessing.util import get_temp_dir
from pathlib import Path

from nbconvert.exporters.exporter import ResourcesDict
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import nbjson
from nbgrader.converters import GenerateFeedback

from autograder.errors import GradebookError
from autograder.feedback import this_moment
from autograder.feedback.text import one_line
from autograder.gradebook import staging
from autograder.gradebook.config import course_config, course_directory
from autograder.gradebook.exporter import FeedbackExporter
from autograder.gradebook.generate import silent_log
from autograder.gradebook.opened import opened
from autograder.gradebook.standings import Standing, put_standing, standings
from autograder.gradebook.studentview import put_view
from autograder.gradebook.trouble import shown_url, translated
from autograder.gradebook.workers import end_with_the_command

PAGES_PER_TASK = 16
PARALLEL_FROM = 150  # pages; below, starting the processes takes longer than they save
STANDINGS_AT_ONCE = 128  # every cell's score and comment, some 20 KB a submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    student: str
    assignment: str
    path: Path | None  # None: see error
    error: GradebookError | None = None
    view: str = ""  # what the student may see, see View.name_for; empty: all


Render = Callable[[list[Standing]], list[Page]]


def render_feedback(
    course: Path,
    pairs: Iterable[tuple[str, str]],
    *,
    jobs: int = 1,
    db_url: str | None = None,
    now: datetime | None = None,
) -> list[Page]:
    """Write feedback/STUDENT/NAME/NAME.html for each (student, assignment).

    jobs     processes that render side by side (a script that asks for several has to
             guard its main part by __name__, as multiprocessing wants it)
    now      what a student may see depends on it; None: what it is when this begins
    returns  a Page for each pair, in order; one that failed says why and stops no other
    raises   GradebookError if the gradebook cannot be read; CourseError
    """
    root = course.absolute()
    wanted = list(dict.fromkeys(pairs))
    pages: list[Page] = []
    here = partial(_page, root, db_url, now or this_moment())
    with _renderers(here, jobs if len(wanted) >= PARALLEL_FROM else 1) as render:
        for at in range(0, len(wanted), STANDINGS_AT_ONCE):
            some = wanted[at : at + STANDINGS_AT_ONCE]
            found = _standings(root, some, db_url)
            done = iter(render([found[pair] for pair in some if pair in found]))
            pages += [next(done) if pair in found else _unknown(*pair) for pair in some]
    return pages


def _standings(
    root: Path, pairs: list[tuple[str, str]], db_url: str | None
) -> dict[tuple[str, str], Standing]:
    url = course_directory(course_config(root, db_url)).db_url
    with translated(shown_url(url)), opened(url) as gradebook:
        return standings(gradebook.db(), pairs)


@contextmanager
def _renderers(here: Callable[[Standing], Page], jobs: int) -> Iterator[Render]:
    """What renders pages, in the order of their standings, as often as it is asked."""
    if jobs == 1:
        yield lambda known: list(map(here, known))
        return
    # A server process that has imported all of this once, and has no threads, forks the workers.
    context = get_context("forkserver")
    context.set_forkserver_preload(["autograder.gradebook.pages"])
    with ProcessPoolExecutor(
        jobs, mp_context=context, initializer=end_with_the_command, initargs=(get_temp_dir(),)
    ) as pool:

        def render(known: list[Standing]) -> list[Page]:
            try:
                return list(pool.map(here, known, chunksize=PAGES_PER_TASK))
            except BrokenProcessPool:  # ended from outside, mostly for want of memory: slower, then
                return list(map(here, known))

        yield render


def _page(root: Path, db_url: str | None, now: datetime, standing: Standing) -> Page:
    student, assignment = standing.student, standing.assignment
    try:
        with translated(str(root / "feedback")):
            path, view = _renderer(root, db_url).write(standing, now)
    except GradebookError as error:
        return Page(student=student, assignment=assignment, path=None, error=error)
    except Exception as error:  # nbconvert at a student's text: that page fails, and no other
        return Page(student=student, assignment=assignment, path=None, error=_failed(error))
    return Page(student=student, assignment=assignment, path=path, view=view)


def _failed(error: Exception) -> GradebookError:
    return GradebookError(
        "feedback-failed",
        f"the page cannot be made: {type(error).__name__}: {one_line(str(error))}",
        next="look at the submitted notebook; its grade is kept, and other pages are not affected",
    )


def _unknown(student: str, assignment: str) -> Page:
    error = GradebookError(
        "not-in-gradebook",
        f"the gradebook has no submission of {assignment} by {student}",
        next=f"grade it first: autograder grade submitted/{student}/{assignment}",
    )
    return Page(student=student, assignment=assignment, path=None, error=error)


class _Renderer:
    def __init__(self, root: Path, db_url: str | None) -> None:
        config = course_config(root, db_url)
        self._coursedir = course_directory(config)
        self._converter = GenerateFeedback(
            coursedir=self._coursedir, config=config, log=silent_log()
        )
        self._exporter = FeedbackExporter(parent=self._converter, config=self._converter.config)
        self._exporter.use(self._converter.preprocessors)

    def write(self, standing: Standing, now: datetime) -> tuple[Path, str]:
        """(the page, what its student may see). Raises OSError, GradebookError, CourseError."""
        source = self._folder(self._coursedir.autograded_directory, standing)
        target = self._folder(self._coursedir.feedback_directory, standing)
        node = _marked(source, standing)
        view = put_view(
            node,
            Path(self._coursedir.root),
            standing.student,
            standing.assignment,
            now=now,
            due=standing.due,
        )
        html = self._exporter.page(node, _resources(standing))
        holder = staging.Staging(Path(self._coursedir.root, self._coursedir.feedback_directory))
        try:
            staged = holder.folder_for(target)
            files = staging.companions(source, self._coursedir.ignore)
            staging.copy(files, source, staged.folder)
            (staged.folder / f"{standing.assignment}.html").write_text(html, encoding="utf-8")
            staging.set_permissions(
                staged.folder, self._converter.permissions, groupshared=self._coursedir.groupshared
            )
            staged.publish()
        finally:
            holder.close()
        return target / f"{standing.assignment}.html", view

    def _folder(self, step: str, standing: Standing) -> Path:
        return Path(self._coursedir.format_path(step, standing.student, standing.assignment))


@cache
def _renderer(root: Path, db_url: str | None) -> _Renderer:
    """One per process: templates, styles and rendered cells are kept between pages."""
    return _Renderer(root, db_url)


def _marked(folder: Path, standing: Standing) -> NotebookNode:
    """The autograded notebook with scores and comments.

    raises  GradebookError if it does not fit the gradebook, OSError if it is not there
    """
    path = folder / f"{standing.assignment}.ipynb"
    try:
        node = nbjson.reads(path.read_text(encoding="utf-8"))
        put_standing(node, standing)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise GradebookError(
            "autograded-broken",
            "the autograded notebook does not fit the gradebook",
            where=str(path),
            next=f"grade the submission again: submitted/{standing.student}/{standing.assignment}",
        ) from error
    return node


def _resources(standing: Standing) -> ResourcesDict:
    resources = ResourcesDict()
    resources["unique_key"] = standing.assignment
    resources["nbgrader"] = {
        "student": standing.student,
        "assignment": standing.assignment,
        "notebook": standing.assignment,
        "score": standing.score - standing.late_penalty,
        "max_score": standing.max_score,
        "late_penalty": standing.late_penalty,
    }
    metadata = ResourcesDict()
    metadata["name"] = standing.assignment
    resources["metadata"] = metadata
    return resources
