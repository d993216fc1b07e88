"""A small course, and exports laid out as the platforms lay them out."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat.v4 as v4

from autograder.collect import Collected, Row, Wanted, collect
from autograder.course import load_course

NAME = "doubling"
OTHER = "halving"
NOW = datetime(2026, 10, 20, 12, 0, tzinfo=UTC)
DUE = "2026-09-30 18:00"  # in Asia/Seoul: 09:00 UTC

ROSTER = """id,first_name,last_name,email,canvas_id,username
kim,Minsu,Kim,kim@example.org,101,minsu-k
lee,은지,이,lee@example.org,102,
ada,Ada,Example,ada@example.org,103,ada99
brook,Brook,Ng,brook@example.org,104,
"""


def make_course(root: Path, *, roster: str = ROSTER, settings: str = "", more: str = "") -> Path:
    """settings: lines of the assignment; more: lines of the course"""
    for name in (NAME, OTHER):
        path = root / "solutions" / name / f"{name}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(notebook(name=name))
    (root / "roster.csv").write_text(roster, encoding="utf-8")
    (root / "course.yml").write_text(
        "id: c\ntitle: A course\ntimezone: Asia/Seoul\nroster: roster.csv\n"
        f"{more}assignments:\n  {OTHER}:\n  {NAME}:\n    due: {DUE}\n{settings}"
    )
    return root


def notebook(remark: str = "", name: str = NAME) -> bytes:
    """The assignment's notebook with a remark of the student's in it."""
    symbol = {NAME: "double", OTHER: "halve"}[name]
    cells = [
        v4.new_markdown_cell(f"by {remark}", id="remark"),
        _cell(symbol, f"def {symbol}(x):\n    return x", solution=True),
        _cell(f"test_{symbol}", f"assert {symbol}(0) == 0", grade=True, locked=True, points=1),
    ]
    return json.dumps(v4.new_notebook(cells=cells)).encode()


def _cell(grade_id: str, source: str, **own: Any) -> Any:
    values = {"schema_version": 3, "grade": False, "solution": False, "locked": False}
    metadata = {"nbgrader": values | {"task": False, "grade_id": grade_id} | own}
    return v4.new_code_cell(source, id=grade_id.replace("_", "-"), metadata=metadata)


def zipped(path: Path, files: Mapping[str, bytes] | Iterable[tuple[str, bytes]]) -> Path:
    pairs = files.items() if isinstance(files, Mapping) else files
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in pairs:
            archive.writestr(name, data)
    return path


def unmarked(path: Path, files: Mapping[str, bytes], encoding: str) -> Path:
    """A zip whose names are in an encoding that it does not say, as Korean Windows makes them."""
    stand_ins = {}
    for at, name in enumerate(files):
        raw = name.encode(encoding)
        stand_ins[f"{at:03}".ljust(len(raw), "#").encode()] = raw
    zipped(path, dict(zip((key.decode() for key in stand_ins), files.values(), strict=True)))
    data = path.read_bytes()
    for stand_in, raw in stand_ins.items():
        assert data.count(stand_in) == 2, "in the file and in the directory"
        data = data.replace(stand_in, raw)
    path.write_bytes(data)
    return path


def run(root: Path, *sources: Path, **wanted: Any) -> Collected:
    course = load_course(root)
    settings: dict[str, Any] = {"now": NOW} | wanted
    return collect(
        Wanted(course=course, assignment=course.assignment(NAME), sources=sources, **settings)
    )


def by_student(result: Collected) -> dict[str, Row]:
    """The rows of students who handed something in."""
    rows = [row for row in result.rows if row.student and row.status != "nothing"]
    assert len({row.student for row in rows}) == len(rows), rows
    return {row.student: row for row in rows}


def statuses(result: Collected) -> dict[str, str]:
    return {row.student or row.found: row.status for row in result.rows}


def submitted(root: Path) -> dict[str, bytes]:
    """Student → what lies in submitted/."""
    paths = (root / "submitted").glob(f"*/{NAME}/{NAME}.ipynb")
    return {path.parent.parent.name: path.read_bytes() for path in paths}


def timestamp(root: Path, student: str) -> str | None:
    path = root / "submitted" / student / NAME / "timestamp.txt"
    return path.read_text() if path.exists() else None


def files_below(root: Path) -> dict[str, bytes]:
    found = [path for path in root.rglob("*") if path.is_file()]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}
