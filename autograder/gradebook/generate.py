"""nbgrader's generate_assignment: quietly, and with its complaints as a CourseError."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbgrader.api as nb
from alembic.script import ScriptDirectory
from nbformat.notebooknode import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.dbutil import ALEMBIC_DIR
from nbgrader.nbgraderformat import MetadataValidator

from autograder.errors import CourseError
from autograder.gradebook.config import course_config, course_directory
from autograder.gradebook.settings import set_due_date
from autograder.gradebook.trouble import shown_url, translated


def generate_assignment(
    root: Path, name: str, *, db_url: str | None = None, release_directory: Path | None = None
) -> Path:
    """solutions/NAME → assignments/NAME and the assignment's rows in nbgrader's database.

    release_directory  instead of assignments/: for the rows alone
    returns            the released notebook
    raises             CourseError with nbgrader's reason; GradebookError for the database
    """
    config = course_config(root, db_url)
    if release_directory is not None:
        config.CourseDirectory.release_directory = str(release_directory)
    coursedir = course_directory(config)
    coursedir.assignment_id = name
    log, heard = _listening_log()
    converter = GenerateAssignment(coursedir=coursedir, config=config, log=log, force=True)
    with translated(shown_url(coursedir.db_url)), known_alembic_version():
        try:
            converter.start()
        except NbGraderException as error:
            raise _refused(root, name, heard.words or str(error)) from error
        with nb.Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
            set_due_date(gradebook.find_assignment(name), root)
            gradebook.db.commit()
    folder = coursedir.format_path(coursedir.release_directory, ".", name)
    return Path(os.path.normpath(folder)) / f"{name}.ipynb"


def check_metadata(notebook: NotebookNode) -> None:
    """raises what nbgrader's validator raises: metadata of another schema, an id used twice"""
    MetadataValidator().validate_nb(notebook)


@contextmanager
def known_alembic_version() -> Iterator[None]:
    """nbgrader runs the command `alembic` to stamp a new database, from wherever PATH says.

    In an environment that is used without being activated that is nowhere; elsewhere it takes
    a second. The version is a look into nbgrader's own folder of migrations.
    """
    before = nb.get_alembic_version
    nb.get_alembic_version = _newest_migration
    try:
        yield
    finally:
        nb.get_alembic_version = before


def _newest_migration() -> str:
    return str(ScriptDirectory(ALEMBIC_DIR).get_current_head())


def silent_log() -> logging.Logger:
    return _listening_log()[0]


class _Listener(logging.Handler):
    words = ""

    def emit(self, record: logging.LogRecord) -> None:
        """The last line of the first complaint: a traceback ends with its reason."""
        self.words = self.words or record.getMessage().strip().splitlines()[-1]


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
