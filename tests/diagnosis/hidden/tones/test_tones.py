"""A suite of two symbols for tests of diagnosis: what is asked is enough to tell mistakes apart."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from autograder.testing import check, check_tensor

points = pytest.mark.points


@points(1, cell="louder")
def test_twice_as_loud(student: Any) -> None:
    x = torch.randn(5)
    check_tensor(student.louder(x, 2.0), 2 * x)


@points(1, cell="louder")
def test_three_times_as_loud(student: Any) -> None:
    x = torch.randn(5)
    check_tensor(student.louder(x, 3.0), 3 * x)


@points(1, cell="louder")
def test_silence_stays(student: Any) -> None:
    check_tensor(student.louder(torch.zeros(3), 2.0), torch.zeros(3))


@points(2, cell="Mixer")
def test_a_mixer_mixes(student: Any) -> None:
    mixer = student.Mixer(3)
    own = dict(mixer.named_parameters())
    check(len(own) == 1, "there is one parameter")
    (gain,) = own.values()
    x = torch.randn(4, 3)
    check_tensor(mixer(x), (x * gain).sum(dim=-1))
