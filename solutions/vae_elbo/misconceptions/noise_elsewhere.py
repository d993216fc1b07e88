"""The noise is drawn with the default dtype on the CPU, whatever mu is.

cell: reparameterize
"""


def reparameterize(mu, logvar, eps=None):
    if eps is None:
        eps = torch.randn(mu.shape)
    return mu + torch.exp(0.5 * logvar) * eps
