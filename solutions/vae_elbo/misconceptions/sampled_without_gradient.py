"""The draw is made by a sampler that no gradient passes through.

cell: reparameterize
"""


def reparameterize(mu, logvar, eps=None):
    if eps is None:
        eps = torch.randn_like(mu)
    with torch.no_grad():
        return torch.exp(0.5 * logvar) * eps + mu
