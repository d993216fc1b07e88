"""Hidden suite of hello_tensors. Expected values come from torch's own functions in float64."""

import pytest
import torch

from autograder.testing import check_gradients, check_tensor, inputs_unchanged


def standardize(x, dim=-1, eps=1e-5):
    """The contract, independent of the reference notebook."""
    variance, mean = torch.var_mean(x.double(), dim=dim, correction=0, keepdim=True)
    return ((x.double() - mean) * torch.rsqrt(variance + eps)).to(x.dtype)


def squared_distances(a, b):
    """The contract, one pair at a time."""
    rows = [torch.stack([(p - q).square().sum() for q in b]) for p in a]
    return torch.stack(rows)


@pytest.mark.points(1, cell="standardize")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_rows_are_standardized(student, dtype):
    """The last dimension is standardized, in the precision of the input."""
    x = 3 * torch.randn(4, 7, dtype=dtype) + 2
    check_tensor(student.standardize(x), standardize(x))


@pytest.mark.points(1, cell="standardize")
@pytest.mark.parametrize("dim", [0, 1])
def test_another_dimension_is_standardized(student, dim):
    """`dim` chooses the dimension, and shapes with more than two dimensions work."""
    x = torch.randn(3, 4, 5)
    check_tensor(student.standardize(x, dim=dim), standardize(x, dim=dim))


@pytest.mark.points(1, cell="standardize")
def test_eps_keeps_constant_rows_finite(student):
    """Rows without any spread come out as zeros, and `eps` is added to the variance."""
    constant = torch.full((2, 4), 3.0)
    check_tensor(student.standardize(constant), torch.zeros(2, 4))
    x = torch.randn(2, 4)
    check_tensor(student.standardize(x, eps=0.5), standardize(x, eps=0.5))


@pytest.mark.points(1, cell="standardize")
def test_gradients_flow_and_the_input_stays(student):
    """Gradients reach the input, also through mean and variance; the input is not changed."""
    x = torch.randn(3, 5, dtype=torch.float64)
    check_gradients(student.standardize, standardize, x)
    with inputs_unchanged(x=x):
        check_tensor(student.standardize(x), standardize(x))


@pytest.mark.points(1, cell="squared_distances")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_all_pairs_are_compared(student, dtype):
    """Every row of a meets every row of b, in the precision of the inputs."""
    a, b = torch.randn(4, 3, dtype=dtype), torch.randn(6, 3, dtype=dtype)
    check_tensor(student.squared_distances(a, b), squared_distances(a, b))


@pytest.mark.points(0.5, cell="squared_distances")
@pytest.mark.parametrize(("n", "m", "d"), [(1, 5, 2), (5, 1, 2), (3, 3, 1), (1, 1, 1)])
def test_sizes_of_one_work(student, n, m, d):
    """One point, or one coordinate, is no special case."""
    a, b = torch.randn(n, d), torch.randn(m, d)
    check_tensor(student.squared_distances(a, b), squared_distances(a, b))


@pytest.mark.points(1, cell="squared_distances")
def test_gradients_reach_both_inputs(student):
    """Gradients reach a and b, also where two points coincide."""
    a, b = torch.randn(3, 2, dtype=torch.float64), torch.randn(4, 2, dtype=torch.float64)
    b[0] = a[0]
    check_gradients(student.squared_distances, squared_distances, a, b, names=["a", "b"])
