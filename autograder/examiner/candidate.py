"""The examiner's end of a candidate: starts it, asks it, ends it when it must.

A candidate that runs out of time, ends or breaks the protocol is closed (its fork server kills
it), and the next test starts a fresh one. A unit of the notebook that ends a candidate while it
loads is left out from then on, so that it costs the names that it binds and no others.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import NoReturn, TypeVar

from msgspec import structs

from autograder import wire
from autograder.examiner.transcript import Recorder
from autograder.examiner.upstream import Upstream
from autograder.examiner.verdicts import (
    Crashed,
    Missing,
    PlatformFailure,
    TimedOut,
    gpu_memory_exhausted,
    how_it_ended,
    student_error,
)

_LOAD_S = 30.0  # of ours: fork and walls; a bound, not an expectation
_MAX_NOTES = 200
_SECOND_CHANCE_S = 1.0
_A_DAY_S = 86_400.0
_CUDA_FAILURE = "cuda-failure:"  # believed until student code has run
_FLAG = re.compile(
    r"(network|process|signal|file|tampering)-attempt(:[^\x00-\x1f\x7f]{0,120})?|native-code"
)
R = TypeVar("R", bound=wire.Reply)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a candidate may use, and where it is found."""

    socket_path: str
    load: wire.Load
    missing: Mapping[str, str]
    call_s: float
    test_s: float
    notebook_s: float
    message_bytes: int
    gpu_memory_bytes: int = 0  # its share of a card; 0: it has no card


@dataclass(slots=True)
class _Loading:
    """How far a candidate is with the notebook; `unit` is -1 while no student code has run."""

    unit: int = -1
    ends: float = field(default_factory=lambda: time.monotonic() + _LOAD_S)


