"""nbgrader's configuration for one of our courses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config, PyFileConfigLoader

from autograder.errors import CourseError

CONFIG_FILE = "nbgrader_config.py"
# What lies beside a reference and students must never get; the first four are nbgrader's own.
IGNORED = (
    ".ipynb_checkpoints",
    "*.pyc",
    "__pycache__",
    "feedback",
    "alternatives",
    "misconceptions",
    "equivalent.yml",
    "proof.json",
    "hidden",
    ".autograder",
    ".git",
    ".pytest_cache",
    ".DS_Store",
)
SANITIZE = (
    "autograder.gradebook.RepairSubmission",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
)
AUTOGRADE = (
    "autograder.gradebook.GradeWithAutograder",  # nbgrader's own list has Execute here
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
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
    c.Autograde.sanitize_preprocessors = list(SANITIZE)
    c.Autograde.autograde_preprocessors = list(AUTOGRADE)
    c.AssignLatePenalties.plugin_class = "autograder.gradebook.CourseLatePolicy"


def course_config(root: Path, db_url: str | None = None) -> Config:
    """The configuration that nbgrader would have in this course.

    root    the course's folder; its nbgrader_config.py counts where there is one
    db_url  nbgrader's database, SQLAlchemy's form; None: what the configuration says,
            and without a word there sqlite in ROOT/gradebook.db
    raises  CourseError if nbgrader_config.py does not run
    """
    config = Config()
    configure(config, root)
    if (root / CONFIG_FILE).is_file():
        config.merge(_load(root))
    config.CourseDirectory.root = str(root.absolute())
    if db_url:
        config.CourseDirectory.db_url = db_url
    return config


def course_directory(config: Config) -> CourseDirectory:
    return CourseDirectory(config=config)


def _load(root: Path) -> Config:
    try:
        loaded: Config = PyFileConfigLoader(CONFIG_FILE, path=str(root)).load_config()
    except Exception as error:  # the file is the instructor's own code: anything can happen
        raise CourseError(
            "nbgrader-config",
            f"{CONFIG_FILE} does not run: {type(error).__name__}: {error}",
            where=str(root / CONFIG_FILE),
            next="correct the file; `from autograder.gradebook import configure` and "
            "`configure(get_config(), __file__)` are enough",
        ) from error
    return loaded
