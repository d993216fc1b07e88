"""The logits are passed through a sigmoid before a function that applies it again.

cell: elbo
"""


def elbo(x, logits, mu, logvar):
    per_value = -F.binary_cross_entropy_with_logits(torch.sigmoid(logits), x, reduction="none")
    return (per_value.sum(dim=1) - kl_divergence(mu, logvar)).mean()
