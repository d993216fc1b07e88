"""A hidden suite with one of its tests to run: the examiner's own plugin, in this process."""

from __future__ import annotations

import contextlib
import signal
import sys
import warnings
from bdb import BdbQuit
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import torch

from autograder import notebook, wire
from autograder.errors import AutograderError, SandboxUnavailable, UsageError
from autograder.examiner.candidate import Candidate, Terms
from autograder.examiner.carry import Carrying, listed, told
from autograder.examiner.plugin import SuitePlugin, Verdict
from autograder.examiner.suite import PYTEST_ARGS, forbidden_words, terms_of
from autograder.examiner.verdicts import Inconclusive, PlatformFailure
from autograder.feedback import clean_text
from autograder.replay.debugger import TestDebugger
from autograder.replay.in_process import InProcess
from autograder.replay.order import Order
from autograder.replay.target import named
from autograder.replay.traceback import as_text
from autograder.replay.upstream import carrying, what_stood_in
from autograder.report import Outcome
from autograder.sandbox.local import candidates
from autograder.submissions import read_bytes

_LONG = 20_000


@dataclass(slots=True)
class Replay:
    """One test of a suite against one notebook; `run` is the whole story."""

    order: Order
    test: str = ""  # as "cell/name", once the suite is collected
    left: bool = False  # the person left the debugger before the test had ended
    _candidate: Candidate | None = None
    _over: tuple[str, ...] = ()  # the reference's symbols in place of the student's own
    _verdict: Verdict | None = None
    _forbidden: str = ""  # what the symbol uses and may not: it costs the points all the same
    _problem: Exception | None = None
    _debugger: TestDebugger = field(init=False)

    def run(self) -> int:
        """0: the test passes; 1: it does not.

        raises  CourseError, UsageError, SubmissionError, SandboxUnavailable
        """
        order = self.order
        suite = Path(order.suite.suite).resolve()
        reference = notebook.read_reference(Path(order.suite.reference))
        submission = notebook.read_submission(
            read_bytes(Path(order.notebook)),
            reference,
            forbidden=order.suite.forbidden,
            execute=order.suite.execute,
        )
        torch.set_num_threads(1)
        warnings.simplefilter("ignore")
        self._debugger = TestDebugger(suite)

        def serve(plugin: SuitePlugin) -> None:
            try:
                self._run_it(plugin, reference, submission)
            except (AutograderError, PlatformFailure) as problem:
                self._problem = problem  # raised below: pytest would make a text of it

        plugin = SuitePlugin(suite, reference.symbols, order.suite.device, serve)
        pytest.main([*PYTEST_ARGS, "--rootdir", str(suite), str(suite)], plugins=[plugin, self])
        self._raise(plugin)
        return self._told()

    def _run_it(
        self, plugin: SuitePlugin, reference: notebook.Reference, submission: notebook.Submission
    ) -> None:
        order = self.order
        tests = [f"{test.cell}/{test.name}" for test in plugin.tests]
        self.test = self._chosen(tests)
        place = tests.index(self.test)
        cell = plugin.tests[place].cell
        say(f"replaying {self.test}, seed {order.seed}")
        with contextlib.ExitStack() as stack:
            made = None
            if order.suite.carry_errors and cell != reference.symbols[0]:  # nothing is above that
                made = stack.enter_context(carrying(order.suite, reference))
            address = ""
            if made or not order.in_process:
                scratch_bytes = order.suite.scratch_bytes
                address = str(stack.enter_context(candidates(scratch_bytes=scratch_bytes)))
            job = wire.GradeNotebook(b"", order.seed, address)
            terms = terms_of(order.suite, reference, submission, job)
            candidate = self._over_what_it_was(made, submission, plugin, terms, place)
            self._candidate = candidate
            if order.debugger == "from-the-start":
                candidate.wait_for_a_person()
            (self._verdict,) = plugin.run(candidate, order.seed, [self.test]).values()
            candidate.close()
            if candidate.upstream is not None:
                candidate.upstream.close()
        if self._over:
            self._verdict = told(self._verdict, cell, listed(self._over))
        self._forbidden = forbidden_words(submission, candidate).get(cell, "")

    def _over_what_it_was(
        self,
        made: Carrying | None,
        submission: notebook.Submission,
        plugin: SuitePlugin,
        terms: Terms,
        place: int,
    ) -> Candidate:
        """The notebook, over what its test was over when it got its verdict in the grading.

        What that was is found with student code behind its walls, also for a replay without them.
        """
        again = None
        if made is not None:
            first = Candidate(terms)
            again = what_stood_in(made, submission, plugin, first, self.order.seed, place)
        if made is None or again is None:
            return InProcess(terms) if self.order.in_process else Candidate(terms)
        self._over = again.upstream
        say(f"over the reference's {listed(again.upstream)}, as in the grading")
        if self.order.in_process:
            return InProcess(terms, {name: made.reference[name] for name in again.upstream})
        candidate = made.over(first, again)
        candidate.ended = 0.0  # the notebook's time begins anew
        return candidate

    def _chosen(self, tests: list[str]) -> str:
        order = self.order
        if order.recorded and order.test not in tests:
            listed = "\n         ".join(tests)
            raise UsageError(
                "test-gone",
                f"the suite has changed since: it has no test {order.test} any more",
                where=order.suite.suite,
                next=f"grade again, or name one of\n         {listed}",
            )
        return order.test if order.recorded else named(order.test, tests, order.suite.suite)

    def _raise(self, plugin: SuitePlugin) -> None:
        if plugin.problem is not None:
            raise plugin.problem
        if isinstance(self._problem, PlatformFailure):
            raise SandboxUnavailable(
                "platform", f"the test could not be run: {self._problem}", next="run it again"
            )
        if self._problem is not None:
            raise self._problem

    def _told(self) -> int:
        verdict = self._verdict
        if verdict is None:  # Ctrl-C, which pytest takes for its own
            raise KeyboardInterrupt
        if self.left:
            tell(f"{self.test}: left before it had ended")
            return 1
        message = f": {verdict.message}" if verdict.message else ""
        tell(f"{self.test}: {verdict.outcome}{message}")
        if self._forbidden:
            tell(f"its points are lost whatever it does: {self._forbidden} is not allowed")
        return 0 if verdict.outcome is Outcome.PASSED else 1

    # ------------------------------------------------ pytest's hooks, beside SuitePlugin's own

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Function) -> None:
        if self._candidate is not None and self.order.debugger == "from-the-start":
            signal.setitimer(signal.ITIMER_REAL, 0)
            item.obj = self._debugger.traced(item.obj)

    def pytest_exception_interact(self, call: pytest.CallInfo[Any]) -> None:
        error = call.excinfo.value if call.excinfo is not None else None
        ours = isinstance(error, Inconclusive | PlatformFailure)  # run again, or no verdict at all
        if error is None or ours or self._candidate is None:  # not of the test yet
            return
        signal.setitimer(signal.ITIMER_REAL, 0)
        if self.order.debugger == "none":
            tell(as_text(error, Path(self.order.suite.suite).resolve()))
            return
        self._candidate.wait_for_a_person()
        self._debugger.after(error)

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self) -> Iterator[None]:
        try:
            return (yield)
        except BdbQuit:
            self.left = True
            raise


def tell(text: str) -> None:
    """The result, to standard output."""
    sys.stdout.write(clean_text(text, _LONG, lines=400) + "\n")
    sys.stdout.flush()


def say(text: str) -> None:
    sys.stderr.write(clean_text(text, _LONG, lines=400) + "\n")
    sys.stderr.flush()
