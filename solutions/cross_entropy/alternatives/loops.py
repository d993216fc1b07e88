"""Everything spelled out: one row and one number at a time, as on paper."""

import torch
from torch import Tensor


def rows_of(logits, dim):
    """The vectors along dim, and how to put their results back in place."""
    moved = logits.movedim(dim, -1)
    rows = [row for row in moved.reshape(-1, moved.shape[-1])]
    return rows, lambda done: torch.stack(done).reshape(moved.shape).movedim(-1, dim)


def softmax(logits: Tensor, dim: int = -1) -> Tensor:
    rows, put_back = rows_of(logits, dim)
    done = []
    for row in rows:
        largest = max(row.tolist())
        powers = [torch.exp(value - largest) for value in row]
        done.append(torch.stack([power / sum(powers) for power in powers]))
    return put_back(done)


def log_softmax(logits: Tensor, dim: int = -1) -> Tensor:
    rows, put_back = rows_of(logits, dim)
    done = []
    for row in rows:
        largest = max(row.tolist())
        total = sum(torch.exp(value - largest) for value in row)
        done.append(torch.stack([value - largest - torch.log(total) for value in row]))
    return put_back(done)


def cross_entropy(
    logits: Tensor, target: Tensor, label_smoothing: float = 0.0, reduction: str = "mean"
) -> Tensor:
    losses = []
    for n in range(len(target)):
        log_p = log_softmax(logits[n])
        classes = len(log_p)
        loss = 0.0
        for c in range(classes):
            q = label_smoothing / classes
            if c == target[n].item():
                q += 1 - label_smoothing
            loss = loss - q * log_p[c]
        losses.append(loss)
    if reduction == "none":
        return torch.stack(losses)
    if reduction == "sum":
        return sum(losses)
    if reduction == "mean":
        return sum(losses) / len(losses)
    raise ValueError("unknown reduction " + str(reduction))
