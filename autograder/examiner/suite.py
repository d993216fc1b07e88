"""A process per hidden suite: collects it once, then forks one examiner per submission."""

from __future__ import annotations

import contextlib
import gc
import signal
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from autograder import hugepages, notebook, wire
from autograder.errors import AutograderError, CourseError, SubmissionError
from autograder.examiner.candidate import Candidate, Terms
from autograder.examiner.carry import Carrying
from autograder.examiner.diagnosis import Course, diagnose
from autograder.examiner.load import code_unit
from autograder.examiner.plugin import SuitePlugin, Verdict, points_by_cell
from autograder.examiner.verdicts import PlatformFailure, TimedOut
from autograder.forkserver import Child, ForkServer, listen
from autograder.replicas import names_of_the_reference, replicas_of
from autograder.report import Outcome

_REQUEST_BYTES = 512 << 20  # from the trusted side: a whole notebook, outputs included

# No plugin that a suite does not need, and no file written beside the suite.
PYTEST_ARGS = (
    *("-c", "/dev/null", "--import-mode=importlib", "--assert=plain", "--disable-plugin-autoload"),
    *("-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:logging", "-p", "no:doctest"),
    *("-p", "no:faulthandler", "-p", "no:junitxml", "-p", "no:threadexception"),
    *("-p", "no:unraisableexception", "-p", "no:pastebin", "-p", "no:warnings"),
    *("-p", "no:capture", "-p", "no:setuponly", "-p", "no:setupplan", "-p", "no:debugging"),
    *("-p", "no:legacypath", "-p", "no:subtests", "-p", "no:stepwise", "-p", "no:unittest"),
)


def serve_suite(child: Child) -> None:
    """Answer one OpenSuite, then grade until the command hangs up."""
    channel: wire.Channel[wire.OpenSuite] = wire.Channel(
        child.sock, wire.OpenSuite, limit_bytes=_REQUEST_BYTES
    )
    order = channel.receive()
    warnings.simplefilter("ignore")
    try:
        _collect_and_serve(order, channel)
    except AutograderError as error:
        channel.send(wire.SuiteBroken(error.code, error.what, error.where, error.next))


def _collect_and_serve(order: wire.OpenSuite, channel: wire.Channel[wire.OpenSuite]) -> None:
    reference = notebook.read_reference(Path(order.reference))
    suite = Path(order.suite).resolve()

    def serve(plugin: SuitePlugin) -> None:
        if order.compare_points:
            _compare_points(order, reference, points_by_cell(plugin.tests))
        course, carrying = _course(order, reference), _carrying(order, reference)
        listener = listen(Path(order.listen))
        gc.collect()
        gc.freeze()
        hugepages.collapse()
        channel.send(wire.SuiteReady(plugin.tests))
        ForkServer(
            listener,
            lambda grading: _Grading(order, reference, plugin, course, carrying).serve(grading),
            until=channel.sock.fileno(),
        ).serve()

    plugin = SuitePlugin(suite, reference.symbols, order.device, serve)
    if not suite.is_dir():
        raise CourseError(
            "suite-missing",
            f'assignment "{order.assignment}" has no hidden suite',
            where=order.suite,
            next="write test_*.py files there",
        )
    status = pytest.main([*PYTEST_ARGS, "--rootdir", str(suite), str(suite)], plugins=[plugin])
    if plugin.problem is not None:
        raise plugin.problem
    if status != pytest.ExitCode.OK:
        raise CourseError(
            "suite-broken",
            f"pytest could not collect the hidden suite (exit status {int(status)})",
            where=order.suite,
            next="run `python -m pytest --collect-only` on it",
        )


def _compare_points(
    order: wire.OpenSuite, reference: notebook.Reference, sums: dict[str, float]
) -> None:
    wrong = [
        f"{symbol}: suite {sums.get(symbol, 0.0):g}, notebook {there:g}"
        for symbol in reference.symbols
        if (there := reference.points.get(f"test_{symbol}", 0.0)) != sums.get(symbol, 0.0)
    ]
    if wrong:
        raise CourseError(
            "points-disagree",
            "the hidden suite and the reference notebook disagree on points: " + "; ".join(wrong),
            where=order.reference,
            next=f"autograder release {order.assignment} --sync-points",
        )


