"""One number for the whole batch comes back instead of one for each sample.

cell: kl_divergence
"""


def kl_divergence(mu, logvar):
    return 0.5 * (mu**2 + torch.exp(logvar) - 1 - logvar).sum(dim=1).mean()
