"""The simulated second device: CUDA's rules on mixing, and nothing that CUDA allows."""

import pytest
import torch

from autograder.testing import Finding

apply = pytest.mark.points(1, cell="apply")
FINE = [
    *("like", "asks_device", "new_zeros", "scalar_tensor", "branches", "item", "cpu_index"),
    *("in_place", "one_hot", "stack", "generator_like", "to_result", "comprehension"),
]
WRONG = ["cpu_zeros", "cpu_tensor", "cpu_arange", "cpu_mask", "cpu_random"]


@apply
@pytest.mark.parametrize("style", FINE)
def test_what_cuda_allows(student, style):
    x = torch.randn(3, 4)
    got = student.on_another_device().apply("fine_" + style, x)
    assert got.device.type == "cpu"
    assert torch.allclose(got, student.apply("fine_" + style, x))


@apply
@pytest.mark.parametrize("style", WRONG)
def test_what_cuda_refuses(student, style):
    student.apply("wrong_" + style, torch.randn(3, 4))
    with pytest.raises(RuntimeError, match="same device"):
        student.on_another_device().apply("wrong_" + style, torch.randn(3, 4))


@apply
def test_a_result_left_on_the_cpu(student):
    with pytest.raises(Finding, match="lies on the CPU"):
        student.on_another_device().apply("left_behind", torch.randn(3, 4))


@pytest.mark.points(1, cell="Net")
def test_a_module_is_moved_there(student):
    other = student.on_another_device()
    assert other.Net(3, 2)(torch.randn(4, 3)).shape == (4, 2)
