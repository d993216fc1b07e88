"""The reference's things among the student's, in one process."""

from __future__ import annotations

import torch

from autograder.replay.upstream import Generators, drawing_from


def test_a_module_of_the_reference_takes_no_random_numbers_from_the_students() -> None:
    generators = Generators()
    dropout = drawing_from(generators, torch.nn.Dropout)
    linear = drawing_from(generators, torch.nn.Linear)
    before = torch.get_rng_state()
    generators.seed(3)
    module = torch.nn.Sequential(linear(3, 2), dropout(0.5))
    first = module(torch.ones(4, 3))
    assert torch.equal(torch.get_rng_state(), before)
    assert isinstance(module[0], torch.nn.Linear)
    assert type(module[0]).__name__ == "Linear"
    generators.seed(3)
    again = torch.nn.Sequential(linear(3, 2), dropout(0.5))
    assert torch.equal(again(torch.ones(4, 3)), first)
    assert not torch.equal(again(torch.ones(4, 3)), first)  # they draw, and go on drawing
