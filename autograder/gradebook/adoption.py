"""Our engine in an existing nbgrader course: its folders, steps and plugins stay as they are.

The one line of its nbgrader_config.py,

    from autograder.gradebook import adopt; adopt(get_config())

puts a step before the clean-up of a submitted notebook and one in the place of Execute. Both do
what nbgrader's own steps do for every notebook that has no hidden suite.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute
from traitlets.config import Config, LazyConfigValue
from traitlets.utils.importstring import import_item

from autograder.course import Folders
from autograder.errors import CourseError
from autograder.gradebook.trouble import shown_url

HIDDEN = "tests/hidden"
REPAIR = "autograder.gradebook.RepairSubmission"
GRADE = "autograder.gradebook.GradeWithAutograder"
GRADE_ONLY = "autograder.gradebook.GradeSuitesOnly"
VIEW = "autograder.gradebook.StudentsView"
LATE = "autograder.gradebook.CourseLatePolicy"


def adopt(c: Any, *, hidden: Path | str = HIDDEN) -> None:
    """Let nbgrader use our engine for the notebooks that have a hidden suite, and for no others.

    Nothing else changes: folders, database, preprocessors, hooks and plugins stay what they are.
    The line belongs at the end of nbgrader_config.py: a list of preprocessors that is set further
    down replaces ours.

    c       the configuration object of an `nbgrader_config.py`
    hidden  the folder with a folder for each assignment's suite, relative to the course's own
    """
    c.GradeWithAutograder.hidden = str(hidden)
    with_our_steps(c)
    if "plugin_class" not in c.AssignLatePenalties:
        c.AssignLatePenalties.plugin_class = LATE  # nbgrader's own without a late policy of ours


def with_our_steps(c: Any) -> None:
    """Our steps among those that the configuration has, or among this nbgrader's own."""
    sanitize = _listed(c, "sanitize_preprocessors")
    if REPAIR not in sanitize:
        c.Autograde.sanitize_preprocessors = [REPAIR, *sanitize]
    c.Autograde.autograde_preprocessors = _with_grading(_listed(c, "autograde_preprocessors"))
    pages = _listed(c, "preprocessors", GenerateFeedback)
    if VIEW not in pages:  # first: what a student may not see yet, no other step sees either
        c.GenerateFeedback.preprocessors = [VIEW, *pages]


def is_adopted(config: Config) -> bool:
    return "GradeWithAutograder" in config and "hidden" in config.GradeWithAutograder


def uses_our_engine(config: Config) -> bool:
    """Whether no other list of preprocessors has replaced ours."""
    return any(_is_ours(step) for step in _listed(config, "autograde_preprocessors"))


def folders_of(coursedir: CourseDirectory, config: Config) -> Folders:
    """Where the course keeps what: ours, or nbgrader's own names of an adopted course.

    raises  CourseError if its assignments do not lie in folders of their names
    """
    if not is_adopted(config):
        return Folders()
    return Folders(
        source=_step(coursedir, coursedir.source_directory),
        release=_step(coursedir, coursedir.release_directory),
        submitted=coursedir.submitted_directory,
        autograded=coursedir.autograded_directory,
        feedback=coursedir.feedback_directory,
        hidden=config.GradeWithAutograder.hidden,
        gradebook=shown_url(coursedir.db_url),
        adopted=True,
        course_id=coursedir.course_id,
    )


def _step(coursedir: CourseDirectory, step: str) -> str:
    """The folder of all assignments of one step, by nbgrader's own rule for paths."""
    probe = "assignment"
    path = Path(os.path.normpath(coursedir.format_path(step, ".", probe)))
    if path.name != probe:
        raise CourseError(
            "folders-differ",
            f"the {step} folder has no folder for each assignment",
            where=f"CourseDirectory.directory_structure = {coursedir.directory_structure!r}",
            next="let the structure be {nbgrader_step}/{student_id}/{assignment_id}",
        )
    root = Path(coursedir.root)
    inside = path.parent.is_relative_to(root) and path.parent != root
    return str(path.parent.relative_to(root) if inside else path.parent)


def _listed(c: Any, name: str, converter: type[Any] = Autograde) -> list[Any]:
    """The steps that the configuration has so far; `append` and the like act on nbgrader's own."""
    default = [_dotted(kind) for kind in getattr(converter, name).default()]
    section = c[converter.__name__]
    own = section.get(name) if name in section else None
    if isinstance(own, LazyConfigValue):
        return list(own.get_value(default))
    return default if own is None else list(own)


def _with_grading(steps: Iterable[Any]) -> list[Any]:
    """GradeWithAutograder in the place of Execute, and of an Execute of the instructor's own."""
    steps = list(steps)
    if any(_is_ours(step) for step in steps):
        return steps
    for at, step in enumerate(steps):
        kind = _kind(step)
        if kind is Execute:
            return [*steps[:at], GRADE, *steps[at + 1 :]]
        if isinstance(kind, type) and issubclass(kind, Execute):
            return [*steps[:at], _over(kind), *steps[at + 1 :]]
    return [GRADE_ONLY, *steps]


def _over(kind: type[Any]) -> type[Any]:
    """Grades with hidden suites, and does what the instructor's own step does without one."""
    return type(f"{kind.__name__}WithAutograder", (import_item(GRADE), kind), {})


def _is_ours(step: Any) -> bool:
    if step in (GRADE, GRADE_ONLY):
        return True
    kinds = step.__mro__ if isinstance(step, type) else ()
    return any(kind.__name__ == "GradeWithAutograder" for kind in kinds)


def _kind(step: Any) -> Any:
    """None: it cannot be imported from here; nbgrader will say so where it matters."""
    try:
        return import_item(step) if isinstance(step, str) else step
    except (ImportError, AttributeError):
        return None


def _dotted(kind: type[Any]) -> str:
    """nbgrader.preprocessors.Execute, and not the module in which it happens to stand."""
    return f"{kind.__module__.rpartition('.')[0]}.{kind.__name__}"
