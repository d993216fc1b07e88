"""The mean over the batch whatever the reduction says.

cell: cross_entropy
"""


def cross_entropy(logits, target, label_smoothing=0.0, reduction="mean"):
    if reduction not in ("none", "sum", "mean"):
        raise ValueError(reduction)
    log_p = log_softmax(logits, dim=1)
    losses = -(1 - label_smoothing) * log_p.gather(1, target.unsqueeze(1)).squeeze(1)
    losses = losses - label_smoothing * log_p.mean(dim=1)
    return losses if reduction == "none" else losses.mean()
