"""The pytest plugin of a hidden suite: collect once, then grade one submission per fork."""

from __future__ import annotations

import hashlib
import random
import re
import signal
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import pytest
import torch

from autograder import cuda, wire
from autograder.errors import CourseError
from autograder.examiner.candidate import Candidate
from autograder.examiner.judge import judge
from autograder.examiner.markers import CATEGORY_HELP, VISIBLE_HELP, category_of, visibility_of
from autograder.examiner.measuring import Measuring
from autograder.examiner.proxies import Session, Student
from autograder.examiner.redaction import Written
from autograder.examiner.transcript import Transcript
from autograder.examiner.verdicts import Inconclusive, PlatformFailure, StudentError, TimedOut
from autograder.report import Outcome


@dataclass(frozen=True, slots=True)
class Verdict:
    outcome: Outcome
    message: str
    line: int = 0  # of the test's function, where it ended
    transcript: Transcript | None = None  # of the run that counts
    properties: Mapping[str, str] = field(default_factory=dict)  # what the test told besides


@dataclass(slots=True)
class SuitePlugin:
    """Collects; then `serve` is called with this plugin, and forks call `run`.

    After collection either `tests` is complete or `problem` says what is wrong with the suite.
    """

    suite: Path
    symbols: tuple[str, ...]
    device: str
    serve: Callable[[SuitePlugin], None]
    tests: list[wire.TestInfo] = field(default_factory=list)
    problem: CourseError | None = None
    _items: list[pytest.Item] = field(default_factory=list)
    _session: Session | None = None
    _failures: dict[str, BaseException] = field(default_factory=dict)
    _seed: int = 0

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line(
            "markers", "points(n, cell, shape=False): a test's points, its symbol, what it is about"
        )
        for line in (CATEGORY_HELP, VISIBLE_HELP):
            config.addinivalue_line("markers", line)
        config.addinivalue_line("markers", "tf32: on a GPU, let float32 products be TF32 ones")

    @pytest.fixture
    def student(self) -> Student:
        """The notebook's namespace."""
        assert self._session is not None
        return Student(self._session)

    @pytest.fixture
    def measure(self) -> Measuring:
        """What a call of the notebook's costs."""
        assert self._session is not None
        return Measuring(self._session)

    @pytest.fixture(name="device")
    def device_fixture(self) -> torch.device:
        """The device of this run."""
        return torch.device(self.device)

    def pytest_exception_interact(self, call: pytest.CallInfo[Any], report: Any) -> None:
        """A suite that does not import: say where, in the suite's own words."""
        if call.when != "collect" or self.problem is not None or call.excinfo is None:
            return
        what, where = _what_and_where(call.excinfo, self.suite)
        self.problem = CourseError(
            "suite-broken",
            f"the hidden suite cannot be collected: {what}",
            where=where,
            next="mend the suite; `python -m pytest --collect-only` on it shows the traceback",
        )

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._items = list(session.items)
        if torch.cuda._initialized and self.problem is None:
            self.problem = CourseError(
                "suite-cuda",
                "the hidden suite uses the GPU while it is imported, and no fork could use it then",
                where=str(self.suite),
                next="make tensors inside tests, on the fixture `device`",
            )
        for item in self._items:
            self._describe(item)
        if not self._items and self.problem is None:
            self.problem = CourseError(
                "suite-empty",
                "the hidden suite has no tests",
                where=str(self.suite),
                next="add tests in files named test_*.py",
            )

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        try:
            if self.problem is None:
                self.serve(self)
        except CourseError as error:  # pytest would call it an internal error of its own
            self.problem = error
        return True

    def run(self, candidate: Candidate, seed: int, names: Sequence[str] = ()) -> dict[int, Verdict]:
        """Run tests against one submission; verdicts by their place in `tests`.

        names  of the tests to run, in this order, as "name" or "cell/name"; none: all

        Tests of a cell that ran out of time go to the end, so that what is left of the
        notebook's time serves the other cells first.
        """
        on_gpu = self.device == "cuda"
        if on_gpu:
            _start_cuda(candidate)
        self._session, self._seed = Session(candidate, cuda=on_gpu), seed
        # A test of ours that works on hostile values for long ends like one that waits for long.
        limit_s = 2 * candidate.terms.test_s + 5
        signal.signal(signal.SIGALRM, _out_of_time)
        verdicts: dict[int, Verdict] = {}
        waiting, postponed = deque(self._places(names)), deque[int]()
        while waiting or postponed:
            index = waiting.popleft() if waiting else postponed.popleft()
            if waiting and self.tests[index].cell in candidate.slow:
                postponed.append(index)
                continue
            signal.setitimer(signal.ITIMER_REAL, limit_s)
            verdicts[index] = self._run_one(self._items[index])
            signal.setitimer(signal.ITIMER_REAL, 0)
        return verdicts

    def _places(self, names: Sequence[str]) -> list[int]:
        """A name that several cells have tests of stands for all of them."""
        places = defaultdict[str, list[int]](list)
        for index, test in enumerate(self.tests):
            places[test.name].append(index)
            places[f"{test.cell}/{test.name}"].append(index)
        wanted = dict.fromkeys(index for name in names for index in places[name])
        return list(wanted) or list(range(len(self.tests)))

    def _run_one(self, item: pytest.Item) -> Verdict:
        """Every test is torn down whole: which one comes next is not known yet.

        What the simulated second device cannot run is judged on the CPU: it is no fault, and no
        way around the test either, since any code can claim that it met such a limit.
        """
        assert self._session is not None
        failure = self._protocol(item)
        if isinstance(failure, Inconclusive):
            self._session.simulates = False
            failure = self._protocol(item)
            self._session.simulates = True
        if isinstance(failure, torch.OutOfMemoryError | torch.AcceleratorError):
            # On this side: the tensors are small, so the card is full; or its context is lost.
            raise PlatformFailure(f"CUDA failed in the examiner: {str(failure)[:300]}")
        candidate = self._session.candidate
        transcript = candidate.recorder.transcript(candidate.terms.load.stand_ins)
        written = self._session.written if isinstance(failure, StudentError) else Written()
        line, told = _line_in_test(failure, item), _properties(item)
        return Verdict(*judge(failure, written), line, transcript, told)

    def _protocol(self, item: pytest.Item) -> BaseException | None:
        item.user_properties.clear()  # it may have run before
        item.ihook.pytest_runtest_protocol(item=item, nextitem=None)
        return self._failures.pop(item.nodeid, None)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Fresh inputs per test that depend on the run's seed and on nothing that ran before."""
        assert self._session is not None
        digest = hashlib.sha256(f"{self._seed}/{item.nodeid}".encode()).digest()
        # torch.manual_seed formats a stack for each kind of accelerator that is not there: 3 ms.
        torch.default_generator.manual_seed(int.from_bytes(digest[:7], "big"))
        random.seed(digest[:7])
        # The student's generator must not tell what the test's generator draws.
        theirs = hashlib.sha256(b"candidate" + digest).digest()
        tf32 = item.get_closest_marker("tf32") is not None
        if self._session.cuda:
            cuda.seed(int.from_bytes(digest[:7], "big"))
            cuda.compute_exactly(tf32=tf32)
        self._session.begin_test(_cell(item), int.from_bytes(theirs[:7], "big"), tf32=tf32)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[Any]
    ) -> pytest.TestReport:
        """Keep the exception itself; skip pytest's costly rendering of it."""
        outcome: Any = "passed"
        if call.excinfo is not None:
            outcome = "failed"
            self._failures.setdefault(item.nodeid, call.excinfo.value)
            if isinstance(call.excinfo.value, PlatformFailure):
                item.session.shouldstop = "platform failure"
        return pytest.TestReport(
            item.nodeid, item.location, {}, outcome, None, _phase(call), duration=call.duration
        )

    def _describe(self, item: pytest.Item) -> None:
        marker = item.get_closest_marker("points")
        path, line, _ = item.location
        where = f"{self.suite / Path(path).name}, line {(line or 0) + 1}, {item.name}"
        try:
            points, cell = _points(marker)
            shape = _is_about_shape(marker)
        except ValueError as problem:
            self.problem = self.problem or CourseError(
                "suite-points", str(problem), where=where, next='@pytest.mark.points(1, cell="…")'
            )
            return
        if cell not in self.symbols:
            self.problem = self.problem or CourseError(
                "suite-points",
                f'there is no graded symbol "{cell}" in the reference notebook',
                where=where,
                next=f"use one of: {', '.join(self.symbols)}",
            )
        try:
            category, visible = category_of(item, shape=shape), visibility_of(item)
        except ValueError as problem:
            self.problem = self.problem or CourseError("suite-marker", str(problem), where=where)
            return
        about = _first_line(item)
        name, file = item.name, Path(path).name
        self.tests.append(
            wire.TestInfo(
                name, cell, points, about, shape, file, (line or 0) + 1, category, visible
            )
        )


