"""Being told to stop: Ctrl-C, a closed terminal and `kill` all end a command in good order."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGTERM, signal.SIGHUP)  # Python itself makes Ctrl-C a KeyboardInterrupt


class Stopped(KeyboardInterrupt):
    """A signal that means what Ctrl-C means."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextmanager
def stopped_in_order() -> Iterator[None]:
    """Within the block, these signals raise Stopped, once; what is ignored stays ignored.

    `nohup` ignores SIGHUP so that a command outlives its terminal.
    """
    mine = [each for each in _SIGNALS if signal.getsignal(each) is signal.SIG_DFL]
    for each in mine:
        signal.signal(each, _raise_once)
    try:
        yield
    finally:
        for each in mine:
            signal.signal(each, signal.SIG_DFL)


def exit_status(interrupt: KeyboardInterrupt) -> int:
    """As a shell tells a command that a signal ended."""
    number = interrupt.number if isinstance(interrupt, Stopped) else signal.SIGINT
    return 128 + number


def _raise_once(number: int, frame: FrameType | None) -> None:
    """A second one must not break off the clearing up after the first; SIGKILL always can."""
    for each in _SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise Stopped(number)
