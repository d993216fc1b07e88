"""Places on the cards, one for each grading at a time, and what is looked after there."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from autograder.report import Environment
from autograder.sandbox import SandboxFailure
from autograder.sandbox.gpu_watch import GpuWatch, Parent
from autograder.sandbox.nvml import Card, Driver, NvmlFailure, Use

_GONE_S, _LOOK_EVERY_S = 2.0, 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Gpus:
    """What a sandbox has for computing on GPUs.

    Every place has a candidates' server of its own, so that what its forks leave on the card is
    known to be theirs, and goes with it.
    """

    places: tuple[Card, ...]  # for one grading at a time each; a card may have several
    share_bytes: int  # what one candidate's tensors may take on its card
    driver: Driver
    about: str = ""  # the cards and their driver in words

    @property
    def cards(self) -> tuple[Card, ...]:
        return tuple(dict.fromkeys(self.places))


def places_on(cards: Sequence[Card], *, per_gpu: int, jobs: int) -> tuple[Card, ...]:
    """One on each card, then again, up to `per_gpu` on each and `jobs` in all."""
    return tuple(card for _ in range(per_gpu) for card in cards)[:jobs]


def environment_on(gpus: Gpus | None, on: Callable[[str], Environment]) -> Environment:
    """What results depend on, there. on  the same without cards, by device"""
    return on("cpu") if gpus is None else replace(on("cuda"), gpu=gpus.about)


class GpuGuard:
    """Nobody takes more of a card than their share, and nothing of a grading stays there.

    Starts a thread on construction.

    servers  of candidates; those of now, whenever it is asked
    """

    def __init__(self, gpus: Gpus, servers: Callable[[], Collection[Parent]]) -> None:
        self._driver = gpus.driver
        self._watch = GpuWatch(gpus.driver, gpus.cards, gpus.share_bytes, servers)
        self._watch.start()

    @contextlib.contextmanager
    def grading(self, server: Parent, card: Card) -> Iterator[None]:
        """Around one grading by that server.

        raises  SandboxFailure if the cards were not watched before it or during all of it; or if a
                candidate of that server still holds memory afterwards: then it has to be replaced
        """
        seen = len(self._watch.troubles)
        if self._watch.start():
            raise self._unwatched()
        yield
        if self._watch.start() or len(self._watch.troubles) > seen:
            raise self._unwatched()
        held = self._left_behind(server, card)
        if held:
            words = ", ".join(f"process {use.pid}" for use in held)
            raise SandboxFailure(f"memory of GPU {card.index} is still held by {words}")

    def close(self) -> None:
        self._watch.close()

    def _unwatched(self) -> SandboxFailure:
        """It is watched again now: the next attempt may succeed."""
        why = self._watch.troubles[-1]
        return SandboxFailure(f"who uses the GPUs' memory was not watched: {why}")

    def _left_behind(self, server: Parent, card: Card) -> tuple[Use, ...]:
        """What forks of that server hold on the card; () as it should be.

        The kernel takes everything back from a process that ends, but not in the same instant.
        """
        ends = time.monotonic() + _GONE_S
        while True:
            try:
                uses = self._driver.uses(card.index)
            except NvmlFailure as failure:
                raise SandboxFailure(f"GPU {card.index} cannot be looked at: {failure}") from None
            held = tuple(use for use in uses if self._watch.server_of(use.pid) == server.pid != 0)
            if not held or time.monotonic() >= ends:
                return held
            time.sleep(_LOOK_EVERY_S)
