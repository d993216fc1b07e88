"""The gradients derived by hand, in classes with their own backward pass."""

import torch


class Softmax(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, dim):
        powers = torch.exp(logits - logits.amax(dim=dim, keepdim=True))
        p = powers / powers.sum(dim=dim, keepdim=True)
        ctx.save_for_backward(p)
        ctx.dim = dim
        return p

    @staticmethod
    def backward(ctx, grad):
        (p,) = ctx.saved_tensors
        return p * (grad - (p * grad).sum(ctx.dim, keepdim=True)), None


class LogSoftmax(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, dim):
        shifted = logits - logits.amax(dim=dim, keepdim=True)
        log_p = shifted - shifted.exp().sum(dim=dim, keepdim=True).log()
        ctx.save_for_backward(log_p)
        ctx.dim = dim
        return log_p

    @staticmethod
    def backward(ctx, grad):
        (log_p,) = ctx.saved_tensors
        return grad - log_p.exp() * grad.sum(ctx.dim, keepdim=True), None


def softmax(logits, dim=-1):
    return Softmax.apply(logits, dim)


def log_softmax(logits, dim=-1):
    return LogSoftmax.apply(logits, dim)


def cross_entropy(logits, target, label_smoothing=0.0, reduction="mean"):
    classes = torch.arange(logits.shape[1], device=target.device)
    true = classes.unsqueeze(0) == target.unsqueeze(1)
    log_p = log_softmax(logits, 1)
    keep, spread = 1 - label_smoothing, label_smoothing / logits.shape[1]
    weighted = torch.where(true, log_p * (keep + spread), log_p * spread)
    reduce = {"none": lambda x: x, "sum": lambda x: x.sum(), "mean": lambda x: x.mean()}
    if reduction not in reduce:
        raise ValueError(f"{reduction} is not a reduction")
    return reduce[reduction](weighted.sum(1).neg())
