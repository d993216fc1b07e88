"""Hidden suite for elbo: judged against torch's own pieces in float64."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.distributions import Normal, kl_divergence

from autograder.testing import (
    check,
    check_gradients,
    check_like,
    check_tensor,
    inputs_unchanged,
)

pytestmark = pytest.mark.category("values")

points = pytest.mark.points


def sample(
    batch: int,
    size: int,
    latent: int,
    *,
    device: torch.device | None = None,
    dtype: torch.dtype = torch.float32,
    grey: bool = False,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """x, logits, mu and logvar of order one; x is 0 or 1, or between them if `grey`."""
    x = torch.rand(batch, size, dtype=dtype, device=device)
    logits = 2 * torch.randn_like(x)
    mu, logvar = torch.randn(2, batch, latent, dtype=dtype, device=device)
    return x if grey else x.round(), logits, mu, logvar


def divergence(mu: Tensor, logvar: Tensor) -> Tensor:
    wide = mu.double()
    prior = Normal(torch.zeros_like(wide), torch.ones_like(wide))
    return kl_divergence(Normal(wide, torch.exp(logvar.double() / 2)), prior).sum(dim=-1)


def reference(x: Tensor, logits: Tensor, mu: Tensor, logvar: Tensor) -> Tensor:
    loss = F.binary_cross_entropy_with_logits(logits.double(), x.double(), reduction="none")
    return (-loss.sum(dim=-1) - divergence(mu, logvar)).mean().to(x.dtype)


@points(1, cell="elbo")
def test_values_for_black_and_white(student: Any, device: torch.device) -> None:
    """For data of zeros and ones the bound is right."""
    for sizes in [(4, 7, 3), (3, 3, 3)]:  # equal ones do not tell what is summed over
        inputs = sample(*sizes, device=device)
        check_tensor(student.elbo(*inputs), reference(*inputs))


@points(1, cell="elbo")
def test_values_for_grey(student: Any, device: torch.device) -> None:
    """For data between 0 and 1 the bound is right."""
    inputs = sample(3, 6, 2, device=device, grey=True)
    check_tensor(student.elbo(*inputs), reference(*inputs))


@points(1, cell="elbo")
@pytest.mark.category("dtype and device")
def test_values_in_double_precision(student: Any, device: torch.device) -> None:
    """In float64 the bound has float64's precision; arguments may be given by name."""
    inputs = sample(3, 5, 4, device=device, dtype=torch.float64, grey=True)
    names = ("x", "logits", "mu", "logvar")
    got = student.elbo(**dict(zip(names, inputs, strict=True)))
    check_tensor(got, reference(*inputs))


@points(0.5, cell="elbo")
@pytest.mark.category("extremes")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_large_logits_give_exact_values(
    student: Any, device: torch.device, dtype: torch.dtype
) -> None:
    """Logits far out give finite and right values, whether they are right or wrong."""
    # float32: 1e-3 is rounding at 1e4. float64: torch's softplus leaves out 1e-9 from 20 upwards.
    atol, rtol = (2e-3, 1e-6) if dtype == torch.float32 else (1e-8, 1e-9)
    mu = torch.zeros(1, 1, dtype=dtype, device=device)
    for value, logit in [(1, 1e4), (0, 1e4), (1, -1e4), (0, -1e4), (0.25, 1e4), (0.75, -1e4)]:
        x, logits = torch.full_like(mu, value), torch.full_like(mu, logit)
        expected = reference(x, logits, mu, mu)
        check_tensor(student.elbo(x, logits, mu, mu), expected, rtol=rtol, atol=atol)
    x = torch.tensor([[1, 0, 1, 0, 0.5]], dtype=dtype, device=device)
    logits = torch.tensor([[-30, 50, 200, -80, 90]], dtype=dtype, device=device)
    expected = reference(x, logits, mu, mu)
    check_tensor(student.elbo(x, logits, mu, mu), expected, rtol=rtol, atol=atol)


@points(1, cell="elbo")
@pytest.mark.category("gradients")
def test_gradients_at_large_logits(student: Any, device: torch.device) -> None:
    """Gradients stay finite and right where logits are large."""
    far = torch.tensor([[1e4, -1e4, 1e4, -1e4, 60.0, -60.0]], device=device)
    x = torch.tensor([[1.0, 1.0, 0.0, 0.0, 0.25, 0.25]], device=device)
    mu = torch.zeros(1, 2, device=device)
    check_gradients(
        lambda logits: student.elbo(x, logits, mu, mu),
        lambda logits: reference(x, logits, mu, mu),
        far,
        names=("logits",),
    )


