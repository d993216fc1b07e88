"""Kills parts of a batch at random moments."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_LOOKS, _PAUSE_S = 40, 0.05  # for a target; a candidate lives for some hundredths of a second

Strike = Callable[[random.Random], bool]  # kills one, if there is one


@dataclass(frozen=True, slots=True)
class Kind:
    strike: Strike
    weight: float  # how often, among the others


class Monkey(threading.Thread):
    """every_s  mean time between two kills; the times between them are exponential"""

    def __init__(self, kinds: Mapping[str, Kind], *, seed: int, every_s: float) -> None:
        super().__init__(name="monkey", daemon=True)
        self._kinds, self._every_s = kinds, every_s
        self._chance = random.Random(seed)
        self._stopped = threading.Event()
        self.hits: Counter[str] = Counter()
        self.misses: Counter[str] = Counter()  # nothing of that kind was there
        self.failure: BaseException | None = None

    def run(self) -> None:
        names = list(self._kinds)
        weights = [kind.weight for kind in self._kinds.values()]
        try:
            while not self._stopped.wait(self._chance.expovariate(1 / self._every_s)):
                name = self._chance.choices(names, weights)[0]
                hit = self._strike(self._kinds[name].strike)
                (self.hits if hit else self.misses)[name] += 1
        except BaseException as error:  # the main thread says it
            self.failure = error

    def stop(self) -> None:
        self._stopped.set()
        self.join()

    def _strike(self, strike: Strike) -> bool:
        for _ in range(_LOOKS):
            if strike(self._chance):
                return True
            if self._stopped.is_set():
                return False
            time.sleep(_PAUSE_S)
        return False
