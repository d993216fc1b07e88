"""nbgrader's generate_assignment: quietly, and with its complaints as a CourseError."""

from __future__ import annotations

import logging
import os
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import nbgrader.api as nb
from nbformat.notebooknode import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.nbgraderformat import MetadataValidator

from autograder.errors import CourseError
from autograder.feedback import Notice
from autograder.gradebook import staging
from autograder.gradebook.changed import Change, follow, has_submissions
from autograder.gradebook.config import course_config, course_directory
from autograder.gradebook.deadlines import put_deadlines
from autograder.gradebook.opened import known_alembic_version, opened
from autograder.gradebook.settings import deadlines_of
from autograder.gradebook.trouble import shown_url, translated, trouble_told


def generate_assignment(
    root: Path,
    name: str,
    *,
    db_url: str | None = None,
    release_directory: Path | None = None,
    notice: Notice = lambda error: None,
) -> Path:
    """solutions/NAME → assignments/NAME and the assignment's rows in nbgrader's database.

    release_directory  instead of assignments/: for the rows alone
    notice             is told what this means for submissions that there are already
    returns            the released notebook
    raises             CourseError with nbgrader's reason; GradebookError for the database: what
                       was released before stays in its place
    """
    config = course_config(root, db_url)
    if release_directory is not None:
        config.CourseDirectory.release_directory = str(release_directory)
    coursedir = course_directory(config)
    where = shown_url(coursedir.db_url)
    folder = coursedir.format_path(coursedir.release_directory, ".", name)
    place = Path(os.path.normpath(folder))
    with translated(where), opened(coursedir.db_url) as gradebook:
        _have_course(gradebook, coursedir.course_id)
        change = _follow_the_reference(gradebook, root, name)
    with translated(str(place)):
        holder = staging.Staging(place.parent)
        try:
            staged = holder.folder_for(place)
            _run(root, name, coursedir.db_url, staged.folder)
            replace(staged, folder=staged.folder / name).publish()
        finally:
            holder.close()
    with translated(where), opened(coursedir.db_url) as gradebook:
        wanted = deadlines_of(root, name)
        row = gradebook.find_assignment(name)
        for remark in () if wanted is None else put_deadlines(gradebook.db(), row, wanted):
            notice(remark)
        gradebook.db.commit()
    if change is not None:
        notice(change.remark(name))
    return place / f"{name}.ipynb"


def _have_course(gradebook: nb.Gradebook, course_id: str) -> None:
    """nbgrader makes no row for a course without an id, and assignments refer to it all the same.

    SQLite does not mind. A database that looks after references does.
    """
    if gradebook.engine.name == "sqlite" or course_id:
        return
    if gradebook.db.get(nb.Course, course_id) is None:
        gradebook.db.add(nb.Course(id=course_id))
        gradebook.db.commit()


def _run(root: Path, name: str, db_url: str, release_directory: Path) -> None:
    """nbgrader's converter. It empties its folder first, and again if it fails.

    raises  CourseError, and what `translated` knows
    """
    config = course_config(root, db_url)
    config.CourseDirectory.release_directory = str(release_directory)
    coursedir = course_directory(config)
    coursedir.assignment_id = name
    log, heard = _listening_log()
    converter = GenerateAssignment(coursedir=coursedir, config=config, log=log, force=True)
    with translated(shown_url(db_url)), known_alembic_version():
        try:
            converter.start()
        except NbGraderException as error:
            refused = _refused(root, name, heard.words or str(error))
            raise trouble_told(heard.everything, shown_url(db_url)) or refused from error


def _follow_the_reference(gradebook: nb.Gradebook, root: Path, name: str) -> Change | None:
    """Where something was submitted: let the rows have the cells that the reference has now."""
    if not has_submissions(gradebook.db(), name):
        return None
    with TemporaryDirectory() as elsewhere:
        rehearsal = f"sqlite:///{elsewhere}/gradebook.db"
        _run(root, name, rehearsal, Path(elsewhere))
        with opened(rehearsal) as new:
            try:
                now = gradebook.find_notebook(name, name)
            except nb.MissingEntry:  # submissions of other notebooks: nbgrader's own business
                return None
            change = follow(gradebook.db(), now, new.find_notebook(name, name))
    gradebook.db.commit()
    return change


def check_metadata(notebook: NotebookNode) -> None:
    """raises what nbgrader's validator raises: metadata of another schema, an id used twice"""
    MetadataValidator().validate_nb(notebook)


def silent_log() -> logging.Logger:
    return _listening_log()[0]


class _Listener(logging.Handler):
    words = ""
    everything = ""

    def emit(self, record: logging.LogRecord) -> None:
        """The first complaint, but for a traceback: its last line is the reason."""
        words = record.getMessage().strip()
        self.everything += f"{words}\n"
        if not self.words or words.startswith("Traceback"):
            self.words = words.splitlines()[-1]


def _listening_log() -> tuple[logging.Logger, _Listener]:
    log = logging.Logger("nbgrader")  # not registered: no other handler hears it
    heard = _Listener(logging.ERROR)
    log.addHandler(heard)
    return log, heard


def _refused(root: Path, name: str, words: str) -> CourseError:
    return CourseError(
        "release-refused",
        f"nbgrader could not make the student version of {name}: {words}",
        where=str(root / "solutions" / name),
        next="correct the reference notebook, then run: autograder release " + name,
    )
