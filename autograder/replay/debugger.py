"""pdb in the frames of a test: not in pytest's, and not in the machinery of the proxies."""

from __future__ import annotations

import functools
import pdb
from bdb import BdbQuit
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from autograder import testing
from autograder.candidate.namespace import cell_of

_CHECKS = testing.__file__
Entry = tuple[FrameType, int]  # and its line


class TestDebugger(pdb.Pdb):
    """A debugger for one test.

    suite  its folder. Only frames of the suite, of its checks and of the student's code are shown;
           a post-mortem begins in the lowest one that is not a check's, and `down` leads there
    """

    __test__ = False  # not a test class, whatever pytest thinks of the name

    def __init__(self, suite: Path) -> None:
        super().__init__()
        self._prefix = f"{suite}/"
        self._error: BaseException | None = None
        self._left = False

    def get_stack(self, f: FrameType | None, t: TracebackType | None) -> tuple[list[Entry], int]:
        """What `where`, `up` and `down` know, and where one is in it."""
        stack, index = super().get_stack(f, t)
        if f is not None:
            here = stack[index]
            shown = [entry for entry in stack if entry is here or self._is_shown(entry[0])]
            return shown, shown.index(here)
        shown = [entry for entry in stack if self._is_shown(entry[0])] or stack
        shown += frames_of_the_student(self._error)
        ours = [i for i, entry in enumerate(shown) if self._is_of_the_suite(entry[0])]
        theirs = [i for i, entry in enumerate(shown) if _is_of_the_student(entry[0])]
        return shown, (theirs or ours or [len(shown) - 1])[-1]

    def stop_here(self, frame: FrameType) -> bool:
        """`step` goes past what lies between the test and the student's code."""
        return bool(self._is_shown(frame) and super().stop_here(frame))

    def traced(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same test, stopped at its first line."""

        @functools.wraps(function)
        def under_trace(*args: Any, **kwargs: Any) -> Any:
            self._left = False
            result = self.runcall(function, *args, **kwargs)  # keeps to itself that one has left
            if self._left:
                raise BdbQuit
            return result

        return under_trace

    def set_quit(self) -> None:
        self._left = True
        super().set_quit()

    def after(self, error: BaseException) -> None:
        """Where it was raised; returns when the person leaves."""
        self._error = error
        self.reset()
        self.interaction(None, error.__traceback__)

    def _is_shown(self, frame: FrameType) -> bool:
        checks = frame.f_code.co_filename == _CHECKS
        return checks or self._is_of_the_suite(frame) or _is_of_the_student(frame)

    def _is_of_the_suite(self, frame: FrameType) -> bool:
        return frame.f_code.co_filename.startswith(self._prefix)


def _is_of_the_student(frame: FrameType) -> bool:
    return cell_of(frame.f_code.co_filename) is not None


def frames_of_the_student(error: BaseException | None) -> Iterator[Entry]:
    """Where the student's code raised what the test saw, if it ran in this process."""
    cause = error.__cause__ if error is not None else None
    trace = cause.__traceback__ if cause is not None else None
    while trace is not None:
        if _is_of_the_student(trace.tb_frame):
            yield trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next
