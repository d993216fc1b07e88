"""Hidden suite for reparameterize."""

from __future__ import annotations

from math import sqrt
from typing import Any

import pytest
import torch
from torch import Tensor

from autograder.testing import check, check_gradients, check_like, check_tensor, inputs_unchanged

pytestmark = pytest.mark.category("values")

points = pytest.mark.points


def sample(
    *shape: int, device: torch.device | None = None, dtype: torch.dtype = torch.float32
) -> tuple[Tensor, Tensor, Tensor]:
    """mu, logvar and eps, of order one."""
    mu, logvar, eps = torch.randn((3, *shape), dtype=dtype, device=device)
    return mu, logvar, eps


def reference(mu: Tensor, logvar: Tensor, eps: Tensor) -> Tensor:
    return mu + logvar.exp().sqrt() * eps


def narrow(shape: tuple[int, int], device: torch.device) -> tuple[Tensor, Tensor]:
    """mu and logvar of distributions that are a thousandth wide: a draw lies close to mu."""
    mu = torch.randn(shape, device=device)
    return mu, torch.full_like(mu, -13.8155)


def check_close_to_mean(z: object, mu: Tensor) -> None:
    # Ten standard deviations.
    check_tensor(z, mu, rtol=0, atol=1e-2, what="a draw from a narrow distribution")


@points(1, cell="reparameterize")
def test_uses_the_noise_that_is_given(student: Any, device: torch.device) -> None:
    """With given noise the draw is the right function of mean, log-variance and noise."""
    mu, logvar, eps = sample(5, 3, device=device)
    check_tensor(student.reparameterize(mu, logvar, eps), reference(mu, logvar, eps))


@points(0.5, cell="reparameterize")
@pytest.mark.category("dtype and device")
def test_works_in_double_precision(student: Any, device: torch.device) -> None:
    """In float64 the draw has float64's precision; the noise may be given by name."""
    mu, logvar, eps = sample(3, 4, device=device, dtype=torch.float64)
    got = student.reparameterize(mu=mu, logvar=logvar, eps=eps)
    check_tensor(got, reference(mu, logvar, eps))


@points(1, cell="reparameterize")
@pytest.mark.category("gradients")
def test_gradients_reach_mean_and_log_variance(student: Any, device: torch.device) -> None:
    """With given noise, the gradients for mu and logvar are right."""
    mu, logvar, eps = sample(4, 3, device=device, dtype=torch.float64)
    check_gradients(
        lambda mu, logvar: student.reparameterize(mu, logvar, eps),
        lambda mu, logvar: reference(mu, logvar, eps),
        mu,
        logvar,
        names=("mu", "logvar"),
    )


@points(0.5, cell="reparameterize")
@pytest.mark.category("gradients")
def test_gradients_pass_through_a_fresh_draw(student: Any, device: torch.device) -> None:
    """Also where the noise is drawn, gradients reach mu and logvar."""
    mu, logvar, weights = sample(4, 3, device=device, dtype=torch.float64)
    mu.requires_grad_()
    logvar.requires_grad_()
    z = student.reparameterize(mu, logvar)
    check_like(z, mu.shape, dtype=mu.dtype, device=mu.device)
    check(z.requires_grad, "no gradient flows through the draw")
    got = torch.autograd.grad(z, (mu, logvar), weights, allow_unused=True)
    check(got[0] is not None and got[1] is not None, "no gradient reaches mu or logvar")
    check_tensor(got[0], weights, what="the gradient for mu")
    # d(sigma · eps)/d(logvar) = sigma · eps / 2, and sigma · eps is z - mu.
    check_tensor(got[1], weights * (z - mu).detach() / 2, what="the gradient for logvar")


@points(1, cell="reparameterize")
@pytest.mark.category("randomness")
def test_draws_have_the_right_distribution(student: Any, device: torch.device) -> None:
    """Without noise given, the draws are normal with the right mean and variance."""
    mu = torch.randn(250, 4, device=device)
    logvar = 4 * torch.rand(250, 4, device=device) - 2
    z = student.reparameterize(mu, logvar)
    check_like(z, mu.shape, dtype=mu.dtype, device=mu.device)
    noise = ((z - mu) / torch.exp(logvar / 2)).detach().double()
    # Each bound is five standard errors of the estimate from n = 1000 standard normal numbers:
    # one honest solution in half a million draws steps over it.
    n, inside = noise.numel(), 0.682689
    check(abs(float(noise.mean())) < 5 / sqrt(n), "the draws do not have the mean mu")
    spread = float(noise.square().mean())
    check(abs(spread - 1) < 5 * sqrt(2 / n), "the draws do not have the variance exp(logvar)")
    share = float((noise.abs() < 1).double().mean())
    bound = 5 * sqrt(inside * (1 - inside) / n)
    check(abs(share - inside) < bound, "the draws are not normally distributed")


