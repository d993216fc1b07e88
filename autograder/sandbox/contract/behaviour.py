"""One behaviour that every sandbox must show: a sentence, and a function that looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from autograder.sandbox.contract.bench import Bench


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    name: str  # a sentence
    group: str
    look: Callable[[Bench], None]  # raises BehaviourBroken

    def __str__(self) -> str:
        return f"{self.group}: {self.name}"


class Group:
    """A topic of the contract, and its behaviours in the order in which they are looked at."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.behaviours: list[Behaviour] = []

    def __call__(self, look: Callable[[Bench], None]) -> Callable[[Bench], None]:
        """As a decorator: the function's name is the sentence."""
        self.add(look.__name__.replace("_", " "), look)
        return look

    def add(self, name: str, look: Callable[[Bench], None]) -> None:
        self.behaviours.append(Behaviour(name=name, group=self.name, look=look))
