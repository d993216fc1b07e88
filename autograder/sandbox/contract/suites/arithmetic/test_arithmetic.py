"""`double` and `negate`: enough to see what one call costs another."""

import pytest
import torch

from autograder.testing import check_gradients, check_tensor


@pytest.mark.points(2, cell="double")
def test_double_of_a_vector(student):
    """Twice a vector."""
    x = torch.randn(5)
    check_tensor(student.double(x), 2 * x)


@pytest.mark.points(2, cell="double")
def test_double_of_a_matrix(student):
    """Twice a matrix."""
    x = torch.randn(3, 4, dtype=torch.float64)
    check_tensor(student.double(x), 2 * x)


@pytest.mark.points(2, cell="double")
def test_double_has_a_gradient(student):
    """The gradient of the double."""
    check_gradients(student.double, lambda x: 2 * x, torch.randn(4))


@pytest.mark.points(1, cell="negate")
def test_negative_of_a_vector(student):
    """The negative of a vector."""
    x = torch.randn(5)
    check_tensor(student.negate(x), -x)


@pytest.mark.points(1, cell="negate")
def test_negative_has_a_gradient(student):
    """The gradient of the negative."""
    check_gradients(student.negate, lambda x: -x, torch.randn(4))


@pytest.mark.points(1, cell="negate")
def test_negative_of_text_is_refused(student):
    """The negative of a text is a TypeError."""
    with pytest.raises(TypeError):
        student.negate("text")
