"""The smoothed part is spread over the other C-1 classes only; the true class gets no share.

cell: cross_entropy
"""


def cross_entropy(logits, target, label_smoothing=0.0, reduction="mean"):
    if reduction not in ("none", "sum", "mean"):
        raise ValueError(reduction)
    log_p = log_softmax(logits, dim=1)
    classes = logits.shape[1]
    true = log_p.gather(1, target.unsqueeze(1)).squeeze(1)
    others = (log_p.sum(dim=1) - true) / max(classes - 1, 1)
    losses = -(1 - label_smoothing) * true - label_smoothing * others
    return {"none": losses, "sum": losses.sum(), "mean": losses.mean()}[reduction]
