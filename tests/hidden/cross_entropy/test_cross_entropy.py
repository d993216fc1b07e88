"""Hidden suite for `cross_entropy`; the reference is `torch.nn.functional.cross_entropy`.

Label smoothing in double precision uses powers of two, so that smoothed targets built in
float32 are exact too: the contract fixes the dtype of the result, not of every step.
"""

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.testing import check, check_gradients, check_tensor, inputs_unchanged

pytestmark = pytest.mark.category("values")

REDUCTIONS = ("none", "sum", "mean")

# logsumexp(x) - x[target] rounds twice at the size of the logits, by at most 5e-4 in float32.
HUGE_ATOL = 2e-3


def batch(
    n: int, c: int, device: torch.device, *, dtype: torch.dtype = torch.float32
) -> tuple[Tensor, Tensor]:
    """Random logits (n, c) and targets (n,) among which are the first and the last class."""
    target = torch.randint(0, c, (n,))
    target[: min(n, 2)] = torch.tensor([c - 1, 0])[: min(n, 2)]
    return 2 * torch.randn(n, c, dtype=dtype, device=device), target.to(device)


def huge_batch(device: torch.device) -> tuple[Tensor, Tensor]:
    """Logits (6, 4) up to 1e4 in size and targets: sure and right, sure and wrong, tied, random."""
    rows = [
        [1e4, -1e4, 0.0, 9e3],
        [1e4, -1e4, 0.0, 9e3],
        [-1e4, -1e4, -1e4, -1e4],
        [1e4, 1e4, 1e4, 1e4],
        [9999.0, 10000.0, 9998.0, 9990.0],
    ]
    logits = torch.cat([torch.tensor(rows), 2e4 * torch.rand(1, 4) - 1e4])
    return logits.to(device), torch.tensor([0, 1, 2, 3, 0, 1], device=device)


def check_loss(
    student: Any,
    logits: Tensor,
    target: Tensor,
    *,
    atol: float | None = None,
    what: str = "the result",
    **options: Any,
) -> None:
    """The student's loss equals torch's, computed in double precision and rounded once.

    options  as given to cross_entropy: label_smoothing, reduction
    """
    exact = F.cross_entropy(logits.double(), target, **options)
    expected = exact.to(logits.dtype)  # before the call, which might change its inputs
    check_tensor(student.cross_entropy(logits, target, **options), expected, atol=atol, what=what)


def check_loss_gradient(student: Any, logits: Tensor, target: Tensor, **options: Any) -> None:
    check_gradients(
        lambda x: student.cross_entropy(x, target, **options),
        lambda x: F.cross_entropy(x, target, **options),
        logits,
        names=["logits"],
    )


@pytest.mark.points(1, cell="cross_entropy")
def test_mean_reduction(student: Any, device: torch.device) -> None:
    """cross_entropy is the mean over the batch when no reduction is given."""
    check_loss(student, *batch(7, 4, device))
    check_loss(student, *batch(3, 9, device), reduction="mean")
    # As many samples as classes, and no smoothing in so many words.
    check_loss(student, *batch(4, 4, device), label_smoothing=0.0)


@pytest.mark.points(1, cell="cross_entropy")
def test_sum_reduction(student: Any, device: torch.device) -> None:
    """With reduction="sum" the losses of the samples are added up."""
    check_loss(student, *batch(6, 5, device), reduction="sum")


@pytest.mark.points(1, cell="cross_entropy")
def test_no_reduction(student: Any, device: torch.device) -> None:
    """With reduction="none" every sample keeps its own loss, in the order of the batch."""
    check_loss(student, *batch(6, 4, device), reduction="none")
    check_loss(student, *batch(4, 4, device), reduction="none")  # sizes do not tell which is which


@pytest.mark.points(1, cell="cross_entropy")
def test_label_smoothing_of_each_sample(student: Any, device: torch.device) -> None:
    """Label smoothing takes a part of the target away and spreads it over all classes."""
    for amount in (0.1, 0.7):
        check_loss(student, *batch(5, 6, device), label_smoothing=amount, reduction="none")


@pytest.mark.points(0.5, cell="cross_entropy")
def test_label_smoothing_with_mean(student: Any, device: torch.device) -> None:
    """Label smoothing goes together with the mean over the batch."""
    check_loss(student, *batch(5, 3, device), label_smoothing=0.2)


@pytest.mark.points(0.5, cell="cross_entropy")
def test_label_smoothing_with_sum(student: Any, device: torch.device) -> None:
    """Label smoothing goes together with the sum over the batch."""
    check_loss(student, *batch(4, 3, device), label_smoothing=0.3, reduction="sum")


@pytest.mark.points(1, cell="cross_entropy")
@pytest.mark.category("extremes")
def test_huge_logits(student: Any, device: torch.device) -> None:
    """The loss is finite and right for logits up to 1e4 in size."""
    check_loss(student, *huge_batch(device), atol=HUGE_ATOL, reduction="none")


