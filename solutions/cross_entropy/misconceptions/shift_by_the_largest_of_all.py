"""The maximum of the whole tensor for the maximum of each row: rows far below it underflow.

cell: softmax
"""


def softmax(logits, dim=-1):
    exponentials = torch.exp(logits - logits.max())
    return exponentials / exponentials.sum(dim=dim, keepdim=True)