@points(0.5, cell="reparameterize")
@pytest.mark.category("randomness")
def test_every_number_has_its_own_noise(student: Any, device: torch.device) -> None:
    """No two rows and no two columns share their noise."""
    mu, logvar = narrow((250, 4), device)
    z = student.reparameterize(mu, logvar)
    check_close_to_mean(z, mu)
    noise = (z - mu).detach()
    unit = 2 * noise.square().mean()
    rows = (noise[1:] - noise[:-1]).square().mean() / unit
    columns = (noise[:, 1:] - noise[:, :-1]).square().mean() / unit
    # For independent noise each is 1 with a standard error of 1/sqrt(750) = 0.04; for shared 0.
    check(abs(float(rows) - 1) < 0.4, "the samples of the batch share their noise")
    check(abs(float(columns) - 1) < 0.4, "the latent dimensions share their noise")


@points(0.5, cell="reparameterize")
@pytest.mark.category("randomness")
def test_every_call_draws_anew(student: Any, device: torch.device) -> None:
    """Two calls without given noise give two different draws."""
    mu, logvar = narrow((3, 4), device)
    first, second = (student.reparameterize(mu, logvar) for _ in range(2))
    check_close_to_mean(first, mu)
    check_close_to_mean(second, mu)
    check(bool((first != second).any()), "two calls gave the same draw")
    last = student.reparameterize(mu, logvar, eps=None)
    check(bool((last != second).any()), "two calls gave the same draw")


@points(0.5, cell="reparameterize")
def test_noise_of_zero_is_noise(student: Any, device: torch.device) -> None:
    """Noise that is given is used even where it is zero, and a single number will do."""
    mu, logvar, eps = sample(1, 1, device=device)
    check_tensor(student.reparameterize(mu, logvar, eps), reference(mu, logvar, eps))
    check_tensor(student.reparameterize(mu, logvar, torch.zeros_like(mu)), mu)


@points(0.5, cell="reparameterize")
@pytest.mark.category("dtype and device")
def test_a_fresh_draw_is_like_the_mean(student: Any, device: torch.device) -> None:
    """A fresh draw has the shape and dtype of mu, also for a batch or a latent size of one."""
    noisy = False
    for dtype in (torch.float32, torch.float64):
        for shape in ((1, 3), (4, 1), (1, 1)):
            mu, logvar = (part.to(dtype) for part in narrow(shape, device))
            z = student.reparameterize(mu, logvar)
            check_close_to_mean(z, mu)
            noisy = noisy or bool((z != mu).any())
    check(noisy, "the draws are all equal to mu")


@points(0.5, cell="reparameterize")
@pytest.mark.category("side effects")
def test_a_call_leaves_no_trace(student: Any, device: torch.device) -> None:
    """The same noise gives the same draw again, and no input is changed."""
    mu, logvar, eps = sample(3, 4, device=device)
    with inputs_unchanged(mu=mu, logvar=logvar, eps=eps):
        first = student.reparameterize(mu, logvar, eps).clone()
        student.reparameterize(mu, logvar)
    other = student.reparameterize(mu, logvar, -eps)
    check(not torch.equal(other, first), "the draw does not depend on the noise")
    again = student.reparameterize(mu, logvar, eps)
    check_tensor(again, first, what="the result of a repeated call")


@points(0.5, cell="reparameterize")
@pytest.mark.category("dtype and device")
def test_works_on_another_device(student: Any) -> None:
    """On another device it works too, with given noise and with its own."""
    other = student.on_another_device()
    mu, logvar, eps = sample(3, 4)
    check_tensor(other.reparameterize(mu, logvar, eps), reference(mu, logvar, eps))
    mu, logvar = narrow((3, 4), torch.device("cpu"))
    check_close_to_mean(other.reparameterize(mu, logvar), mu)
