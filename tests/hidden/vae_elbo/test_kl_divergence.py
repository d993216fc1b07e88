"""Hidden suite for kl_divergence: judged against torch.distributions in float64."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor
from torch.distributions import Normal
from torch.distributions import kl_divergence as divergence_between

from autograder.testing import check, check_gradients, check_tensor, inputs_unchanged

pytestmark = pytest.mark.category("values")

points = pytest.mark.points


def sample(
    *shape: int, device: torch.device | None = None, dtype: torch.dtype = torch.float32
) -> tuple[Tensor, Tensor]:
    """mu and logvar of order one."""
    mu, logvar = torch.randn((2, *shape), dtype=dtype, device=device)
    return mu, logvar


def reference(mu: Tensor, logvar: Tensor) -> Tensor:
    wide = mu.double()
    prior = Normal(torch.zeros_like(wide), torch.ones_like(wide))
    per_dimension = divergence_between(Normal(wide, torch.exp(logvar.double() / 2)), prior)
    return per_dimension.sum(dim=-1).to(mu.dtype)


@points(1, cell="kl_divergence")
def test_values_in_single_precision(student: Any, device: torch.device) -> None:
    """The divergence of each sample is right."""
    for shape in [(5, 3), (4, 4)]:  # as many samples as numbers: the shape does not tell the sum
        mu, logvar = sample(*shape, device=device)
        check_tensor(student.kl_divergence(mu, logvar), reference(mu, logvar))


@points(0.5, cell="kl_divergence")
@pytest.mark.category("dtype and device")
def test_values_in_double_precision(student: Any, device: torch.device) -> None:
    """In float64 the divergence has float64's precision; arguments may be given by name."""
    mu, logvar = sample(4, 6, device=device, dtype=torch.float64)
    check_tensor(student.kl_divergence(logvar=logvar, mu=mu), reference(mu, logvar))


@points(0.5, cell="kl_divergence")
@pytest.mark.category("shapes")
@pytest.mark.parametrize("shape", [(1, 4), (5, 1), (1, 1)])
def test_sizes_of_one(student: Any, device: torch.device, shape: tuple[int, int]) -> None:
    """A batch of one or a single latent number still gives one value per sample."""
    mu, logvar = sample(*shape, device=device)
    check_tensor(student.kl_divergence(mu, logvar), reference(mu, logvar))


@points(1, cell="kl_divergence")
@pytest.mark.category("gradients")
def test_gradients_reach_mean_and_log_variance(student: Any, device: torch.device) -> None:
    """The gradients for mu and logvar are right."""
    mu, logvar = sample(4, 3, device=device, dtype=torch.float64)
    check_gradients(student.kl_divergence, reference, mu, logvar, names=("mu", "logvar"))


@points(1, cell="kl_divergence")
@pytest.mark.category("extremes")
def test_very_wide_and_very_narrow_distributions(student: Any, device: torch.device) -> None:
    """Distributions that are very wide, very narrow or far away give exact, finite values."""
    extreme = [[20.0, -20.0], [-20.0, -20.0], [10.0, 20.0], [-15.0, 0.0]]
    logvar = torch.tensor(extreme, device=device)
    mu = torch.tensor([[0.0, 0.0], [0.0, 1.0], [100.0, 0.0], [-30.0, 0.0]], device=device)
    # Sums of positive terms: a few roundings of 6e-8 each, whatever their size.
    check_tensor(student.kl_divergence(mu, logvar), reference(mu, logvar), rtol=1e-5, atol=0)


@points(0.5, cell="kl_divergence")
@pytest.mark.category("side effects")
def test_a_call_leaves_no_trace(student: Any, device: torch.device) -> None:
    """The same inputs give the same values again, and no input is changed."""
    mu, logvar = sample(3, 4, device=device)
    with inputs_unchanged(mu=mu, logvar=logvar):
        first = student.kl_divergence(mu, logvar).clone()
    check(
        not torch.equal(student.kl_divergence(2 * mu, logvar), first)
        and not torch.equal(student.kl_divergence(mu, logvar - 1), first),
        "the divergence does not depend on both inputs",
    )
    again = student.kl_divergence(mu, logvar)
    check_tensor(again, first, what="the result of a repeated call")


@points(0.5, cell="kl_divergence")
@pytest.mark.category("dtype and device")
def test_works_on_another_device(student: Any) -> None:
    """On another device it works too."""
    mu, logvar = sample(3, 4)
    got = student.on_another_device().kl_divergence(mu, logvar)
    check_tensor(got, reference(mu, logvar))
