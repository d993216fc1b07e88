"""Built from the log of the sum of exponentials: softmax is its exponential, the loss an einsum."""

import torch
import torch.nn.functional as F
from torch import Tensor


def log_of_sum_of_exponentials(x, dim):
    peak = x.amax(dim, keepdim=True)
    return peak + (x - peak).exp().sum(dim, keepdim=True).log()


def log_softmax(logits: Tensor, dim: int = -1) -> Tensor:
    return logits - log_of_sum_of_exponentials(logits, dim)


def softmax(logits: Tensor, dim: int = -1) -> Tensor:
    return log_softmax(logits, dim).exp()


def cross_entropy(
    logits: Tensor, target: Tensor, label_smoothing: float = 0.0, reduction: str = "mean"
) -> Tensor:
    assert logits.ndim == 2 and target.shape == logits.shape[:1]
    n, c = logits.shape
    one_hot = F.one_hot(target, num_classes=c).float()  # float32 whatever the logits are
    smooth = one_hot * (1.0 - label_smoothing) + label_smoothing / c
    losses = -torch.einsum("nc,nc->n", smooth.to(logits.dtype), log_softmax(logits))
    match reduction:
        case "none":
            return losses
        case "sum":
            return torch.einsum("n->", losses)
        case "mean":
            return torch.einsum("n->", losses) / n
        case _:
            raise ValueError(reduction)
