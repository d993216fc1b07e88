"""`double` and `negate`: as small as a suite can be that looks at values and gradients."""

import pytest
import torch

from autograder.testing import check_gradients, check_tensor, inputs_unchanged


@pytest.mark.points(1, cell="double")
def test_double_of_a_vector(student):
    """Twice a vector."""
    x = torch.randn(5)
    check_tensor(student.double(x), 2 * x)


@pytest.mark.points(1, cell="double")
def test_double_of_a_matrix(student):
    """Twice a matrix."""
    x = torch.randn(3, 4, dtype=torch.float64)
    check_tensor(student.double(x), 2 * x)


@pytest.mark.points(1, cell="double")
def test_double_has_a_gradient(student):
    """The gradient of the double."""
    check_gradients(student.double, lambda x: 2 * x, torch.randn(4))


@pytest.mark.points(1, cell="double")
def test_double_twice(student):
    """No state is kept between calls."""
    for x in (torch.randn(3), torch.randn(3)):
        check_tensor(student.double(x), 2 * x)


@pytest.mark.points(1, cell="double")
def test_double_leaves_its_input(student):
    """The input is not changed."""
    x = torch.randn(3)
    with inputs_unchanged(x=x):
        check_tensor(student.double(x), 2 * x.clone())


@pytest.mark.points(1, cell="negate")
def test_negate_a_vector(student):
    """The negative of a vector."""
    x = torch.randn(5)
    check_tensor(student.negate(x), -x)


@pytest.mark.points(1, cell="negate")
def test_negate_has_a_gradient(student):
    """The gradient of the negative."""
    check_gradients(student.negate, lambda x: -x, torch.randn(4))


@pytest.mark.points(1, cell="double")
def test_refuses_none(student):
    """None is a TypeError."""
    with pytest.raises(TypeError):
        student.double(None)


@pytest.mark.points(1, cell="negate")
def test_negate_on_another_device(student):
    """Works on another device."""
    x = torch.randn(5)
    check_tensor(student.on_another_device().negate(x), -x)