def _what_and_where(excinfo: pytest.ExceptionInfo[BaseException], suite: Path) -> tuple[str, str]:
    """pytest wraps what a module raises into a text that ends in its own traceback."""
    error, text = excinfo.value, str(excinfo.value)
    if isinstance(error, pytest.Collector.CollectError):
        lines = re.findall(r"^(\S+\.py):(\d+): ", text, re.MULTILINE)
        place = f"{suite / Path(lines[-1][0]).name}, line {lines[-1][1]}" if lines else str(suite)
        return text.strip().splitlines()[-1].removeprefix("E").strip(), place
    own = [entry for entry in excinfo.traceback if suite in Path(entry.path).parents]
    place = f"{own[-1].path}, line {own[-1].lineno + 1}" if own else str(suite)
    return f"{type(error).__name__}: {text}", place


def _start_cuda(candidate: Candidate) -> None:
    """The examiner has a context of its own: what a suite makes on `device` lies there for real."""
    try:
        cuda.start(candidate.terms.load.gpu)
    except cuda.CudaFailure as failure:
        raise PlatformFailure(f"CUDA did not start in the examiner: {failure}") from None
    candidate.card_is_full = cuda.card_is_full


def _out_of_time(*_: object) -> NoReturn:
    raise TimedOut("what your code returned takes too long to look at")


