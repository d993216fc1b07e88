"""A process per hidden suite: collects it once, then forks one examiner per submission."""

from __future__ import annotations

import contextlib
import gc
import warnings
from pathlib import Path

import pytest

from autograder import hugepages, notebook, wire
from autograder.errors import AutograderError, CourseError, SubmissionError
from autograder.examiner.candidate import Candidate, Terms
from autograder.examiner.load import code_unit
from autograder.examiner.plugin import SuitePlugin, Verdict, points_by_cell
from autograder.examiner.verdicts import PlatformFailure
from autograder.forkserver import Child, ForkServer, listen
from autograder.report import Outcome

_REQUEST_BYTES = 512 << 20  # from the trusted side: a whole notebook, outputs included

# No plugin that a suite does not need, and no file written beside the suite.
_PYTEST_ARGS = (
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
        listener = listen(Path(order.listen))
        gc.collect()
        gc.freeze()
        hugepages.collapse()
        channel.send(wire.SuiteReady(plugin.tests))
        ForkServer(
            listener,
            lambda grading: _Grading(order, reference, plugin).serve(grading),
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
    status = pytest.main([*_PYTEST_ARGS, "--rootdir", str(suite), str(suite)], plugins=[plugin])
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
        self, order: wire.OpenSuite, reference: notebook.Reference, plugin: SuitePlugin
    ) -> None:
        self._order, self._reference, self._plugin = order, reference, plugin

    def serve(self, child: Child) -> None:
        channel: wire.Channel[wire.GradeNotebook] = wire.Channel(
            child.sock, wire.GradeNotebook, limit_bytes=_REQUEST_BYTES
        )
        with contextlib.suppress(wire.Closed):
            channel.send(self._grade(channel.receive()))

    def _grade(self, job: wire.GradeNotebook) -> wire.GradeReply:
        order = self._order
        try:
            submission = notebook.read_submission(
                job.notebook, self._reference, forbidden=order.forbidden, execute=order.execute
            )
            candidate = Candidate(_terms(order, self._reference, submission, job))
            verdicts = self._plugin.run(candidate, job.seed, job.tests)
        except SubmissionError as error:
            return wire.Ungradable(error.code, error.what, error.where, error.next)
        except PlatformFailure as error:
            return wire.Ungradable("platform", str(error), "", "run the command again")
        candidate.close()
        used = _forbidden(submission, candidate)
        tests = [
            _entry(test, verdicts[index], used.get(test.cell))
            for index, test in enumerate(self._plugin.tests)
            if index in verdicts
        ]
        flags = set(submission.flags) | candidate.flags
        flags |= {
            f"forbidden-api:{name}" for names in candidate.forbidden.values() for name in names
        }
        return wire.Graded(tests, sorted(flags), list(submission.notes))


def _terms(
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


def _forbidden(submission: notebook.Submission, candidate: Candidate) -> dict[str, str]:
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


def _entry(test: wire.TestInfo, verdict: Verdict, forbidden: str | None) -> wire.GradedTest:
    outcome, message = verdict.outcome, verdict.message
    if forbidden:
        outcome = Outcome.FAILED if outcome is Outcome.PASSED else outcome
        message = f"`{test.cell}` uses {forbidden}, which this assignment does not allow"
    points = test.points if outcome is Outcome.PASSED else 0.0
    return wire.GradedTest(
        test.name, test.cell, str(outcome), points, test.points, message, test.description
    )
