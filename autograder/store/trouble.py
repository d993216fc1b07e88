"""What a database of results refuses → AutograderError, with what to do about it."""

from __future__ import annotations

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from autograder.errors import AutograderError

_GO_ON = "then run the same command again: it goes on where it stopped"

# A fragment of the database's own words → code, what, next. The first that fits counts.
_REFUSALS = (
    (
        ("database is locked",),
        "results-locked",
        "another program is writing to the database of results",
        f"wait for it, {_GO_ON}",
    ),
    (
        ("readonly", "read-only transaction", "permission denied"),
        "results-read-only",
        "the database of results cannot be written",
        f"give this user the right to write it (a file: its folder too), {_GO_ON}",
    ),
    (
        ("disk is full", "No space left", "could not extend file"),
        "results-disk-full",
        "there is no room left for the database of results",
        f"make room, {_GO_ON}",
    ),
    (
        ("not a database", "malformed", "disk I/O error"),
        "results-corrupt",
        "the database of results is damaged, or is no database",
        "move the file away and run the command again: all is graded anew, the gradebook stays",
    ),
    (
        ("unable to open", "authentication failed", "does not exist", "no password supplied"),
        "results-unreachable",
        "the database of results cannot be opened",
        "see that it exists and that `database:` in course.yml is right, user and password too",
    ),
)

# PostgreSQL's own reasons to close a connection or to take nothing back: it is worth another try.
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_PASSING_STATES = ("57P01", "57P02", "57P03", "53300", "40001", "40P01")


def passes(error: SQLAlchemyError) -> bool:
    """Is it about the connection, or another transaction, rather than about what was asked?"""
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state in _PASSING_STATES or state.startswith("08")
    of_postgresql = type(error.orig).__module__.startswith("psycopg")
    kind = type(error.orig).__name__  # a refused connection has no state, and is one of these
    return error.connection_invalidated or (
        of_postgresql and kind in ("OperationalError", "InterfaceError", "ConnectionTimeout")
    )


def refused(error: SQLAlchemyError, url: str) -> AutograderError:
    words = _words(error)
    for fragments, code, what, step in _REFUSALS:
        if any(fragment in words for fragment in fragments):
            return AutograderError(code, f"{what}: {words}", where=shown_url(url), next=step)
    return AutograderError(
        "results-database",
        f"the database of results refuses: {words}",
        where=shown_url(url),
        next="see what its log says; what was finished is kept",
    )


def unreachable(error: SQLAlchemyError, url: str) -> AutograderError:
    told = refused(error, url)
    if told.code != "results-database":
        return told
    return AutograderError(
        "results-unreachable",
        f"the database of results cannot be reached: {_words(error)}",
        where=shown_url(url),
        next="see that its server runs and that `database:` in course.yml is right",
    )


def lost(error: SQLAlchemyError, url: str, patience_s: float) -> AutograderError:
    return AutograderError(
        "results-lost",
        "the connection to the database of results broke and did not come back within "
        f"{patience_s:g} s: {_words(error)}",
        where=shown_url(url),
        next=f"see that its server runs, {_GO_ON}",
    )


def shown_url(url: str) -> str:
    """For people: the file of an SQLite database, else the URL without its password."""
    try:
        made = make_url(url)
    except ArgumentError:
        return "course.yml, key `database`"
    if made.get_backend_name() == "sqlite":
        return made.database or ":memory:"
    return made.render_as_string()


def _words(error: SQLAlchemyError) -> str:
    lines = str(getattr(error, "orig", None) or error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
