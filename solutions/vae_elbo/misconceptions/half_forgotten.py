"""The factor of one half is missing.

cell: kl_divergence
"""


def kl_divergence(mu, logvar):
    return (mu**2 + torch.exp(logvar) - 1 - logvar).sum(dim=1)
