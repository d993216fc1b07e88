"""A batch with a CPU part and a CUDA part: a sandbox for each, as one.

Not one sandbox for both: a process whose forks may use a GPU must not run a backward pass before
it forks, and one whose forks may not must not see any. See decisions/0003.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields

from autograder.course import Assignment
from autograder.report import Environment
from autograder.sandbox import Suite
from autograder.sandbox.warm import WarmSandbox
from autograder.wire import Graded


class PerDevice:
    """boxes  one for each device that the batch's assignments have, by its name"""

    def __init__(self, boxes: Mapping[str, WarmSandbox]) -> None:
        self._boxes = dict(boxes)
        self.environments = {device: box.environment for device, box in boxes.items()}

    @property
    def environment(self) -> Environment:
        return in_one(self.environments.values())

    def open(self, assignment: Assignment) -> Suite:
        return self._boxes[assignment.device].open(assignment)

    def grade(
        self, notebook: bytes, assignment: Assignment, *, seed: int, tests: Sequence[str] = ()
    ) -> Graded:
        return self._boxes[assignment.device].grade(notebook, assignment, seed=seed, tests=tests)

    def missing_walls(self) -> list[str]:
        missing = [wall for box in self._boxes.values() for wall in box.missing_walls()]
        return list(dict.fromkeys(missing))

    def close(self) -> None:
        for box in self._boxes.values():
            box.close()


def in_one(environments: Iterable[Environment]) -> Environment:
    """For those who ask about a batch as a whole: what differs is named side by side."""
    found = list(environments)
    joined = {
        each.name: " and ".join(dict.fromkeys(getattr(one, each.name) for one in found))
        for each in fields(Environment)
    }
    return Environment(**joined)