class _Grading:
    """One submission in one forked examiner."""

    def __init__(
        self,
        order: wire.OpenSuite,
        reference: notebook.Reference,
        plugin: SuitePlugin,
        course: Course | None,
        carrying: Carrying | None,
    ) -> None:
        self._order, self._reference, self._plugin = order, reference, plugin
        self._course, self._carrying = course, carrying

    def serve(self, child: Child) -> None:
        """A notebook to grade; or questions to the reference, from the examiner of one."""
        receives = wire.GradeNotebook | wire.ServeReference | wire.Request
        channel: wire.Channel[Any] = wire.Channel(child.sock, receives, limit_bytes=_REQUEST_BYTES)
        with contextlib.suppress(wire.Closed):
            asked = channel.receive()
            if isinstance(asked, wire.GradeNotebook):
                channel.send(self._grade(asked))
            elif isinstance(asked, wire.ServeReference) and self._carrying is not None:
                self._carrying.serve_reference(channel, asked)

    def _grade(self, job: wire.GradeNotebook) -> wire.GradeReply:
        order = self._order
        try:
            submission = notebook.read_submission(
                job.notebook, self._reference, forbidden=order.forbidden, execute=order.execute
            )
            candidate = Candidate(terms_of(order, self._reference, submission, job))
            verdicts = self._plugin.run(candidate, job.seed, job.tests)
            verdicts, notes = self._carried(submission, candidate, verdicts, job.seed)
        except SubmissionError as error:
            return wire.Ungradable(error.code, error.what, error.where, error.next)
        except PlatformFailure as error:
            return wire.Ungradable("platform", str(error), "", "run the command again")
        candidate.hang_up()
        recognised = self._recognised(submission, candidate, verdicts)
        used = forbidden_words(submission, candidate)
        tests = [
            _entry(test, verdicts[index], used.get(test.cell), recognised.get(index))
            for index, test in enumerate(self._plugin.tests)
            if index in verdicts
        ]
        candidate.close()
        flags = set(submission.flags) | candidate.flags
        flags |= {
            f"forbidden-api:{name}" for names in candidate.forbidden.values() for name in names
        }
        return wire.Graded(
            tests,
            sorted(flags),
            [*submission.notes, *notes],
            memory_bytes=candidate.memory_bytes,
            untouched=list(submission.untouched),
        )

    def _carried(
        self,
        submission: notebook.Submission,
        candidate: Candidate,
        verdicts: dict[int, Verdict],
        seed: int,
    ) -> tuple[dict[int, Verdict], tuple[str, ...]]:
        if self._carrying is None:
            return verdicts, ()

        def run(over: Candidate, names: Sequence[str]) -> dict[int, Verdict]:
            return self._plugin.run(over, seed, names)

        carried = self._carrying.carried(submission, candidate, self._plugin.tests, verdicts, run)
        return carried.verdicts, carried.notes

    def _recognised(
        self,
        submission: notebook.Submission,
        candidate: Candidate,
        verdicts: dict[int, Verdict],
    ) -> dict[int, str]:
        """Place of a failed test → the known mistake that explains it."""
        if self._course is None:
            return {}
        outcomes = {index: verdict.outcome for index, verdict in verdicts.items()}
        transcripts = {i: v.transcript for i, v in verdicts.items() if v.transcript is not None}
        uses = {
            symbol: candidate.asked.get(symbol, set()).union(submission.uses.get(symbol, ()))
            for symbol in self._reference.symbols
        }
        # Versions of the course's own, which hang only if one of them is broken. What is left of
        # them then is interrupted every second; it costs explanations, and no grade.
        signal.setitimer(signal.ITIMER_REAL, self._order.test_s, 1.0)
        try:
            return diagnose(self._course, self._plugin.tests, outcomes, transcripts, uses)
        except TimedOut:
            return {}
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)


def _carrying(order: wire.OpenSuite, reference: notebook.Reference) -> Carrying | None:
    """Raises CourseError if the reference's code is broken."""
    if not order.carry_errors:
        return None
    names = names_of_the_reference(Path(order.reference), reference)
    return Carrying(order, reference.symbols, names)


def _course(order: wire.OpenSuite, reference: notebook.Reference) -> Course | None:
    """What failures are compared with; None if there is nothing, or answers come from a GPU.

    raises  CourseError if code of the course is broken
    """
    if not order.misconceptions or order.device == "cuda":
        return None
    path = Path(order.reference)
    return Course(
        names_of_the_reference(path, reference),
        replicas_of(path, reference, order.misconceptions),
        order.message_bytes,
    )


def terms_of(
    order: wire.OpenSuite,
    reference: notebook.Reference,
    submission: notebook.Submission,
    job: wire.GradeNotebook,
) -> Terms:
    load = wire.Load(
        units=[code_unit(unit) for unit in submission.units],
        skip=[],
        symbols=list(reference.symbols),
        forbidden=order.forbidden,
        sources=dict(submission.sources),
        memory_bytes=order.memory_bytes,
        scratch_bytes=order.scratch_bytes,
        message_bytes=order.message_bytes,
        cpu_s=int(2 * order.notebook_s) + 10,
        device=order.device,
        gpu=job.gpu,
        gpu_memory_bytes=order.gpu_memory_bytes,
    )
    return Terms(
        socket_path=job.candidate_socket,
        load=load,
        missing=submission.missing,
        call_s=order.call_s,
        test_s=order.test_s,
        notebook_s=order.notebook_s,
        # What a candidate answers is a little more than the tensors that it may hand back.
        message_bytes=order.message_bytes + (1 << 20),
        gpu_memory_bytes=order.gpu_memory_bytes,
    )


def forbidden_words(submission: notebook.Submission, candidate: Candidate) -> dict[str, str]:
    """Symbol → words about what it uses and may not; static findings first."""
    words: dict[str, str] = {}
    for symbol, found in submission.forbidden.items():
        if found:
            words[symbol] = ", ".join(found)
    for symbol, names in candidate.forbidden.items():
        seen = [
            f"{name} (cell {symbol}, line {line})" if line else name for name, line in names.items()
        ]
        words.setdefault(symbol, ", ".join(seen))
    return words


def _entry(
    test: wire.TestInfo, verdict: Verdict, forbidden: str | None, mistake: str | None
) -> wire.GradedTest:
    outcome, message = verdict.outcome, verdict.message
    if forbidden:
        outcome = Outcome.FAILED if outcome is Outcome.PASSED else outcome
        message = f"`{test.cell}` uses {forbidden}, which this assignment does not allow"
    points = test.points if outcome is Outcome.PASSED else 0.0
    return wire.GradedTest(
        test.name,
        test.cell,
        str(outcome),
        points,
        test.points,
        message,
        test.description,
        misconception=mistake,
        line=verdict.line,
        category=test.category,
        visible=test.visible,
        properties=dict(verdict.properties),
    )
