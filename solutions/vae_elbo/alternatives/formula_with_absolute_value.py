"""The stable formula written out; a class with static methods behind the three functions."""

import torch


class Gaussian:
    def __init__(self, mu, logvar):
        self.mu, self.logvar = mu, logvar

    def draw(self, noise):
        return self.mu + noise * self.logvar.mul(0.5).exp()

    def divergence_from_prior(self):
        return -0.5 * torch.sum(1 + self.logvar - self.mu**2 - self.logvar.exp(), dim=1)


def reparameterize(mu, logvar, eps=None):
    noise = eps
    if noise is None:
        noise = torch.randn(mu.shape, dtype=logvar.dtype, device=logvar.device)
    return Gaussian(mu, logvar).draw(noise)


def kl_divergence(mu, logvar):
    return Gaussian(mu, logvar).divergence_from_prior()


def elbo(x, logits, mu, logvar):
    cost = logits.clamp(min=0) - logits * x + torch.log1p(torch.exp(-logits.abs()))
    return (-cost).sum(1).mean(0) - kl_divergence(mu, logvar).mean(0)
