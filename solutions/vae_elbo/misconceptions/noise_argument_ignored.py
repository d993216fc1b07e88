"""The noise that is given is ignored, a fresh one is drawn every time.

cell: reparameterize
"""


def reparameterize(mu, logvar, eps=None):
    eps = torch.randn_like(mu)
    return mu + torch.exp(0.5 * logvar) * eps
