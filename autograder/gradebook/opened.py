"""nbgrader's database, opened: none of another version, and one that is locked is waited for.

nbgrader itself adds the tables that a database lacks as soon as it opens it, and finds out later
that the others are of an older version. So the version is looked at before.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import nbgrader.api as nb
from alembic.script import ScriptDirectory
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from autograder.errors import GradebookError
from autograder.gradebook.trouble import shown_url, translated

WAIT_S = 10.0  # for another program's transaction
_VERSION_TABLE = "alembic_version"


def opened(db_url: str, *, wait_s: float = WAIT_S) -> nb.Gradebook:
    """Under the course's name that nbgrader's own preprocessors use. To be closed.

    wait_s  how long a transaction of another program is waited for
    raises  GradebookError: unreachable, damaged, locked, or of another version of nbgrader; the
            database is then as it was
    """
    where = shown_url(db_url)
    with translated(where), known_alembic_version():
        url = _waiting(db_url, wait_s)
        _refuse_other_versions(url, where)
        return nb.Gradebook(url)


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


def refuse_other_versions(db_url: str) -> None:
    """raises GradebookError if the database is of another version of nbgrader, or unreachable"""
    where = shown_url(db_url)
    with translated(where):
        _refuse_other_versions(_waiting(db_url, WAIT_S), where)


def _refuse_other_versions(url: str, where: str) -> None:
    engine = create_engine(url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            version = _version_of(connection)
    finally:
        engine.dispose()
    if version is None or version == _newest_migration():
        return
    if version == "" or version in _migrations():
        raise GradebookError(
            "gradebook-old",
            "the gradebook was made by an older nbgrader",
            where=where,
            next="copy the database to a safe place, then run: nbgrader db upgrade",
        )
    raise GradebookError(
        "gradebook-newer",
        "the gradebook was made by a newer nbgrader than the one that is installed",
        where=where,
        next="install that nbgrader here, or grade where it is installed",
    )


def _version_of(connection: Connection) -> str | None:
    """None: there is nothing to upgrade; "": older than versions are."""
    there = inspect(connection)
    tables = set(there.get_table_names())
    if _VERSION_TABLE in tables:
        return connection.scalar(text(f"select version_num from {_VERSION_TABLE}")) or ""
    # nbgrader writes no version into a database that has any table, another program's too.
    for name, table in nb.Base.metadata.tables.items():
        if name in tables:
            columns = {column["name"] for column in there.get_columns(name)}
            if not columns.issuperset(column.name for column in table.columns):
                return ""
    return None


@cache
def _newest_migration() -> str:
    return str(ScriptDirectory(ALEMBIC_DIR).get_current_head())


@cache
def _migrations() -> frozenset[str]:
    return frozenset(each.revision for each in ScriptDirectory(ALEMBIC_DIR).walk_revisions())


def _waiting(db_url: str, wait_s: float) -> str:
    """The URL with the time after which a lock of another program is an error.

    raises  GradebookError if it is no URL of a database that there is a driver for
    """
    try:
        url = make_url(db_url)
        url.get_dialect().import_dbapi()
    except (ArgumentError, NoSuchModuleError):
        raise GradebookError(
            "gradebook-kind",
            "nbgrader's db_url is not the URL of a database",
            where=shown_url(db_url),
            next='correct c.CourseDirectory.db_url, such as "sqlite:///gradebook.db"',
        ) from None
    except ModuleNotFoundError as error:
        raise GradebookError(
            "gradebook-driver-missing",
            f"the gradebook needs the Python package {error.name}, which is not here",
            where=shown_url(db_url),
            next="install it: pip install 'deep-autograder[postgres]'",
        ) from None
    return _with_patience(url, wait_s).render_as_string(hide_password=False)


def _with_patience(url: URL, wait_s: float) -> URL:
    if url.get_backend_name() == "sqlite" and "timeout" not in url.query:
        return url.update_query_dict({"timeout": str(wait_s)})
    if url.get_backend_name() == "postgresql" and "options" not in url.query:
        return url.update_query_dict({"options": f"-c lock_timeout={round(wait_s * 1000)}"})
    return url
