"""Einsum for every sum, log-add-exp for the likelihood, float64 inside."""

import torch
from torch import Tensor


def reparameterize(mu: Tensor, logvar: Tensor, eps: Tensor | None = None) -> Tensor:
    if eps is None:
        eps = torch.normal(torch.zeros_like(mu), torch.ones_like(mu))
    return torch.addcmul(mu, (logvar * 0.5).exp(), eps)


def kl_divergence(mu: Tensor, logvar: Tensor) -> Tensor:
    m, v = mu.double(), logvar.double()
    squares = torch.einsum("bz,bz->b", m, m)
    kl = (squares + torch.einsum("bz->b", torch.expm1(v) - v)) / 2
    return kl.to(mu.dtype)


def elbo(x: Tensor, logits: Tensor, mu: Tensor, logvar: Tensor) -> Tensor:
    wide = logits.double()
    log_z = torch.logaddexp(wide, torch.zeros_like(wide))
    log_p = torch.einsum("bd,bd->", x.double(), wide) - torch.einsum("bd->", log_z)
    total = log_p - kl_divergence(mu, logvar).double().sum()
    return (total / x.shape[0]).to(logits.dtype)