@points(1, cell="elbo")
def test_divergence_is_subtracted(student: Any, device: torch.device) -> None:
    """Moving away from the prior lowers the bound by the mean divergence."""
    x, logits, mu, logvar = sample(4, 3, 5, device=device)
    zeros = torch.zeros_like(mu)
    at_prior = student.elbo(x, logits, zeros, zeros)
    away = student.elbo(x, logits, mu, logvar)
    expected = -divergence(mu, logvar).mean().to(x.dtype)
    check_tensor(away - at_prior, expected, what="the part that depends on mu and logvar")


@points(0.5, cell="elbo")
def test_likelihood_is_summed_over_the_data(student: Any, device: torch.device) -> None:
    """Twice the same data side by side have twice the log-likelihood."""
    x, logits, _, _ = sample(3, 4, 2, device=device, grey=True)
    at_prior = torch.zeros(3, 2, device=device)
    once = student.elbo(x, logits, at_prior, at_prior)
    twice = student.elbo(x.repeat(1, 2), logits.repeat(1, 2), at_prior, at_prior)
    check_like(once, (), dtype=x.dtype)
    check(bool(once < 0), "a log-likelihood of uncertain data is negative")
    check_tensor(twice, 2 * once, what="the bound for data of twice the size")


@points(0.5, cell="elbo")
def test_samples_are_averaged(student: Any, device: torch.device) -> None:
    """The same samples twice in a batch have the same bound."""
    inputs = sample(3, 4, 2, device=device)
    once = student.elbo(*inputs)
    check_like(once, (), dtype=torch.float32)
    check(bool(once < 0), "the bound of uncertain data is negative")
    first = student.elbo(*(part[:1] for part in inputs))
    check(bool(first != once), "the bound does not depend on all samples")
    twice = student.elbo(*(part.repeat(2, 1) for part in inputs))
    check_tensor(twice, once, what="the bound for a batch of twice the size")


@points(0.5, cell="elbo")
@pytest.mark.category("shapes")
@pytest.mark.parametrize(("batch", "size", "latent"), [(1, 3, 2), (4, 1, 2), (3, 4, 1)])
def test_sizes_of_one(
    student: Any, device: torch.device, batch: int, size: int, latent: int
) -> None:
    """A batch, data or a code of size one work like any other."""
    inputs = sample(batch, size, latent, device=device)
    check_tensor(student.elbo(*inputs), reference(*inputs))


@points(1, cell="elbo")
@pytest.mark.category("gradients")
def test_gradients_reach_decoder_and_encoder(student: Any, device: torch.device) -> None:
    """The gradients for logits, mu and logvar are right."""
    x, logits, mu, logvar = sample(3, 4, 2, device=device, dtype=torch.float64, grey=True)
    check_gradients(
        lambda *parts: student.elbo(x, *parts),
        lambda *parts: reference(x, *parts),
        logits,
        mu,
        logvar,
        names=("logits", "mu", "logvar"),
    )


@points(0.5, cell="elbo")
@pytest.mark.category("gradients")
def test_gradients_reach_the_data(student: Any, device: torch.device) -> None:
    """The gradient for x is right."""
    x, *others = sample(3, 4, 2, device=device, dtype=torch.float64, grey=True)
    check_gradients(
        lambda x: student.elbo(x, *others),
        lambda x: reference(x, *others),
        x,
        names=("x",),
    )


@points(0.5, cell="elbo")
@pytest.mark.category("side effects")
def test_a_call_leaves_no_trace(student: Any, device: torch.device) -> None:
    """The same inputs give the same bound again, and no input is changed."""
    x, logits, mu, logvar = sample(3, 4, 2, device=device)
    with inputs_unchanged(x=x, logits=logits, mu=mu, logvar=logvar):
        first = student.elbo(x, logits, mu, logvar).clone()
    check_like(first, (), dtype=x.dtype)
    other = student.elbo(1 - x, logits, mu, logvar)
    check(bool((other != first).any()), "the bound does not depend on the data")
    again = student.elbo(x, logits, mu, logvar)
    check_tensor(again, first, what="the result of a repeated call")


@points(0.5, cell="elbo")
@pytest.mark.category("dtype and device")
def test_works_on_another_device(student: Any) -> None:
    """On another device it works too."""
    inputs = sample(3, 4, 2, grey=True)
    check_tensor(student.on_another_device().elbo(*inputs), reference(*inputs))
