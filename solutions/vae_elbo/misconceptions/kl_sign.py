"""The divergence has the wrong sign, so it is never positive.

cell: kl_divergence
"""


def kl_divergence(mu, logvar):
    return 0.5 * (1 + logvar - mu**2 - torch.exp(logvar)).sum(dim=1)
