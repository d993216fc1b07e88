"""Computes in double precision on fresh copies that it changes in place, then rounds once."""

import torch


def softmax(logits, dim=-1):
    z = logits.double().clone()
    z -= z.max(dim, keepdim=True).values
    z = z.exp_()
    total = z.sum(dim, keepdim=True)
    return (z / total).to(logits.dtype)


def log_softmax(logits, dim=-1):
    z = logits.to(torch.float64).clone()
    z.sub_(z.max(dim, keepdim=True).values)
    total = torch.exp(z).sum(dim, keepdim=True)
    return z.sub_(total.log_()).type_as(logits)


def cross_entropy(logits, target, label_smoothing=0.0, reduction="mean"):
    if not reduction in ["none", "sum", "mean"]:
        raise ValueError("reduction must be none, sum or mean")
    log_p = log_softmax(logits.double(), dim=-1)
    loss = torch.zeros(logits.size(0), dtype=torch.float64, device=logits.device)
    loss -= log_p[range(len(target)), target] * (1 - label_smoothing)
    if label_smoothing > 0:
        loss -= label_smoothing / logits.size(-1) * log_p.sum(dim=-1)
    if reduction == "sum":
        loss = loss.sum()
    elif reduction == "mean":
        loss = loss.sum() / logits.size(0)
    return loss.to(logits.dtype)
