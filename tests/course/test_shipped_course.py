"""The repository's own course.yml, and the names that it forbids."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from autograder.course import Assignment, load_course

COURSE = load_course(Path(__file__).parents[2])


def resolve(dotted: str) -> object:
    """The object of that name; a module on the way that torch has not imported yet is."""
    first, *parts = dotted.split(".")
    found: object = importlib.import_module(first)
    reached = first
    for part in parts:
        reached = f"{reached}.{part}"
        if not hasattr(found, part):
            importlib.import_module(reached)
        found = getattr(found, part)
    return found


def test_the_five_assignments_are_there() -> None:
    assert {assignment.name for assignment in COURSE.assignments} == {
        "cross_entropy",
        "inception_block",
        "lstm_cell",
        "multi_head_attention",
        "vae_elbo",
    }


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch.ao is on its way out of torch
@pytest.mark.parametrize("assignment", COURSE.assignments, ids=lambda each: each.name)
def test_every_forbidden_name_exists(assignment: Assignment) -> None:
    for name in assignment.forbidden:
        resolve(name)


@pytest.mark.parametrize(
    "name", ["torch.sigmoid", "torch.nn.functional.softplus", "torch.nn.functional.one_hot"]
)
def test_what_no_contract_forbids_is_free(name: str) -> None:
    assert not [each.name for each in COURSE.assignments if name in each.forbidden]
