"""The spread part is added, but nothing is taken away from the true class: targets sum to more than 1.

cell: cross_entropy
"""


def cross_entropy(logits, target, label_smoothing=0.0, reduction="mean"):
    if reduction not in ("none", "sum", "mean"):
        raise ValueError(reduction)
    log_p = log_softmax(logits, dim=1)
    true = log_p.gather(1, target.unsqueeze(1)).squeeze(1)
    losses = -true - label_smoothing * log_p.mean(dim=1)
    return {"none": losses, "sum": losses.sum(), "mean": losses.mean()}[reduction]
