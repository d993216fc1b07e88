"""Answers measured where students' code may run: in the candidate of the course's own sandbox."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

from autograder import wire
from autograder.course import Assignment, Limits
from autograder.errors import SandboxUnavailable, SubmissionError
from autograder.grading import PAUSES_S
from autograder.notebook import read_reference, read_submission
from autograder.peer.contrast.form import form_of
from autograder.peer.contrast.model import Measured, Measurements
from autograder.peer.experiments.probe_file import probes_of
from autograder.report import Outcome
from autograder.sandbox import Sandbox, SandboxFailure

SUITE = Path(__file__).parent / "suites" / "test_measured.py"
SHEET = "sheet.json"
# A slow answer is called several times, and once under a mode that makes it slower still.
_CALL_S, _TEST_S, _NOTEBOOK_S = 30.0, 60.0, 180.0
_ROUNDS = 2  # a machine that is busy for a moment is not a slow answer
_STEADY_S = 0.1  # what takes longer is asked once: what comes between is little beside it
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to ask of an answer."""

    name: str  # of a function in `source` that is given the symbol
    source: str
    cost: bool  # it returns a function that makes one call, and the cost of that is asked for


def measure(
    notebooks: Mapping[str, bytes],
    assignment: Assignment,
    sandbox: Sandbox,
    *,
    symbol: str,
    codes: Mapping[str, str] | None = None,
    tasks: Sequence[Task] | None = None,
    seed: int = 0,
    limits: Limits | None = None,
    rounds: int = _ROUNDS,
) -> Measurements:
    """Measure the answers to one stub, one after the other: side by side they would slow down
    each other.

    notebooks  by a label that names nobody
    sandbox    opened for the CPU, where any card is left out of account
    codes      the answers' code as it will be shown, by label; without one the symbol's own cell
    tasks      None: the course's probes of that symbol
    limits     None: the assignment's, with more time
    raises     CourseError if probes or reference are broken, SandboxUnavailable
    """
    asked = tasks_of(probes_of(assignment, symbol)) if tasks is None else tuple(tasks)
    if not any(task.cost for task in asked):
        return Measurements(measured={}, left_out=dict.fromkeys(notebooks, "there is no probe"))
    with tempfile.TemporaryDirectory(prefix="autograder-contrast-") as folder:
        suite = _written(asked, assignment, symbol, Path(folder))
        bench = _Bench(sandbox, _asking(assignment, suite, limits), symbol, seed)
        bench.open()
        measured, left_out = _asked_in_rounds(bench, notebooks, rounds)
    shown = {
        label: (codes or {}).get(label) or _own_cell(notebooks[label], assignment, symbol)
        for label in measured
    }
    return Measurements(
        measured={
            label: replace(each, form=form_of(shown[label], symbol))
            for label, each in measured.items()
        },
        left_out=left_out,
    )


