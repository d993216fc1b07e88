"""The mean over all N times C entries for the mean over the N samples: C times too small.

cell: cross_entropy
"""


def cross_entropy(logits, target, label_smoothing=0.0, reduction="mean"):
    if reduction not in ("none", "sum", "mean"):
        raise ValueError(reduction)
    log_p = log_softmax(logits, dim=1)
    q = torch.full_like(log_p, label_smoothing / logits.shape[1])
    q[torch.arange(len(target)), target] += 1 - label_smoothing
    if reduction == "mean":
        return -(q * log_p).mean()
    losses = -(q * log_p).sum(dim=1)
    return losses if reduction == "none" else losses.sum()
