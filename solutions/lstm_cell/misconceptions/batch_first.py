"""The first dimension is taken for the batch and the second for time.

cell: lstm_sequence
"""


def lstm_sequence(cell, x, state=None):
    outputs = []
    for x_t in x.transpose(0, 1):
        h, c = state = cell(x_t, state)
        outputs.append(h)
    return torch.stack(outputs, dim=1), (h, c)
