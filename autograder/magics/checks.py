"""One symbol's visible checks, statement by statement, on what is defined in the kernel now.

Run as one cell, checks end at the first that fails. Here every `assert` is tried, so that a student
sees all that is wrong at once; only what a failed step was to prepare is left out.
"""

from __future__ import annotations

import ast
import contextlib
import inspect
import linecache
import random
import sys
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Any

from autograder.magics.cells import Exercise
from autograder.magics.words import Words
from autograder.notebook.reference import plain
from autograder.notebook.statements import parse

_MOST_TEXT = 300  # of one message; a printed tensor can be long


class State(StrEnum):
    PASSED = "passed"
    FAILED = "failed"  # some check does not hold
    ERROR = "error"  # the student's code raised
    NOT_STARTED = "not started"
    UNDEFINED = "undefined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    symbol: str
    state: State
    passed: int = 0  # of the checks
    total: int = 0
    messages: tuple[str, ...] = ()


def run_checks(symbol: str, exercise: Exercise, names: Mapping[str, Any], words: Words) -> Checked:
    """Nothing that the checks bind or draw stays behind in `names` or in random generators."""
    if symbol not in names:
        if "raise NotImplementedError" in exercise.answers[symbol]:
            return Checked(symbol=symbol, state=State.NOT_STARTED)
        told = words.undefined.format(symbol=symbol)
        return Checked(symbol=symbol, state=State.UNDEFINED, messages=(told,))
    tree = parse(exercise.checks[symbol]).tree
    if tree is None:
        return Checked(symbol=symbol, state=State.ERROR, messages=(words.broken_checks,))
    total = sum(map(_is_check, tree.body))
    if not total:
        return Checked(symbol=symbol, state=State.PASSED, messages=(words.unchecked,))
    notes = (words.stale,) if _is_stale(names[symbol], exercise.answers[symbol]) else ()
    with _generators_kept():
        run = _Run(symbol, exercise, names, words)
        run.go(tree.body)
    if run.not_started:
        return Checked(symbol=symbol, state=State.NOT_STARTED, total=total, messages=notes)
    missed = total - run.passed - run.failed
    more = (words.not_reached.format(count=missed),) if missed else ()
    return Checked(
        symbol=symbol,
        state=run.state,
        passed=run.passed,
        total=total,
        messages=(*run.messages, *more, *(notes if run.state is not State.PASSED else ())),
    )


class _Run:
    def __init__(
        self, symbol: str, exercise: Exercise, names: Mapping[str, Any], words: Words
    ) -> None:
        self.passed = self.failed = 0
        self.messages: list[str] = []
        self.state = State.PASSED
        self.not_started = False
        self._words = words
        self._source = exercise.checks[symbol]
        self._file = f"<checks of {symbol}>"
        self._names = dict(names)
        # Imports and helpers that came with the assignment, as they came.
        trees = (parse(source).tree for source in exercise.locked)
        self._prepared = [node for tree in trees if tree is not None for node in tree.body]

    def go(self, statements: list[ast.stmt]) -> None:
        lines = self._source.splitlines(keepends=True)
        linecache.cache[self._file] = (len(self._source), None, lines, self._file)
        broken: set[str] = set()  # names whose value was not made, or is an older one
        for statement in self._prepared + statements:
            if broken & _names(statement, ast.Load):
                broken |= _names(statement, ast.Store)
                continue
            error = self._error_of(statement)
            if isinstance(error, NotImplementedError) and not self.messages:
                self.not_started = True
                return
            self._count(statement, error)
            bound = _names(statement, ast.Store)
            broken = broken - bound if error is None else broken | bound

    def _count(self, statement: ast.stmt, error: Exception | None) -> None:
        if error is None:
            self.passed += _is_check(statement)
            return
        self.failed += _is_check(statement)
        own = _own_frame(error.__traceback__, self._file)
        told = self._told(error, own, statement)
        if told not in self.messages:
            self.messages.append(told)
        if not isinstance(error, AssertionError) or own is not None:
            self.state = State.ERROR
        elif self.state is State.PASSED:
            self.state = State.FAILED

    def _error_of(self, statement: ast.stmt) -> Exception | None:
        code = compile(ast.Module([statement], []), self._file, "exec")
        try:
            exec(code, self._names)
        except Exception as error:
            return error
        return None

    def _told(
        self, error: Exception, own: traceback.FrameSummary | None, statement: ast.stmt
    ) -> str:
        if isinstance(error, AssertionError) and own is None:
            if str(error):
                return _cut(str(error))
            asserted = statement.test if isinstance(statement, ast.Assert) else statement
            condition = ast.get_source_segment(self._source, asserted) or ""
            return _cut(self._words.without_words.format(condition=condition))
        name = _cut("".join(traceback.format_exception_only(error)).strip())
        if own is None:
            return self._words.raised_here.format(error=name)
        return self._words.raised.format(error=name, line=own.lineno, text=(own.line or "").strip())


def _is_check(statement: ast.stmt) -> bool:
    """An assert, or something around one: a loop, or a try that has to raise."""
    return any(isinstance(node, ast.Assert | ast.Raise) for node in ast.walk(statement))


def _names(statement: ast.stmt, context: type[ast.expr_context]) -> set[str]:
    names = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
    return {node.id for node in names if isinstance(node.ctx, context)}


def _own_frame(trace: TracebackType | None, checks: str) -> traceback.FrameSummary | None:
    """The innermost frame of a notebook's cell below the checks; None: it was the check itself."""
    frames = [frame for frame in traceback.extract_tb(trace) if frame.filename != __file__]
    cells = [f for f in frames if f.filename != checks and _is_cell(f.filename)]
    return cells[-1] if cells else None


def _is_cell(file: str) -> bool:
    """IPython's names of cells: <ipython-input-…>, and a file of ipykernel's that is not there."""
    return file.startswith("<ipython-input") or "ipykernel_" in file


def _is_stale(defined: Any, saved: str) -> bool:
    """Was something else run than what is saved? False where it cannot be told."""
    try:
        source = plain(inspect.getsource(defined))
    except (OSError, TypeError):
        return False
    return f"\n{source}\n" not in f"\n{plain(saved)}\n"  # by whole lines


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_TEXT else f"{text[:_MOST_TEXT]} …"


@contextlib.contextmanager
def _generators_kept() -> Iterator[None]:
    """A check may seed and draw; what the student draws next must not depend on it."""
    torch, numpy = sys.modules.get("torch"), sys.modules.get("numpy")
    python = random.getstate()
    of_torch = torch.random.get_rng_state() if torch else None
    of_numpy = numpy.random.get_state() if numpy else None
    try:
        yield
    finally:
        random.setstate(python)
        if torch:
            torch.random.set_rng_state(of_torch)
        if numpy:
            numpy.random.set_state(of_numpy)
