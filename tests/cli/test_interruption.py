"""Signals that end a command end it in good order; those that are ignored stay ignored."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from autograder.cli.interruption import Stopped, exit_status, stopped_in_order

ENDING = (signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(autouse=True)
def _as_a_terminal_starts_a_command() -> Iterator[None]:
    before = {number: signal.signal(number, signal.SIG_DFL) for number in ENDING}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_ends_the_block_as_ctrl_c_does(number: signal.Signals) -> None:
    with pytest.raises(KeyboardInterrupt) as caught, stopped_in_order():
        signal.raise_signal(number)
    assert exit_status(caught.value) == 128 + number
    assert signal.getsignal(number) is signal.SIG_DFL


def test_ctrl_c_has_its_usual_status() -> None:
    assert exit_status(KeyboardInterrupt()) == 130


def test_a_second_signal_does_not_break_off_the_clearing_up() -> None:
    cleared_up: list[bool] = []

    def work() -> None:
        try:
            signal.raise_signal(signal.SIGTERM)
        finally:
            signal.raise_signal(signal.SIGHUP)
            signal.raise_signal(signal.SIGTERM)
            cleared_up.append(True)

    with pytest.raises(Stopped) as caught, stopped_in_order():
        work()
    assert cleared_up
    assert caught.value.number == signal.SIGTERM


def test_what_nohup_ignores_stays_ignored() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with stopped_in_order():
        signal.raise_signal(signal.SIGHUP)
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
