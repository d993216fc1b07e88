"""Softmax applied twice: the logits are turned into probabilities before log_softmax sees them.

cell: cross_entropy
"""


def cross_entropy(logits, target, label_smoothing=0.0, reduction="mean"):
    if reduction not in ("none", "sum", "mean"):
        raise ValueError(reduction)
    log_p = log_softmax(softmax(logits, dim=1), dim=1)
    losses = -(1 - label_smoothing) * log_p.gather(1, target.unsqueeze(1)).squeeze(1)
    losses = losses - label_smoothing * log_p.mean(dim=1)
    return {"none": losses, "sum": losses.sum(), "mean": losses.mean()}[reduction]
