"""The last dimension whatever dim says.

cell: softmax
"""


def softmax(logits, dim=-1):
    shifted = logits - logits.amax(dim=-1, keepdim=True)
    exponentials = shifted.exp()
    return exponentials / exponentials.sum(dim=-1, keepdim=True)
