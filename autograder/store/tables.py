"""The tables, and the version that they carry.

version 1  (before versions were written down) a table `results`, whose keys did not say where a
           result came from; it is dropped: its submissions are graded anew, and the gradebook has
           what it has
version 2  one row per submission of a course, with its provenance

The tables of regrades have a version of their own, since a platform that knows nothing of them can
still grade with the others.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.schema import CreateTable

from autograder.errors import AutograderError
from autograder.store.trouble import shown_url

VERSION = 2
REGRADES_VERSION = 1
ATTEMPTS_VERSION = 1  # likewise
_V1_COLUMNS = {"key", "student", "assignment", "report", "recorded"}
_ADVISORY_LOCK = 0x6175746F67726164  # "autograd": any number that no other program takes

_metadata = MetaData()

schema = Table(
    "autograder_schema",
    _metadata,
    Column("id", Integer, primary_key=True),  # 1: results; 2: regrades; 3: attempts
    Column("version", Integer, nullable=False),
)

# The primary key in this order is the index of every look-up: some students of one assignment.
results = Table(
    "autograder_results",
    _metadata,
    Column("course", String(128), primary_key=True),  # several may share a PostgreSQL database
    Column("assignment", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
    Column("key", String(64), nullable=False),  # of all that determines the result
    Column("seed", BigInteger, nullable=False),
    Column("score", Float, nullable=False),
    Column("max_score", Float, nullable=False),
    Column("graded_at", String(32), nullable=False),  # ISO 8601, UTC
    Column("report", Text, nullable=False),  # JSON, with provenance
    # Which copies of the course, by Store.copy, have it; empty: none
    Column("recorded_in", Text, nullable=False),  # nbgrader's gradebook
    Column("shown_in", Text, nullable=False),  # feedback/, and below it how much, if not all
)

# Gradings that count for nothing yet: `autograder grade` never looks here.
previews = Table(
    "autograder_previews",
    _metadata,
    Column("course", String(128), primary_key=True),
    Column("copy", Text, primary_key=True),  # Store.copy
    Column("assignment", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
    Column("key", String(64), nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("report", Text, nullable=False),
    Column("unsteady", Text, nullable=False),  # JSON, a list of tests; empty: not tried twice
)

regrades = Table(
    "autograder_regrades",
    _metadata,
    Column("course", String(128), primary_key=True),
    Column("copy", Text, primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("assignment", String(128), nullable=False),
    Column("state", String(16), nullable=False),  # preview, applying, applied
    Column("made_by", Text, nullable=False),
    Column("made_at", String(32), nullable=False),  # ISO 8601, UTC
    Column("applied_by", Text, nullable=False),
    Column("applied_at", String(32), nullable=False),
    Column("content", Text, nullable=False),  # JSON: digests, and what changes for whom
)


# One row for each version of a student's notebook that was graded, where a course limits how many
# of a day get an answer that informs.
attempts = Table(
    "autograder_attempts",
    _metadata,
    Column("course", String(128), primary_key=True),
    Column("assignment", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
    Column("submission", String(64), primary_key=True),  # SHA-256 of the notebook
    Column("at", String(32), nullable=False),  # handed in: ISO 8601 with microseconds, UTC
)


def prepare(connection: Connection, url: str) -> None:
    """Make what is missing, and see that it can be written.

    raises  AutograderError if a newer version of the platform made the tables
    """
    _wait_for_others(connection)
    if not inspect(connection).has_table(schema.name):
        _drop_version_1(connection)
        for table in (schema, results):
            connection.execute(CreateTable(table, if_not_exists=True))
        _put_version(connection, 1, VERSION)
    _check(connection, url, 1, VERSION, "of the tables")
    # A database that cannot be written says so here, and not after the first grading.
    connection.execute(update(schema).where(schema.c.id == 1).values(version=VERSION))


def prepare_regrades(connection: Connection, url: str) -> None:
    """Make their tables if they are missing: only who regrades needs the right to do that.

    raises  AutograderError if a newer version of the platform made them
    """
    _wait_for_others(connection)
    if not inspect(connection).has_table(regrades.name):
        for table in (previews, regrades):
            connection.execute(CreateTable(table, if_not_exists=True))
        _put_version(connection, 2, REGRADES_VERSION)
    _check(connection, url, 2, REGRADES_VERSION, "of the tables of regrades")


def prepare_attempts(connection: Connection, url: str) -> None:
    """As prepare_regrades: only a course that limits attempts has this table."""
    _wait_for_others(connection)
    if not inspect(connection).has_table(attempts.name):
        connection.execute(CreateTable(attempts, if_not_exists=True))
        _put_version(connection, 3, ATTEMPTS_VERSION)
    _check(connection, url, 3, ATTEMPTS_VERSION, "of the table of attempts")


def _wait_for_others(connection: Connection) -> None:
    """Of two that find no tables at the same moment, one waits until the other's transaction
    ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:n)"), {"n": _ADVISORY_LOCK})
    else:
        connection.execute(text("begin immediate"))


def _put_version(connection: Connection, id_: int, version: int) -> None:
    """Unless there is one already."""
    connection.execute(
        text(
            f"insert into {schema.name} (id, version) values (:id, :version) "
            "on conflict (id) do nothing"
        ),
        {"id": id_, "version": version},
    )


def _check(connection: Connection, url: str, id_: int, known: int, what: str) -> None:
    found = connection.scalar(select(schema.c.version).where(schema.c.id == id_))
    if found != known:
        raise AutograderError(
            "results-version",
            f"the database of results has version {found} {what}, and this autograder "
            f"knows version {known}",
            where=shown_url(url),
            next="use the autograder that made it, or name another database with `database:` in "
            "course.yml: everything is graded anew, and the gradebook keeps what it has",
        )


def _drop_version_1(connection: Connection) -> None:
    """Only if it is ours: in a shared database anybody may have a table of that name."""
    inspector = inspect(connection)
    if not inspector.has_table("results"):
        return
    if {column["name"] for column in inspector.get_columns("results")} == _V1_COLUMNS:
        connection.execute(text("drop table if exists results"))
