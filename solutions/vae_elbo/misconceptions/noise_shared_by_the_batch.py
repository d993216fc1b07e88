"""One noise vector is drawn and used for all samples of the batch.

cell: reparameterize
"""


def reparameterize(mu, logvar, eps=None):
    if eps is None:
        eps = torch.randn_like(mu[:1])
    return mu + torch.exp(0.5 * logvar) * eps