def points_by_cell(tests: list[wire.TestInfo]) -> dict[str, float]:
    """Symbol → sum of its tests' points."""
    sums: dict[str, float] = defaultdict(float)
    for test in tests:
        sums[test.cell] += test.points
    return dict(sums)


def _points(marker: pytest.Mark | None) -> tuple[float, str]:
    if marker is None:
        raise ValueError("a hidden test without points")
    cell = marker.kwargs.get("cell", marker.args[1] if len(marker.args) > 1 else None)
    points = marker.kwargs.get("n", marker.args[0] if marker.args else None)
    if not isinstance(cell, str) or not isinstance(points, int | float) or points < 0:
        raise ValueError("the marker `points` needs a number of points and a cell")
    return float(points), cell


def _is_about_shape(marker: pytest.Mark | None) -> bool:
    return marker is not None and marker.kwargs.get("shape") is True


def _line_in_test(failure: BaseException | None, item: pytest.Item) -> int:
    """Where the test's own function was when it ended; 0 if that was not in it."""
    code = getattr(getattr(item, "function", None), "__code__", None)
    trace = failure.__traceback__ if failure is not None else None
    while trace is not None:
        if trace.tb_frame.f_code is code:
            return trace.tb_lineno
        trace = trace.tb_next
    return 0


def _properties(item: pytest.Item) -> dict[str, str]:
    """What fits into an answer to the command."""
    told = {str(name)[:300]: str(value) for name, value in item.user_properties}
    fitting = [(n, value) for n, value in told.items() if len(value) <= wire.LONGEST_PROPERTY]
    return dict(fitting[: wire.MOST_PROPERTIES])


def _phase(call: pytest.CallInfo[Any]) -> Any:
    return call.when


def _cell(item: pytest.Item) -> str:
    return _points(item.get_closest_marker("points"))[1]


def _first_line(item: pytest.Item) -> str:
    text = getattr(getattr(item, "obj", None), "__doc__", None) or ""
    return " ".join(text.strip().split("\n\n")[0].split())
