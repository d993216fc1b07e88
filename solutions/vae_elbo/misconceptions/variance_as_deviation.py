"""exp(logvar), the variance, is taken for the standard deviation.

cell: reparameterize
"""


def reparameterize(mu, logvar, eps=None):
    if eps is None:
        eps = torch.randn_like(mu)
    return mu + torch.exp(logvar) * eps
