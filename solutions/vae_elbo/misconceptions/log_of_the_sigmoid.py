"""The sigmoid is taken first and then its logarithm, kept finite by a small constant.

cell: elbo
"""


def elbo(x, logits, mu, logvar):
    p = torch.sigmoid(logits)
    per_value = x * torch.log(p + 1e-7) + (1 - x) * torch.log(1 - p + 1e-7)
    return (per_value.sum(dim=1) - kl_divergence(mu, logvar)).mean()
