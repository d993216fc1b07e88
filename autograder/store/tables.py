"""The tables, and the version that they carry.

version 1  (before versions were written down) a table `results`, whose keys did not say where a
           result came from; it is dropped: its submissions are graded anew, and the gradebook has
           what it has
version 2  one row per submission of a course, with its provenance
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
_V1_COLUMNS = {"key", "student", "assignment", "report", "recorded"}
_ADVISORY_LOCK = 0x6175746F67726164  # "autograd": any number that no other program takes

_metadata = MetaData()

schema = Table(
    "autograder_schema",
    _metadata,
    Column("id", Integer, primary_key=True),  # one row, 1
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
    # Which copies of the course, by Store.copy_name, have it; empty: none
    Column("recorded_in", Text, nullable=False),  # nbgrader's gradebook
    Column("shown_in", Text, nullable=False),  # feedback/
)


def prepare(connection: Connection, url: str) -> None:
    """Make what is missing, and see that it can be written.

    raises  AutograderError if a newer version of the platform made the tables
    """
    # Of two that find no tables at the same moment, one waits until the other's transaction ends.
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:n)"), {"n": _ADVISORY_LOCK})
    else:
        connection.execute(text("begin immediate"))
    if not inspect(connection).has_table(schema.name):
        _drop_version_1(connection)
        for table in (schema, results):
            connection.execute(CreateTable(table, if_not_exists=True))
        connection.execute(
            text(
                f"insert into {schema.name} (id, version) values (1, :version) "
                "on conflict (id) do nothing"
            ),
            {"version": VERSION},
        )
    found = connection.scalar(select(schema.c.version).where(schema.c.id == 1))
    if found != VERSION:
        raise AutograderError(
            "results-version",
            f"the database of results has version {found} of the tables, and this autograder "
            f"knows version {VERSION}",
            where=shown_url(url),
            next="use the autograder that made it, or name another database with `database:` in "
            "course.yml: everything is graded anew, and the gradebook keeps what it has",
        )
    # A database that cannot be written says so here, and not after the first grading.
    connection.execute(update(schema).where(schema.c.id == 1).values(version=VERSION))


def _drop_version_1(connection: Connection) -> None:
    """Only if it is ours: in a shared database anybody may have a table of that name."""
    inspector = inspect(connection)
    if not inspector.has_table("results"):
        return
    if {column["name"] for column in inspector.get_columns("results")} == _V1_COLUMNS:
        connection.execute(text("drop table if exists results"))
