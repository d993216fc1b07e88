"""The negative bound comes back: a loss to be minimised.

cell: elbo
"""


def elbo(x, logits, mu, logvar):
    per_value = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return (kl_divergence(mu, logvar) - per_value.sum(dim=1)).mean()
