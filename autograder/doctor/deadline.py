"""Waiting for something that may never answer: an engine, a driver, a database."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


def within(seconds: float, ask: Callable[[], Answer], late: Callable[[], Answer]) -> Answer:
    """What `ask` returns or raises, or else `late()` once the time is up.

    A question that hangs is left behind in a thread that ends with the process.
    """
    answers: list[Answer] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(ask())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    return answers[0] if answers else late()
