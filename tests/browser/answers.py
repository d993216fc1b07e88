"""What the student of this test writes into the stubs."""

from __future__ import annotations

OVERFLOWS = '''def softmax(logits: Tensor, dim: int = -1) -> Tensor:
    """Probabilities along one dimension."""
    e = torch.exp(logits)
    return e / e.sum(dim=dim, keepdim=True)'''

SOFTMAX = '''def softmax(logits: Tensor, dim: int = -1) -> Tensor:
    """Probabilities along one dimension."""
    e = torch.exp(logits - logits.max(dim=dim, keepdim=True).values)
    return e / e.sum(dim=dim, keepdim=True)'''

LOG_SOFTMAX = '''def log_softmax(logits: Tensor, dim: int = -1) -> Tensor:
    """Log-probabilities along one dimension, in nats."""
    shifted = logits - logits.max(dim=dim, keepdim=True).values
    return shifted - torch.exp(shifted).sum(dim=dim, keepdim=True).log()'''

# The visible checks never ask for a sum; the hidden tests do.
MISTAKE = "mean_for_sum"
CROSS_ENTROPY = '''def cross_entropy(
    logits: Tensor, target: Tensor, label_smoothing: float = 0.0, reduction: str = "mean"
) -> Tensor:
    """Cross-entropy between the true classes and the softmax of the logits, in nats."""
    if reduction not in ("none", "sum", "mean"):
        raise ValueError(reduction)
    log_p = log_softmax(logits, dim=1)
    losses = -(1 - label_smoothing) * log_p.gather(1, target.unsqueeze(1)).squeeze(1)
    losses = losses - label_smoothing * log_p.mean(dim=1)
    return losses if reduction == "none" else losses.mean()'''
