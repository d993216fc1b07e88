"""The hidden suite without a sandbox: the student's code runs in the process of the tests.

A pytest plugin (`-p in_process`) for the rows that use pytest, and `Notebook` for all rows that
are not ours. What it leaves out is what the engine is for: a student's code here can read the
suite, end the process and change its own grade.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils._pytree import tree_map

from autograder.candidate.second_device import Elsewhere, second_device
from autograder.testing import Finding

QUIET = (
    *("-c", "/dev/null", "--import-mode=importlib", "--assert=plain"),
    *("-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:doctest", "-p", "no:junitxml"),
)


class Notebook:
    """`student`, over a namespace of this process."""

    def __init__(self, namespace: dict[str, Any], *, elsewhere: bool = False) -> None:
        self._namespace, self._elsewhere = namespace, elsewhere

    def __getattr__(self, name: str) -> Any:
        if name not in self._namespace:
            raise AttributeError(f"the notebook has no {name}")
        function = self._namespace[name]
        return _on_the_second_device(function) if self._elsewhere else function

    def on_another_device(self) -> Notebook:
        """As the engine's: every call on the simulated second device."""
        return Notebook(self._namespace, elsewhere=True)


def load(path: Path) -> Notebook:
    """Execute a notebook's code cells, the visible checks apart; a cell may fail."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        is_check = cell["metadata"].get("nbgrader", {}).get("grade", False)
        if cell["cell_type"] == "code" and not is_check:
            with suppress(Exception):  # a student's: the tests will tell
                exec("".join(cell["source"]), namespace)
    return Notebook(namespace)


def seed(test: str) -> None:
    """Inputs that depend on the test and on nothing that ran before it."""
    torch.default_generator.manual_seed(
        int.from_bytes(hashlib.sha256(test.encode()).digest()[:7], "big")
    )


class Grader:
    """pytest plugin: runs the suite against `notebook`, and counts points."""

    def __init__(self, notebook: Path | None = None) -> None:
        self.notebook = notebook
        self.items: list[pytest.Item] = []
        self.lost: set[str] = set()  # node ids

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", "points(n, cell): a test's points and its symbol")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.items = list(session.items)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.lost.add(report.nodeid)

    @pytest.fixture(scope="session")
    def student(self) -> Notebook:
        assert self.notebook is not None
        return load(self.notebook)

    @pytest.fixture
    def device(self) -> torch.device:
        return torch.device("cpu")

    @pytest.fixture(autouse=True)
    def _seeded(self, request: pytest.FixtureRequest) -> None:
        seed(request.node.name)

    def points(self) -> dict[str, float]:
        """Symbol → points of the tests that passed."""
        sums: dict[str, float] = {}
        for item in self.items:
            points, cell = points_of(item)
            sums[cell] = sums.get(cell, 0.0) + (0.0 if item.nodeid in self.lost else points)
        return sums


def points_of(item: pytest.Item) -> tuple[float, str]:
    marker = item.get_closest_marker("points")
    assert marker is not None
    return float(marker.args[0]), str(marker.kwargs["cell"])


def grade(notebook: Path, suite: Path) -> dict[str, float]:
    """Collect the suite and run it against one notebook, in this process."""
    grader = Grader(notebook)
    pytest.main([*QUIET, "--rootdir", str(suite), str(suite)], plugins=[grader])
    return grader.points()


def _on_the_second_device(function: Any) -> Any:
    def called(*args: Any, **kwargs: Any) -> Any:
        there = tree_map(_there, (args, kwargs))
        with torch.no_grad(), second_device():
            result = function(*there[0], **there[1])
        return tree_map(_back, result)

    return called


def _there(value: Any) -> Any:
    return Elsewhere(value) if isinstance(value, Tensor) else value


def _back(value: Any) -> Any:
    if isinstance(value, Tensor) and not isinstance(value, Elsewhere):
        raise Finding("the result lies on the CPU although the inputs lie on another device")
    return value.held if isinstance(value, Elsewhere) else value


if __name__ == "__main__":  # the row "a fresh pytest process": NOTEBOOK SUITE → points as JSON
    import sys

    torch.set_num_threads(1)
    print(json.dumps(grade(Path(sys.argv[1]), Path(sys.argv[2]))))
