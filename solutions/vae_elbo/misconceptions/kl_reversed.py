"""The divergence is computed in the other direction, from the prior to q.

cell: kl_divergence
"""


def kl_divergence(mu, logvar):
    return 0.5 * ((mu**2 + 1) * torch.exp(-logvar) - 1 + logvar).sum(dim=1)
