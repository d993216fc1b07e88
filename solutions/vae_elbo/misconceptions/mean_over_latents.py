"""The divergence is averaged over the latent dimensions instead of summed.

cell: kl_divergence
"""


def kl_divergence(mu, logvar):
    return 0.5 * (mu**2 + torch.exp(logvar) - 1 - logvar).mean(dim=1)
