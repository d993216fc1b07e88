"""The KL term is added instead of subtracted.

cell: elbo
"""


def elbo(x, logits, mu, logvar):
    per_value = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return (per_value.sum(dim=1) + kl_divergence(mu, logvar)).mean()
