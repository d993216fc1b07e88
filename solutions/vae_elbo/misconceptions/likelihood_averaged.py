"""The log-likelihood is averaged over the data instead of summed, so the KL term outweighs it.

cell: elbo
"""


def elbo(x, logits, mu, logvar):
    per_value = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return (per_value.mean(dim=1) - kl_divergence(mu, logvar)).mean()