@pytest.mark.points(0.5, cell="cross_entropy")
@pytest.mark.category("extremes")
def test_huge_logits_with_label_smoothing(student: Any, device: torch.device) -> None:
    """The smoothed loss is finite and right for logits up to 1e4 in size."""
    options: dict[str, Any] = {"label_smoothing": 0.1, "reduction": "none"}
    check_loss(student, *huge_batch(device), atol=HUGE_ATOL, **options)


@pytest.mark.points(1, cell="cross_entropy")
@pytest.mark.category("gradients")
def test_gradient(student: Any, device: torch.device) -> None:
    """The gradient of the loss reaches the logits, whatever the reduction."""
    for reduction in REDUCTIONS:
        check_loss_gradient(student, *batch(4, 3, device), reduction=reduction)


@pytest.mark.points(1, cell="cross_entropy")
@pytest.mark.category("gradients")
def test_gradient_with_label_smoothing(student: Any, device: torch.device) -> None:
    """The gradient of the smoothed loss reaches the logits."""
    check_loss_gradient(student, *batch(4, 5, device), label_smoothing=0.4)


@pytest.mark.points(0.5, cell="cross_entropy")
@pytest.mark.category("gradients")
def test_gradient_at_huge_logits(student: Any, device: torch.device) -> None:
    """The gradient of the loss is finite and right for logits up to 1e4 in size, too."""
    logits, target = huge_batch(device)
    check_loss_gradient(student, logits.double(), target)  # in float32 exp(log p) rounds by 1e-3


@pytest.mark.points(0.5, cell="cross_entropy")
@pytest.mark.category("dtype and device")
def test_double_precision(student: Any, device: torch.device) -> None:
    """The loss of float64 logits is float64 and exact to its precision."""
    logits, target = batch(5, 4, device, dtype=torch.float64)
    check_loss(student, logits, target)
    check_loss(student, logits, target, label_smoothing=0.25, reduction="none")
    check_loss(student, logits, target, reduction="sum")


@pytest.mark.points(0.5, cell="cross_entropy")
@pytest.mark.category("shapes")
def test_sizes_of_one(student: Any, device: torch.device) -> None:
    """The loss is right for a single sample and for a single class."""
    for n, c in [(1, 5), (3, 1), (1, 1)]:
        check_loss(student, *batch(n, c, device), reduction="none")


@pytest.mark.points(0.5, cell="cross_entropy")
@pytest.mark.category("shapes")
def test_sizes_of_one_with_label_smoothing(student: Any, device: torch.device) -> None:
    """The smoothed loss is right for a single sample and for a single class."""
    for n, c in [(1, 4), (3, 1)]:
        check_loss(student, *batch(n, c, device), label_smoothing=0.3)


@pytest.mark.points(0.5, cell="cross_entropy")
@pytest.mark.category("interface")
def test_unknown_reduction_is_refused(student: Any, device: torch.device) -> None:
    """A reduction other than "none", "sum" and "mean" raises a ValueError."""
    logits, target = batch(3, 4, device)
    for reduction in REDUCTIONS:  # a known one is not refused
        got = student.cross_entropy(logits, target, reduction=reduction)
        check(isinstance(got, Tensor), "a known reduction should give a tensor")
    for reduction in ("average", "batchmean"):
        try:
            student.cross_entropy(logits, target, reduction=reduction)
        except ValueError:
            continue
        check(False, "an unknown reduction should raise ValueError, and nothing was raised")


@pytest.mark.points(0.5, cell="cross_entropy")
@pytest.mark.category("interface")
def test_arguments_by_position_and_by_name(student: Any, device: torch.device) -> None:
    """The arguments can be given in order or by their names."""
    logits, target = batch(4, 3, device)
    expected = F.cross_entropy(logits, target, label_smoothing=0.5, reduction="sum")
    check_tensor(student.cross_entropy(logits, target, 0.5, "sum"), expected)
    got = student.cross_entropy(reduction="sum", label_smoothing=0.5, target=target, logits=logits)
    check_tensor(got, expected)


@pytest.mark.points(0.5, cell="cross_entropy")
@pytest.mark.category("side effects")
def test_inputs_stay_and_nothing_is_remembered(student: Any, device: torch.device) -> None:
    """Logits and target are not changed, and the same call gives the same loss again."""
    logits, target = batch(5, 3, device)
    others, classes = batch(5, 3, device)
    with inputs_unchanged(logits=logits, target=target):
        check_loss(student, logits, target)
    check_loss(student, others, classes, what="a second loss")
    check_loss(student, logits, target, what="the first loss, asked for again")


@pytest.mark.points(0.5, cell="cross_entropy")
@pytest.mark.category("dtype and device")
def test_computes_where_its_inputs_are(student: Any) -> None:
    """The loss works on tensors that are on another device than the CPU."""
    logits, target = batch(4, 3, torch.device("cpu"))
    other = student.on_another_device()
    check_loss(other, logits, target)
    check_loss(other, logits, target, label_smoothing=0.3, reduction="none")
    check_loss(other, logits, target, reduction="sum")
