"""Autograd crosses with the call, as often as the suite differentiates."""

import pytest
import torch
from torch.autograd import grad, gradcheck, gradgradcheck

apply = pytest.mark.points(1, cell="apply")


def _leaf(*shape):
    return torch.randn(*shape, dtype=torch.float64, requires_grad=True)


@apply
def test_the_gradient_of_a_call(student):
    x = _leaf(4)
    (got,) = grad(student.apply("cube", x).sum(), x)
    assert torch.allclose(got, 3 * x.detach() ** 2)


@apply
def test_backward_fills_grad_and_adds_up(student):
    x = _leaf(4)
    student.apply("cube", x).sum().backward()
    student.apply("cube", x).sum().backward()
    assert torch.allclose(x.grad, 6 * x.detach() ** 2)


@apply
def test_gradcheck_and_gradgradcheck(student):
    def function(x, y):
        return student.apply("mixed", x, y)

    x, y = _leaf(2, 3), _leaf(3)
    assert gradcheck(function, (x, y))
    assert gradgradcheck(function, (x, y))


@apply
def test_a_third_derivative(student):
    x = _leaf(3)
    y = student.apply("cube", x).sum()
    for _ in range(3):
        (y,) = grad(y.sum(), x, create_graph=True)
    assert torch.allclose(y, torch.full((3,), 6.0, dtype=torch.float64))


@apply
def test_a_gradient_through_two_calls_and_own_operators(student):
    x = _leaf(3)
    y = student.apply("cube", student.apply("square", x) * 2 + 1).sum()
    (got,) = grad(y, x)
    x_ = x.detach().requires_grad_()
    (wanted,) = grad(((x_**2 * 2 + 1) ** 3).sum(), x_)
    assert torch.allclose(got, wanted)


@apply
def test_an_input_that_the_result_does_not_depend_on(student):
    x, y = _leaf(3), _leaf(3)
    got = grad(student.apply("first_only", x, y).sum(), [x, y], allow_unused=True)
    assert torch.allclose(got[0], 2 * x.detach())
    assert got[1] is None or not got[1].any()


@apply
def test_the_same_leaf_twice(student):
    x = _leaf(3)
    (got,) = grad(student.apply("product", x, x).sum(), x)
    assert torch.allclose(got, 2 * x.detach())


@apply
def test_a_detached_result_has_no_gradient(student):
    assert not student.apply("detached", _leaf(3)).requires_grad


@apply
def test_only_one_of_two_results_is_differentiable(student):
    x = _leaf(3)
    values, where = student.apply("max_and_place", x)
    assert values.requires_grad
    assert not where.requires_grad
    (got,) = grad(values, x)
    assert got.sum() == 1


@apply
def test_one_of_two_results_is_used(student):
    x = _leaf(3)
    square, _ = student.apply("square_and_cube", x)
    (got,) = grad(square.sum(), x)
    assert torch.allclose(got, 2 * x.detach())


@apply
def test_a_gradient_that_the_student_wrote(student):
    x = _leaf(3)
    (got,) = grad(student.apply("own_backward", x).sum(), x)
    assert torch.equal(got, torch.full((3,), 7.0, dtype=torch.float64))


@apply
def test_an_exception_in_the_backward_pass(student):
    x = _leaf(3)
    y = student.apply("fails_backward", x).sum()
    with pytest.raises(ZeroDivisionError):
        y.backward()


@apply
def test_float32_gradients_are_float32(student):
    x = torch.randn(3, requires_grad=True)
    (got,) = grad(student.apply("cube", x).sum(), x)
    assert got.dtype == torch.float32


@apply
def test_backward_twice_through_one_call(student):
    x = _leaf(3)
    y = student.apply("cube", x).sum()
    first = grad(y, x, retain_graph=True)[0]
    assert torch.equal(first, grad(y, x)[0])
