"""Tells what student code answered: every test fails, with the answer as its message."""

import json

import pytest
import torch

from autograder.testing import Finding


def _tell(answer):
    if isinstance(answer, torch.Tensor):
        answer = answer.tolist()
    raise Finding("SAID" + json.dumps(answer))


@pytest.mark.points(1, cell="first")
def test_first(student):
    """The first answer."""
    _tell(student.first(torch.randn(3)))


@pytest.mark.points(1, cell="first")
def test_first_again(student):
    """The first answer, asked again."""
    _tell(student.first(torch.randn(3)))


@pytest.mark.points(1, cell="second")
def test_second(student):
    """The second answer."""
    _tell(student.second(torch.randn(3)))
