"""What lies in the results' database, in nbgrader's gradebook and in the folders after a batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generated import Generated
from sqlalchemy import create_engine, text
from watching import file_bytes

from autograder.course import load_course
from autograder.store.tables import results

_GRADED = (
    "select count(*) from submitted_assignment where exists ("
    "select 1 from submitted_notebook n join grade g on g.notebook_id = n.id "
    "where n.assignment_id = submitted_assignment.id and g.auto_score is not null)"
)


def wrong(course: Generated) -> Iterator[str]:
    """Everything of which there is not exactly one per submission, in words."""
    kept = load_course(course.root)
    theirs = f"sqlite:///{course.root / 'gradebook.db'}"
    found = {
        "results": _ask(kept.db_url, _of_course("count(*)", kept.id)),
        "submissions in the gradebook": _ask(theirs, "select count(*) from submitted_assignment"),
        "graded submissions in the gradebook": _ask(theirs, _GRADED),
        "notebooks in autograded/": _files(course, "autograded", "ipynb"),
        "pages in feedback/": _files(course, "feedback", "html"),
    }
    for what, number in found.items():
        if number != course.submissions:
            yield f"{number} {what}, and {course.submissions} were handed in"
    points = float(_ask(kept.db_url, _of_course("sum(score)", kept.id)) or 0)
    in_gradebook = float(_ask(theirs, "select sum(auto_score) from grade") or 0)
    if abs(points - in_gradebook) > 1e-6 * max(1.0, points):
        yield f"{points} points in the results, {in_gradebook} in the gradebook"


def stored_bytes(course: Generated) -> int:
    """The size of the database of results."""
    url = load_course(course.root).db_url
    if url.startswith("sqlite"):
        return file_bytes(course.root / ".autograder" / "results.db")
    return int(_ask(url, f"select pg_total_relation_size('{results.name}')") or 0)


def _of_course(what: str, course: str) -> str:
    return f"select {what} from {results.name} where course = '{course}'"


def _ask(url: str, query: str) -> Any:
    # psycopg, as the platform says, and not SQLAlchemy's older default
    url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return connection.scalar(text(query))
    finally:
        engine.dispose()


def _files(course: Generated, folder: str, ending: str) -> int:
    """Those called like the assignment that they belong to."""
    return sum(
        path.stem == path.parent.name for path in (course.root / folder).glob(f"*/*/*.{ending}")
    )
