"""Hidden suite for `softmax`; the reference is torch's own."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from autograder.testing import check_gradients, check_tensor, inputs_unchanged

pytestmark = pytest.mark.category("values")

# The largest float32 rounding of a logit near 1e4 is 5e-4; exp(x - logsumexp(x)) meets it twice.
HUGE_ATOL = 2e-3


def huge_logits(dtype: torch.dtype, device: torch.device) -> Tensor:
    """(5, 4), up to 1e4 in size: far apart, all low, all high, nearly tied, anywhere."""
    rows = [
        [1e4, -1e4, 0.0, 9e3],
        [-1e4, -1e4, -1e4, -1e4],
        [1e4, 1e4, 1e4, 1e4],
        [9999.0, 10000.0, 9998.0, 9990.0],
    ]
    anywhere = 2e4 * torch.rand(1, 4, dtype=torch.float64) - 1e4
    return torch.cat([torch.tensor(rows, dtype=torch.float64), anywhere]).to(device, dtype)


def check_softmax(student: Any, logits: Tensor, dim: int | None = None, **options: Any) -> None:
    """student.softmax equals torch's, computed in double precision and rounded once.

    dim      None: not given in the call
    options  for check_tensor
    """
    exact = torch.softmax(logits.double(), -1 if dim is None else dim)
    expected = exact.to(logits.dtype)  # before the call, which might change its input
    got = student.softmax(logits) if dim is None else student.softmax(logits, dim=dim)
    check_tensor(got, expected, **options)


@pytest.mark.points(1, cell="softmax")
def test_softmax_is_over_the_last_dimension_by_default(student: Any, device: torch.device) -> None:
    """softmax turns logits into probabilities over the last dimension when no dim is given."""
    for shape in [(6, 5), (2, 3, 4), (4, 4), (2, 1, 3, 2)]:
        logits = 3 * torch.randn(shape, device=device)
        check_softmax(student, logits)


@pytest.mark.points(1, cell="softmax")
def test_softmax_works_along_any_dimension(student: Any, device: torch.device) -> None:
    """softmax works along the dimension that dim names, counted from either end."""
    logits = 2 * torch.randn(2, 3, 4, device=device)
    for dim in (0, 1, -2):
        check_softmax(student, logits, dim)
    square = torch.randn(3, 3, device=device)  # its shape does not tell the dimensions apart
    expected = torch.softmax(square, 0)
    check_tensor(student.softmax(square, 0), expected, what="the result for a square")
    vector = torch.randn(7, device=device)
    expected = torch.softmax(vector, 0)
    check_tensor(student.softmax(vector, 0), expected, what="the result for a vector")
    by_name = student.softmax(dim=0, logits=logits)
    check_tensor(by_name, torch.softmax(logits, 0), what="the result with arguments by name")


@pytest.mark.points(1, cell="softmax")
@pytest.mark.category("extremes")
def test_softmax_of_huge_logits_is_finite_and_right(student: Any, device: torch.device) -> None:
    """softmax neither overflows nor divides by zero for logits up to 1e4 in size."""
    logits = huge_logits(torch.float32, device)
    check_softmax(student, logits, atol=HUGE_ATOL)


@pytest.mark.points(1, cell="softmax")
@pytest.mark.category("gradients")
def test_softmax_sends_the_right_gradient_back(student: Any, device: torch.device) -> None:
    """The gradient flows back through softmax, along any dimension."""
    logits = torch.randn(3, 4, device=device)
    for dim in (-1, 0):
        check_gradients(
            lambda x, d=dim: student.softmax(x, dim=d),
            lambda x, d=dim: torch.softmax(x, d),
            logits,
            names=["logits"],
        )


@pytest.mark.points(0.5, cell="softmax")
@pytest.mark.category("dtype and device")
def test_softmax_keeps_double_precision(student: Any, device: torch.device) -> None:
    """softmax of float64 logits is float64 and exact to its precision, huge logits included."""
    logits = 3 * torch.randn(4, 6, dtype=torch.float64, device=device)
    check_softmax(student, logits)
    check_softmax(student, huge_logits(torch.float64, device))


@pytest.mark.points(0.5, cell="softmax")
@pytest.mark.category("shapes")
def test_softmax_accepts_sizes_of_one(student: Any, device: torch.device) -> None:
    """softmax works for a single row, a single class and a single number."""
    for shape in [(1, 5), (1,), (4, 1)]:
        logits = torch.randn(shape, device=device)
        check_softmax(student, logits)


@pytest.mark.points(0.5, cell="softmax")
@pytest.mark.category("side effects")
def test_softmax_leaves_its_input_alone_and_remembers_nothing(
    student: Any, device: torch.device
) -> None:
    """softmax does not change its input, and the same input gives the same result again."""
    logits, other = torch.randn(3, 4, device=device), torch.randn(3, 4, device=device)
    with inputs_unchanged(logits=logits):
        check_softmax(student, logits)
    check_softmax(student, other, what="a second result")
    check_softmax(student, logits, what="the first result, asked for again")


@pytest.mark.points(0.5, cell="softmax")
@pytest.mark.category("dtype and device")
def test_softmax_computes_where_its_input_is(student: Any) -> None:
    """softmax works on logits that are on another device than the CPU."""
    logits = torch.randn(3, 5)
    check_softmax(student.on_another_device(), logits)
