"""The shift is done on the caller's own tensor, which is changed by the call.

cell: softmax
"""


def softmax(logits, dim=-1):
    if logits.requires_grad:
        logits = logits.clone()
    logits -= logits.amax(dim=dim, keepdim=True)
    exponentials = logits.exp()
    return exponentials / exponentials.sum(dim=dim, keepdim=True)
