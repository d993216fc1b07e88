"""Asks what one symbol's code returns and what it takes. Whether that is right is not asked.

The course's probes lie beside this file, in sheet.json, with the points that the reference
notebook has, because a suite has to agree with it. Nobody gets these points.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.examiner.measuring import Measuring, plain
from autograder.examiner.verdicts import StudentError

SHEET = json.loads(Path(__file__).with_name("sheet.json").read_text(encoding="utf-8"))


def cases() -> Iterator[Any]:
    unpaid = dict(SHEET["points"])
    for task in SHEET["tasks"]:
        mark = pytest.mark.points(unpaid.pop(SHEET["symbol"], 0), cell=SHEET["symbol"])
        yield pytest.param(task, marks=mark, id=task["name"])
    for symbol, points in unpaid.items():
        yield pytest.param(None, marks=pytest.mark.points(points, cell=symbol), id="nothing")


@pytest.mark.parametrize("task", cases())
def test_measured(
    measure: Measuring, request: pytest.FixtureRequest, task: dict[str, Any] | None
) -> None:
    tell = request.node.user_properties.append
    if task is None:
        return
    about = (SHEET["symbol"], task["source"], task["name"])
    if task["cost"]:
        cost = measure.cost(*about)
        figures = [cost.operators, cost.peak_bytes, cost.duration_s, cost.calls]
        tell(("cost", json.dumps(figures)))
        return
    try:
        values = plain(measure.values(*about))
    except StudentError:
        values = ["an exception"]
    tell(("values", json.dumps(values)))
