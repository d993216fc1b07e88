"""The noise is uniform between 0 and 1 instead of standard normal.

cell: reparameterize
"""


def reparameterize(mu, logvar, eps=None):
    if eps is None:
        eps = torch.rand_like(mu)
    return mu + torch.exp(0.5 * logvar) * eps