class Probe(Protocol):
    """What is needed of one of peer/experiments."""

    @property
    def name(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def raises(self) -> str: ...
    @property
    def large(self) -> str: ...
    @property
    def large_name(self) -> str: ...


def tasks_of(probes: Iterable[Probe]) -> tuple[Task, ...]:
    """What each probe returns; and what the symbol's large input costs, or else the probes."""
    all_, seen = list(probes), dict[str, Task]()
    for probe in all_:
        seen[probe.name] = Task(name=probe.name, source=probe.code, cost=False)
        if probe.large:
            seen[probe.large_name] = Task(name=probe.large_name, source=probe.large, cost=True)
    if not any(task.cost for task in seen.values()):
        for probe in all_:
            if not probe.raises:
                seen[f"cost_{probe.name}"] = _small(probe)
    return tuple(seen.values())


def _small(probe: Probe) -> Task:
    name = f"cost_{probe.name}"
    call = f"\n\ndef {name}(symbol):\n    return lambda: {probe.name}(symbol)\n"
    return Task(name=name, source=probe.code + call, cost=True)


def _written(tasks: Sequence[Task], assignment: Assignment, symbol: str, folder: Path) -> Path:
    """A suite that asks these. Its points are the reference's: it would be refused otherwise."""
    reference = read_reference(assignment.reference)
    points = {each: reference.points.get(f"test_{each}", 0.0) for each in reference.symbols}
    rows = [{"name": task.name, "source": task.source, "cost": task.cost} for task in tasks]
    shutil.copy(SUITE, folder)
    text = json.dumps({"symbol": symbol, "points": points, "tasks": rows})
    (folder / SHEET).write_text(text, encoding="utf-8")
    return folder


def _asking(assignment: Assignment, suite: Path, limits: Limits | None) -> Assignment:
    """The assignment with another suite, and nothing beside it that costs time or is a secret."""
    longer = replace(
        assignment.limits,
        call_s=max(assignment.limits.call_s, _CALL_S),
        test_s=max(assignment.limits.test_s, _TEST_S),
        notebook_s=max(assignment.limits.notebook_s, _NOTEBOOK_S),
    )
    return replace(
        assignment,
        name=f"{assignment.name}+{suite.name}",  # a sandbox knows an open suite by this name
        suite=suite,
        misconceptions=suite / "none",
        proof=None,
        forbidden=(),
        carry_errors=False,
        device="cpu",
        limits=limits or longer,
    )


@dataclass(frozen=True, slots=True)
class _Bench:
    sandbox: Sandbox
    assignment: Assignment
    symbol: str
    seed: int

    def open(self) -> None:
        self._tried(lambda: self.sandbox.open(self.assignment))

    def ask(self, notebook: bytes) -> Measured | str:
        """What is known of an answer, or why it is not."""
        try:
            graded = self._tried(
                lambda: self.sandbox.grade(notebook, self.assignment, seed=self.seed)
            )
        except SubmissionError as error:
            return error.what
        return _read([test for test in graded.tests if test.cell == self.symbol])

    def _tried(self, step: Callable[[], T]) -> T:
        for pause_s in PAUSES_S:
            try:
                return step()
            except SandboxFailure:
                time.sleep(pause_s)
        try:
            return step()
        except SandboxFailure as failure:
            raise SandboxUnavailable(
                "platform",
                f"answers could not be measured: {failure}",
                next="run the command again; if it stays, see `autograder doctor`",
            ) from None


def _asked_in_rounds(
    bench: _Bench, notebooks: Mapping[str, bytes], rounds: int
) -> tuple[dict[str, Measured], dict[str, str]]:
    """Operators and bytes are the same in each round; the shortest time was disturbed least."""
    measured: dict[str, Measured] = {}
    left_out: dict[str, str] = {}
    for _ in range(rounds):
        for label, data in notebooks.items():
            before = measured.get(label)
            if label in left_out or (before is not None and before.duration_s > _STEADY_S):
                continue
            found = bench.ask(data)
            if isinstance(found, str):
                left_out[label] = found
                measured.pop(label, None)
            elif before is None or found.duration_s < before.duration_s:
                measured[label] = found
    return measured, left_out


def _read(tests: Sequence[wire.GradedTest]) -> Measured | str:
    values: list[Any] = []
    costs: list[list[Any]] = []
    for test in tests:
        if test.outcome != Outcome.PASSED:
            return f"{test.name}: {test.outcome}: {test.message}"
        if "cost" in test.properties:
            costs.append(json.loads(test.properties["cost"]))
        elif "values" in test.properties:
            values.append(json.loads(test.properties["values"]))
    operators: dict[str, int] = {}
    for found, _, _, _ in costs:
        for name, count in found.items():
            operators[name] = operators.get(name, 0) + count
    return Measured(
        operators=operators,
        peak_bytes=max(peak for _, peak, _, _ in costs),
        duration_s=sum(duration_s for _, _, duration_s, _ in costs),
        values=tuple(values),
    )


def _own_cell(data: bytes, assignment: Assignment, symbol: str) -> str:
    reference = read_reference(assignment.reference)
    return read_submission(data, reference).sources.get(symbol, "")
