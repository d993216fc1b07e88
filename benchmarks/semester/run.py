"""The whole round with hundreds of submissions: each step's time, beside nbgrader's own.

    python benchmarks/semester/run.py [--students 300] [--nbgrader N] [--write]

Exit status 1 if not everybody came out at the end, in both courses.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
THROUGHPUT = HERE.parent / "throughput"
SEARCH = [THROUGHPUT, REPOSITORY]
sys.path[:0] = [str(HERE), *map(str, SEARCH)]

import report  # noqa: E402
import steps  # noqa: E402
from exchange import Semester, build, submit  # noqa: E402
from workspace import ASSIGNMENT  # noqa: E402


def main() -> int:
    options = _options()
    machine = _machine()
    with tempfile.TemporaryDirectory(prefix="semester-") as folder:
        # nbgrader calls alembic by name when it makes a new gradebook.
        os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        _say("building two courses")
        semester = build(Path(folder), REPOSITORY)
        rows = [_measure(step, semester, options) for step in steps.STEPS]
        start_s = steps.run(steps.NOTHING, semester.course("nbgrader"), SEARCH)
        missing = [
            *_missing(semester, "ours", options.students),
            *_missing(semester, "nbgrader", options.nbgrader),
        ]
    result = {
        "machine": machine,
        "assignment": ASSIGNMENT,
        "students": options.students,
        "measured": options.nbgrader,
        "start_s": start_s,
        "rows": [row for row in rows if row is not None],
    }
    table = report.render(result)
    print(table)
    for words in missing:
        print(f"WRONG: {words}")
    if options.write and not missing:
        text = json.dumps(result, indent=1, ensure_ascii=False)
        (HERE / "results.json").write_text(f"{text}\n", encoding="utf-8")
        report.put_into(HERE / "README.md", table)
    return 1 if missing else 0


def _measure(
    step: steps.Step, semester: Semester, options: argparse.Namespace
) -> dict[str, Any] | None:
    if step.name == steps.SUBMIT:
        submit(semester, "ours", REPOSITORY, options.students)
        submit(semester, "nbgrader", REPOSITORY, options.nbgrader)
        return None
    _say(step.name)
    ours = steps.run(step.ours, semester.course("ours"), SEARCH) if step.ours else None
    theirs = steps.run(step.nbgraders, semester.course("nbgrader"), SEARCH)
    return {"name": step.name, "each": step.each, "ours_s": ours, "nbgraders_s": theirs}


def _missing(semester: Semester, whose: str, students: int) -> list[str]:
    """In words, where the end of the round has not everybody."""
    with (semester.course(whose) / "grades.csv").open(encoding="utf-8") as file:
        exported = [row for row in csv.DictReader(file) if row["timestamp"] and row["score"]]
    found = {"exported": len(exported), "pages released": semester.released_pages(whose)}
    return [f"{whose}: {n} {what}, not {students}" for what, n in found.items() if n != students]


def _machine() -> dict[str, Any]:
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "torch": version("torch"),
        "nbgrader": version("nbgrader"),
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument(
        "--nbgrader",
        type=int,
        help="submissions that nbgrader is given; with fewer than --students its times are "
        "extrapolated, and the table says so; default: all",
    )
    parser.add_argument(
        "--write", action="store_true", help="into results.json and the README's table"
    )
    options = parser.parse_args()
    options.nbgrader = min(options.nbgrader or options.students, options.students)
    return options


def _say(text: str) -> None:
    print(f"… {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
