"""nbgrader's configuration for one of our courses."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_config_path
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config, PyFileConfigLoader

from autograder.course import COURSE_FILE, Course, Folders, load_course, may_be_adopted
from autograder.course.folders import NBGRADER_CONFIG
from autograder.errors import CourseError
from autograder.gradebook.adoption import (
    folders_of,
    is_adopted,
    uses_our_engine,
    with_our_steps,
)

THE_LINE = "from autograder.gradebook import adopt; adopt(get_config())"
# What lies beside a reference and students must never get; the first four are nbgrader's own.
IGNORED = (
    ".ipynb_checkpoints",
    "*.pyc",
    "__pycache__",
    "feedback",
    "alternatives",
    "misconceptions",
    "session",
    "equivalent.yml",
    "proof.json",
    "hidden",
    ".autograder",
    ".git",
    ".pytest_cache",
    ".DS_Store",
)


def configure(c: Any, root: Path | str | None = None, *, course_id: str = "") -> None:
    """Make nbgrader work on our folders with our engine.

    c          the configuration object of an `nbgrader_config.py`
    root       the course's folder, or a file in it (`__file__`); None: where nbgrader is started
    course_id  nbgrader's name for the course; its exchange needs one
    """
    if root is not None:
        path = Path(root).absolute()
        c.CourseDirectory.root = str(path.parent if path.is_file() else path)
    if course_id:
        c.CourseDirectory.course_id = course_id
    c.CourseDirectory.source_directory = "solutions"
    c.CourseDirectory.release_directory = "assignments"
    c.CourseDirectory.submitted_directory = "submitted"
    c.CourseDirectory.autograded_directory = "autograded"
    c.CourseDirectory.feedback_directory = "feedback"
    c.CourseDirectory.ignore = list(IGNORED)
    with_our_steps(c)
    c.AssignLatePenalties.plugin_class = "autograder.gradebook.CourseLatePolicy"


def course_config(root: Path, db_url: str | None = None) -> Config:
    """The configuration that nbgrader would have in this course.

    root    the course's folder; its nbgrader_config.py counts where there is one
    db_url  nbgrader's database, SQLAlchemy's form; None: what the configuration says,
            and without a word there sqlite in ROOT/gradebook.db
    raises  CourseError if nbgrader_config.py does not run
    """
    own = _load(root) if (root / NBGRADER_CONFIG).is_file() else Config()
    if is_adopted(own):
        config = _of_this_user()
    else:
        config = Config()
        configure(config, root)
    config.merge(own)
    config.CourseDirectory.root = str(root.absolute())
    if db_url:
        config.CourseDirectory.db_url = db_url
    return config


def course_directory(config: Config) -> CourseDirectory:
    return CourseDirectory(config=config)


def folders_at(root: Path) -> Folders:
    """Where a course keeps what, as its nbgrader_config.py says.

    raises  CourseError if that does not run
    """
    if not may_be_adopted(root):
        return Folders()
    return _folders(root, (root / NBGRADER_CONFIG).stat().st_mtime_ns)


def course_in(root: Path) -> Course:
    """A course of ours, or an existing nbgrader course that has adopted our engine.

    raises  CourseError if it is neither, or something is wrong with it
    """
    folders = folders_at(root)
    if folders.adopted:
        _check_steps(root)
        _check_structure(root)
        return load_course(root, folders)
    if not (root / COURSE_FILE).is_file() and _lacks_our_engine(root):
        raise CourseError(
            "not-adopted",
            "this is a course of nbgrader's, and its configuration does not name our engine",
            where=str(root / NBGRADER_CONFIG),
            next=f"add a last line to it: {THE_LINE}",
        )
    return load_course(root)


def _check_steps(root: Path) -> None:
    """Else nbgrader would grade without the hidden suites, and nobody would notice."""
    if _lacks_our_engine(root):
        raise CourseError(
            "steps-replaced",
            "Autograde.autograde_preprocessors is set without our step after `adopt` was called",
            where=str(root / NBGRADER_CONFIG),
            next=f"move this line to the end of the file: {THE_LINE}",
        )


def _check_structure(root: Path) -> None:
    structure = course_directory(course_config(root)).directory_structure
    if structure != CourseDirectory.directory_structure.default_value:
        raise CourseError(
            "structure-differs",
            "our commands find submissions as SUBMITTED/STUDENT/ASSIGNMENT only",
            where=f"CourseDirectory.directory_structure = {structure!r}",
            next="grade with nbgrader autograde, which uses the same engine",
        )


def _lacks_our_engine(root: Path) -> bool:
    file = root / NBGRADER_CONFIG
    return file.is_file() and not uses_our_engine(_load(root))


@lru_cache(maxsize=8)
def _folders(root: Path, changed_ns: int) -> Folders:
    """nbgrader asks once per submission, and formgrader's process lives for days."""
    config = course_config(root)
    return folders_of(course_directory(config), config)


def _of_this_user() -> Config:
    """What nbgrader reads before the course's own file: a database for all courses, perhaps."""
    config = Config()
    for folder in reversed(jupyter_config_path()):
        if Path(folder, NBGRADER_CONFIG).is_file():
            config.merge(_load(Path(folder)))
    return config


def _load(root: Path) -> Config:
    try:
        loaded: Config = PyFileConfigLoader(NBGRADER_CONFIG, path=str(root)).load_config()
    except Exception as error:  # the file is the instructor's own code: anything can happen
        raise CourseError(
            "nbgrader-config",
            f"{NBGRADER_CONFIG} does not run: {type(error).__name__}: {error}",
            where=str(root / NBGRADER_CONFIG),
            next="correct the file; a course of ours needs nothing but `from autograder.gradebook "
            "import configure` and `configure(get_config(), __file__)`",
        ) from error
    return loaded
