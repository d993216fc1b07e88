"""Autograd crosses with the call."""

import pytest
import torch
from torch.autograd import grad, gradcheck

from autograder.testing import check

cube = pytest.mark.points(1, cell="cube")
mix = pytest.mark.points(1, cell="mix")


def _leaf(*shape, dtype=torch.float64):
    return torch.randn(*shape, dtype=dtype, requires_grad=True)


@cube
def test_the_first_derivative(student):
    """The derivative of x³ is 3x²."""
    x = _leaf(4)
    (got,) = grad(student.cube(x).sum(), x)
    check(torch.allclose(got, 3 * x.detach() ** 2), "the first derivative is wrong")


@cube
def test_higher_derivatives(student):
    """The second derivative of x³ is 6x, and the third is 6."""
    x = _leaf(4)
    (first,) = grad(student.cube(x).sum(), x, create_graph=True)
    (second,) = grad(first.sum(), x, create_graph=True)
    check(torch.allclose(second, 6 * x.detach()), "the second derivative is wrong")
    (third,) = grad(second.sum(), x)
    check(torch.allclose(third, torch.full_like(x, 6)), "the third derivative is wrong")


@cube
def test_a_derivative_through_two_calls(student):
    """A call on the result of a call."""
    x = _leaf(3)
    (got,) = grad(student.cube(student.cube(x) + 1).sum(), x)
    z = x.detach().requires_grad_()
    (wanted,) = grad(((z**3 + 1) ** 3).sum(), z)
    check(torch.allclose(got, wanted), "the derivative through two calls is wrong")


@cube
def test_backward_adds_up_in_grad(student):
    """`backward` fills `grad`, in the dtype of the input, and adds to it."""
    x = _leaf(4, dtype=torch.float32)
    for _ in range(2):
        student.cube(x).sum().backward()
    check(x.grad is not None and x.grad.dtype == torch.float32, "grad is missing or not float32")
    check(torch.allclose(x.grad, 6 * x.detach() ** 2, rtol=1e-4), "grad does not add up")


@mix
def test_several_inputs(student):
    """torch's own gradient check, by finite differences, on a function of two inputs."""
    check(gradcheck(student.mix, (_leaf(2, 3), _leaf(3))), "the gradients are wrong")


@mix
def test_an_input_that_is_not_used(student):
    """An input on which the result does not depend has no gradient, and the other one has."""
    x, y = _leaf(3), _leaf(3)
    got = grad(student.mix(x, y, use_second=False).sum(), [x, y], allow_unused=True)
    check(torch.allclose(got[0], x.detach().cos()), "the gradient of the used input is wrong")
    check(got[1] is None or not got[1].any(), "there is a gradient of the unused input")


@mix
def test_no_gradient_where_none_is_wanted(student):
    """`torch.no_grad` holds inside the student's code, and ends there too."""
    x, y = _leaf(3), _leaf(3)
    with torch.no_grad():
        check(not student.mix(x, y).requires_grad, "no_grad did not cross")
    check(student.mix(x, y).requires_grad, "the gradient did not come back")
