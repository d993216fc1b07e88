"""torch's own loss, summed, with the sign turned round; the KL term through the deviation."""

import torch
from torch import nn


def standard_deviation(logvar):
    return torch.sqrt(torch.exp(logvar))


def kl_divergence(mu, logvar):
    sigma = standard_deviation(logvar)
    per_dimension = 0.5 * (mu * mu + sigma * sigma - torch.log(sigma * sigma) - 1.0)
    return torch.stack([row.sum() for row in per_dimension])


def elbo(x, logits, mu, logvar):
    batch = x.size(0)
    reconstruction = nn.BCEWithLogitsLoss(reduction="sum")(logits, x)
    loss = reconstruction + kl_divergence(mu, logvar).sum()
    return -loss / batch


def reparameterize(mu, logvar, eps=None):
    sigma = standard_deviation(logvar)
    noise = eps if eps is not None else torch.stack([torch.randn_like(row) for row in mu])
    return mu + sigma * noise