@dataclass(slots=True)
class Candidate:
    """One submission's code, behind the wire."""

    terms: Terms
    flags: set[str] = field(default_factory=set)
    forbidden: dict[str, dict[str, int]] = field(default_factory=dict)  # symbol → name → line
    card_is_full: Callable[[], bool] = lambda: False  # beyond what all shares together take
    slow: set[str] = field(default_factory=set)  # cells of which a test ran out of time
    ended: float = 0.0  # when the notebook's time is over
    generation: int = 0  # how many times it was started
    memory_bytes: int | None = None  # the most that one of its processes held; told when they end
    recorder: Recorder = field(default_factory=Recorder)
    upstream: Upstream | None = None  # what answers stand-ins, in a pass that has any
    asked: dict[str, set[str]] = field(default_factory=dict)  # cell → names that its tests took
    _channel: wire.Channel[wire.Reply] | None = None
    _skip: set[int] = field(default_factory=set)
    _errors: dict[str, Exception] = field(default_factory=dict)
    _kinds: dict[str, str] = field(default_factory=dict)
    _raised: dict[str, wire.Raised] = field(default_factory=dict)
    _begin: wire.Begin | None = None
    _test_ends: float = 0.0
    _cell: str = ""

    def begin_test(self, cell: str, seed: int, *, tf32: bool = False) -> None:
        """Raises TimedOut if the notebook's time is used up."""
        self.recorder.begin(seed)
        now = time.monotonic()
        if not self.ended:
            self.ended = now + self.terms.notebook_s
        if now >= self.ended:
            raise TimedOut("not run: earlier tests of this notebook used up its time limit")
        if self._channel is not None and self._channel.pending():
            self.close()  # it answered before it was asked: no answer of it can be trusted
        self._cell = cell
        self._begin = wire.Begin(seed, tf32)
        if self.upstream is not None:
            self.upstream.begin_test(seed)
        self._test_ends = min(now + self.terms.test_s, self.ended)

    def kind(self, name: str) -> str:
        """function, class, module or object. Raises Missing, or what the cell's code raised."""
        self.asked.setdefault(self._cell, set()).add(name)
        self._channel or self._start()
        if name in self._kinds:
            return self._kinds[name]
        if name in self._errors:
            raise self._errors[name]
        if name in self._raised:
            raise student_error(self._raised[name], loading=True)
        raise Missing(self.terms.missing.get(name, f"`{name}` is not defined in the notebook"))

    def ask(self, request: wire.Request, expected: type[R]) -> R:
        """The reply to one request; raises what the student's code raised, TimedOut or Crashed."""
        self.recorder.asked(request)
        channel = self._channel or self._start()
        try:
            if self._begin is not None:
                channel.send(self._begin, deadline=self._deadline())
                self._begin = None
            channel.send(request, deadline=self._deadline())
            reply = self._receive(channel)
        except wire.DeadlinePassed:
            self._out_of_time()
        except wire.Closed as gone:
            self.close()
            raise Crashed(_end_of(gone)) from None
        except wire.Malformed as problem:
            self.close()
            raise Crashed(f"the process that ran your code misbehaved: {problem}") from None
        if isinstance(reply, wire.Raised):
            self.recorder.answered(reply)
            self._raise(reply)
        if not isinstance(reply, expected):
            self.close()
            raise Crashed("the process that ran your code misbehaved: a reply out of turn")
        self.recorder.answered(reply)
        return reply

    def tell(self, request: wire.Request) -> None:
        """Send what needs no reply."""
        self.recorder.asked(request)
        channel = self._channel or self._start()
        try:
            if self._begin is not None:
                channel.send(self._begin, deadline=self._deadline())
                self._begin = None
            channel.send(request, deadline=self._deadline())
        except wire.DeadlinePassed:
            self._out_of_time()
        except wire.Closed as gone:
            self.close()
            raise Crashed(_end_of(gone)) from None
        self.recorder.answered(None)

    def _raise(self, raised: wire.Raised) -> NoReturn:
        """What the student's code raised. Its process goes on, unless that would cost the next
        test: it may still hold the memory that ran out, and a broken CUDA context stays broken."""
        if self.terms.gpu_memory_bytes and "OutOfMemoryError" in raised.types:
            full = self.card_is_full()  # asked while the candidate still holds what it took
            self.close()
            if full:
                raise PlatformFailure("a GPU is full, though no candidate may fill it")
            raise gpu_memory_exhausted(raised, self.terms.gpu_memory_bytes)
        if _out_of_memory(raised) or "AcceleratorError" in raised.types:
            self.close()
        raise student_error(raised)

    def wait_for_a_person(self) -> None:
        """From here on somebody looks at the test in a debugger: no limits of time."""
        self.terms = replace(self.terms, call_s=_A_DAY_S, test_s=_A_DAY_S, notebook_s=_A_DAY_S)
        self._test_ends = self.ended = time.monotonic() + _A_DAY_S
        self.slow.clear()

    def hang_up(self) -> None:
        """It ends while other things are done; `close` has to follow."""
        if self._channel is not None:
            self._channel.sock.close()

    def close(self) -> None:
        if self._channel is not None:
            channel, self._channel = self._channel, None
            self._end(channel)

    def _end(self, channel: wire.Channel[wire.Reply]) -> None:
        """Wait for its last words: milliseconds, as a rule. A context of CUDA takes longer to end
        than a grading may wait; what is not said by then is not known."""
        ending = channel.end(0.0) if self.terms.gpu_memory_bytes else channel.end()
        if ending is not None:
            self.memory_bytes = max(self.memory_bytes or 0, ending.memory_bytes)

    def _deadline(self) -> float:
        limit = _SECOND_CHANCE_S if self._cell in self.slow else self.terms.call_s
        ends = min(self._test_ends, self.ended or self._test_ends)
        return min(time.monotonic() + min(limit, self.terms.call_s), ends)

    def _out_of_time(self) -> NoReturn:
        limit = _SECOND_CHANCE_S if self._cell in self.slow else self.terms.call_s
        self.slow.add(self._cell)
        self.close()
        raise TimedOut(f"no answer within {limit:g} s: is there an endless loop?") from None

    def _receive(self, channel: wire.Channel[wire.Reply]) -> wire.Reply:
        for _ in range(_MAX_NOTES):
            reply = self._next(channel, self._deadline())
            if not isinstance(reply, wire.Noted):
                return reply
            self._note(reply)
        raise wire.Malformed("too many notes")

    def _next(self, channel: wire.Channel[wire.Reply], deadline: float) -> wire.Reply:
        """What comes next besides a stand-in's calls, which are answered until the deadline."""
        while True:
            reply = channel.receive(deadline=deadline)
            if self.upstream is None or not isinstance(reply, wire.Upcall | wire.Upvjp):
                return reply
            channel.send(self.upstream.answer(reply, deadline), deadline=deadline)

    def _note(self, note: wire.Noted) -> None:
        """Believe a note only as far as it could be ours: it comes from the untrusted side."""
        kind, _, name = note.flag.partition(":")
        if kind == "forbidden-api":
            known = name in self.terms.load.forbidden or any(
                name.startswith(f"{prefix}.") for prefix in self.terms.load.forbidden
            )
            symbol = note.symbol or self._cell
            if known and symbol in self.terms.load.symbols:
                self.forbidden.setdefault(symbol, {}).setdefault(name, note.line)
        elif _FLAG.fullmatch(note.flag) and len(self.flags) < 50:
            self.flags.add(note.flag)

    def _start(self) -> wire.Channel[wire.Reply]:
        """Connect and load the notebook, leaving out units that end the process.

        The time is the notebook's and not the test's: whichever test comes first would pay, lose
        the candidate to the limit, and leave the next one to load it again.
        """
        began = time.monotonic()
        while True:
            channel = self._connect()
            loading = _Loading()
            try:
                load = structs.replace(self.terms.load, skip=sorted(self._skip))
                channel.send(load, deadline=loading.ends)
                loaded = self._loaded(channel, self._follow(channel, loading))
                self._test_ends += time.monotonic() - began
                return loaded
            except wire.DeadlinePassed:
                limit = min(self.terms.call_s, self.terms.test_s)
                self._leave_out(loading.unit, f"no end within {limit:g} s", TimedOut)
            except wire.Closed as gone:
                self._leave_out(loading.unit, _end_of(gone))
            except wire.Malformed as problem:
                why = f"the process that ran your code misbehaved: {problem}"
                self._leave_out(loading.unit, why)
            finally:
                if self._channel is not channel:
                    self._end(channel)

    def _follow(self, channel: wire.Channel[wire.Reply], loading: _Loading) -> wire.Loaded:
        """Until the notebook is loaded. What comes after the first unit may be forged."""
        while True:
            reply = self._next(channel, min(loading.ends, self.ended or loading.ends))
            match reply:
                case wire.Loaded():
                    return reply
                case wire.Noted():
                    if loading.unit < 0 and reply.flag.startswith(_CUDA_FAILURE):
                        raise PlatformFailure(f"CUDA did not start: {reply.flag[:300]}")
                    self._note(reply)
                case wire.Loading(index=index) if self._may_load(index):
                    if index != loading.unit:
                        limit = min(self.terms.call_s, self.terms.test_s)
                        loading.unit, loading.ends = index, time.monotonic() + limit
                case _:
                    raise wire.Malformed("a reply out of turn")

    def _may_load(self, index: int) -> bool:
        return 0 <= index < len(self.terms.load.units) and index not in self._skip

    def _loaded(
        self, channel: wire.Channel[wire.Reply], reply: wire.Loaded
    ) -> wire.Channel[wire.Reply]:
        self._kinds, self._raised = reply.kinds, reply.errors
        self._channel = channel
        self.generation += 1
        return channel

    def _leave_out(self, unit: int, why: str, kind: type[Exception] = Crashed) -> None:
        units = self.terms.load.units
        if unit < 0:
            raise PlatformFailure(f"the candidate did not start: {why}")
        self._skip.add(unit)
        for name in units[unit].binds:
            self._errors[name] = kind(
                f"cell {units[unit].cell}, line {units[unit].first_line}: {why}"
            )
        if self.ended and time.monotonic() >= self.ended:
            raise TimedOut("loading the notebook used up its time limit")

    def _connect(self) -> wire.Channel[wire.Reply]:
        try:
            return wire.connect(
                self.terms.socket_path,
                wire.Reply,
                limit_bytes=self.terms.message_bytes,
                plain_bytes=wire.PLAIN_BYTES,
                timeout_s=_LOAD_S,
            )
        except OSError as error:
            raise PlatformFailure(f"no candidate could be reached: {error}") from error


def _end_of(gone: wire.Closed) -> str:
    """Its words for the student. Raises PlatformFailure where it was not the student's doing."""
    if gone.ours:
        raise PlatformFailure("the process that starts candidates ended") from None
    if gone.ending is None:
        return how_it_ended(None)
    if gone.ending.from_outside:
        raise PlatformFailure("the candidate was killed from outside") from None
    return how_it_ended(gone.ending.status)


def _out_of_memory(raised: wire.Raised) -> bool:
    """Python's MemoryError, or torch's RuntimeError about its allocator."""
    return "MemoryError" in raised.types or "allocate memory" in raised.message
