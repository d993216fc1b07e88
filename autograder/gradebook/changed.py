"""A reference with other cells than before, after students have submitted.

nbgrader refuses to release it: the rows of submissions refer to the cells. Here the rows follow,
unless something would be lost that a person has written: submissions that were made with the
version before keep their grades, get a row for each new cell, and are graded again when the next
batch runs, in which cells that they lack are put in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import nbgrader.api as nb
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from autograder.errors import CourseError, GradebookError

Cell = tuple[str, str]  # nbgrader's kind of row, grade_id

_SHOWN = 5  # students by name
_COLUMNS = {
    "GradeCell": ("max_score", "cell_type"),
    "TaskCell": ("max_score", "cell_type"),
    "SolutionCell": (),
    "SourceCell": ("cell_type", "source", "checksum", "locked"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of the cells; everybody who has submitted has the version before."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    submissions: int

    def remark(self, assignment: str) -> GradebookError:
        words = [f"new: {', '.join(self.added)}"] if self.added else []
        words += [f"gone: {', '.join(self.removed)}"] if self.removed else []
        return GradebookError(
            "assignment-changed",
            f"{self.submissions} submissions were made with other cells ({'; '.join(words)}); "
            "they keep their grades until they are graded again",
            where=f"assignment {assignment}",
            next="autograder grade: cells that a submission lacks are put in, and count as stubs",
        )


def has_submissions(db: Session, assignment: str) -> bool:
    of_it = (
        select(nb.SubmittedAssignment.id)
        .join(nb.Assignment)
        .where(nb.Assignment.name == assignment)
    )
    return db.scalar(of_it.limit(1)) is not None


def follow(db: Session, now: nb.Notebook, rehearsed: nb.Notebook) -> Change | None:
    """Let the rows of a notebook be those of another database, in which it is new.

    Flushed, not committed. Texts and points of cells that stay are left to nbgrader.
    returns  None if the cells are the same
    raises   CourseError "release-would-lose": a person has graded or commented a cell that is gone
    """
    before, after = _rows(now), _rows(rehearsed)
    gone = [before[cell] for cell in before.keys() - after.keys()]
    new = [_copy(after[cell], now) for cell in after.keys() - before.keys()]
    if not gone and not new:
        return None
    _refuse_losses(db, now, gone)
    _remove(db, gone)
    db.add_all(new)
    db.flush()
    submitted: Sequence[nb.SubmittedNotebook] = now.submissions
    for notebook in submitted:
        notebook.grades.extend(nb.Grade(cell_id=c.id) for c in new if _is_graded(c))
        notebook.comments.extend(nb.Comment(cell_id=c.id) for c in new if _is_commented(c))
    db.flush()
    db.expire_all()
    return Change(added=_names(new), removed=_names(gone), submissions=len(submitted))


def _rows(notebook: nb.Notebook) -> dict[Cell, nb.BaseCell | nb.SourceCell]:
    cells = (*notebook.grade_cells, *notebook.solution_cells, *notebook.task_cells)
    return {(type(c).__name__, c.name): c for c in (*cells, *notebook.source_cells)}


def _copy(cell: nb.BaseCell | nb.SourceCell, to: nb.Notebook) -> nb.BaseCell | nb.SourceCell:
    kind = type(cell)
    values = {name: getattr(cell, name) for name in _COLUMNS[kind.__name__]}
    return kind(name=cell.name, notebook_id=to.id, **values)


def _refuse_losses(db: Session, notebook: nb.Notebook, gone: Iterable[nb.BaseCell]) -> None:
    ids = [cell.id for cell in gone if not isinstance(cell, nb.SourceCell)]
    grades, comments = nb.Grade, nb.Comment
    by_hand = grades.manual_score.is_not(None) | grades.extra_credit.is_not(None)
    touched = set(db.scalars(_students(grades).where(grades.cell_id.in_(ids), by_hand)))
    said = comments.manual_comment.is_not(None) & (comments.manual_comment != "")
    touched |= set(db.scalars(_students(comments).where(comments.cell_id.in_(ids), said)))
    if not touched:
        return
    shown = ", ".join(sorted(touched)[:_SHOWN]) + (", …" if len(touched) > _SHOWN else "")
    raise CourseError(
        "release-would-lose",
        f"the cells {', '.join(_names(gone))} are gone from the reference, and points or comments "
        f"that a person gave in them would go too: those of {len(touched)} students ({shown})",
        where=f"assignment {notebook.assignment.name}",
        next="put the cells back, or take those points and comments out in formgrader first",
    )


def _students(row: type[nb.Grade | nb.Comment]):  # type: ignore[no-untyped-def]  # SQLAlchemy's own
    return (
        select(nb.SubmittedAssignment.student_id)
        .join(nb.SubmittedNotebook)
        .join(row, row.notebook_id == nb.SubmittedNotebook.id)
    )


def _remove(db: Session, gone: Iterable[nb.BaseCell | nb.SourceCell]) -> None:
    for cell in gone:
        if not isinstance(cell, nb.SourceCell):
            db.execute(delete(nb.Grade).where(nb.Grade.cell_id == cell.id))
            db.execute(delete(nb.Comment).where(nb.Comment.cell_id == cell.id))
        db.delete(cell)
    db.flush()


def _is_graded(cell: nb.BaseCell | nb.SourceCell) -> bool:
    return isinstance(cell, nb.GradeCell | nb.TaskCell)


def _is_commented(cell: nb.BaseCell | nb.SourceCell) -> bool:
    return isinstance(cell, nb.SolutionCell | nb.TaskCell)


def _names(cells: Iterable[nb.BaseCell | nb.SourceCell]) -> tuple[str, ...]:
    return tuple(sorted({cell.name for cell in cells}))
