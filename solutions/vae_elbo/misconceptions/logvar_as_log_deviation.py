"""logvar is taken for the logarithm of the standard deviation.

cell: kl_divergence
"""


def kl_divergence(mu, logvar):
    return 0.5 * (mu**2 + torch.exp(2 * logvar) - 1 - 2 * logvar).sum(dim=1)
