"""The logarithm of a softmax: a small probability has rounded to 0 before its logarithm is taken.

cell: log_softmax
"""


def log_softmax(logits, dim=-1):
    return torch.log(softmax(logits, dim=dim))
