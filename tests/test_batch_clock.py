"""The clock on the wall may jump: durations and deadlines never look at it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "autograder"

# Modules that read the clock on the wall, with the reason that each has.
MAY_READ_IT = {
    "cli/collect.py": "when something was collected, told to people and kept beside it",
    "cli/grade.py": "when a submission gave way to a better attempt, a folder's name",
    "feedback/views.py": "whether a due date has passed decides what a page shows, and no score",
    "gradebook/staging.py": "compares a folder's age, a day, with the file system's own times",
    "gradebook/timestamps.py": "remarks on a time of submission that has not come yet",
    "grading.py": "when a result came about, told to people",
    "sandbox/runfolder.py": "compares a folder's age with the file system's own times",
    "store/regrades.py": "when a correction was previewed and applied, told to people",
    "store/lock.py": "since when a batch is running, told to people",
}

READS = ("time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime")
OF_DATES = ("now", "utcnow", "today")


def modules() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if "templates" not in path.parts]


def reads_the_clock(source: str) -> bool:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            if any(f"{node.module}.{alias.name}" in READS for alias in node.names):
                return True
        elif isinstance(node, ast.Attribute):
            words = ast.unparse(node)
            if words in READS or words.endswith("CLOCK_REALTIME"):
                return True
            if node.attr in OF_DATES and words.split(".")[-2] in ("datetime", "date"):
                return True
    return False


def test_the_clock_on_the_wall_is_read_only_where_the_table_says_why() -> None:
    reading = {
        path.relative_to(PACKAGE).as_posix()
        for path in modules()
        if reads_the_clock(path.read_text(encoding="utf-8"))
    }
    assert reading <= set(MAY_READ_IT)
    assert reading, "the walk finds those that the table names"
    assert not set(MAY_READ_IT) - reading, "take these out of the table"


@pytest.mark.parametrize(
    "source",
    [
        "import time\ntime.time()",
        "from time import time",
        "from datetime import datetime\ndatetime.now(UTC)",
        "import datetime\ndatetime.datetime.utcnow()",
        "from datetime import date\ndate.today()",
        "f = time.time",
        "time.clock_gettime(time.CLOCK_REALTIME)",
    ],
)
def test_no_usual_way_of_reading_it_escapes_the_walk(source: str) -> None:
    assert reads_the_clock(source)
    assert not reads_the_clock("import time\ntime.monotonic()\ntime.sleep(1)")
