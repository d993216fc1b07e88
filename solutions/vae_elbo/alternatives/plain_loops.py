"""One number after the other, with Python's own random numbers."""

import math
import random

import torch


def reparameterize(mu, logvar, eps=None):
    rows, columns = mu.shape
    if eps is None:
        numbers = [[random.gauss(0.0, 1.0) for _ in range(columns)] for _ in range(rows)]
        eps = torch.tensor(numbers, dtype=mu.dtype, device=mu.device)
    z = torch.zeros_like(mu)
    for b in range(rows):
        sigma = torch.exp(logvar[b] / 2)
        for j in range(columns):
            z[b, j] = mu[b, j] + sigma[j] * eps[b, j]
    return z


def kl_divergence(mu, logvar):
    values = []
    for m, s in zip(mu, logvar):
        total = 0.0
        for j in range(len(m)):
            total = total + (m[j] ** 2 + s[j].exp() - 1 - s[j]) / 2
        values.append(total)
    return torch.stack(values)


def log_probability(x, logit):
    # log(1 + e^l) = l + log(1 + e^-l): take the one whose exponential does not overflow
    if logit > 0:
        log_one_plus = logit + torch.log1p(torch.exp(-logit))
    else:
        log_one_plus = torch.log1p(torch.exp(logit))
    return x * logit - log_one_plus


def elbo(x, logits, mu, logvar):
    total = math.fsum([])
    for b in range(x.shape[0]):
        for d in range(x.shape[1]):
            total = total + log_probability(x[b, d], logits[b, d])
    total = total - sum(kl_divergence(mu, logvar))
    return total / len(x)
