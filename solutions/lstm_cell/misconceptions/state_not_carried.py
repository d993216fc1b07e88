"""Every step starts from the first state: the state is not carried along.

cell: lstm_sequence
"""


def lstm_sequence(cell, x, state=None):
    outputs = []
    for x_t in x:
        h, c = cell(x_t, state)
        outputs.append(h)
    return torch.stack(outputs), (h, c)
