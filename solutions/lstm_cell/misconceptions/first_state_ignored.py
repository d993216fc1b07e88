"""The state that is given is ignored: every sequence starts from zeros.

cell: lstm_sequence
"""


def lstm_sequence(cell, x, state=None):
    outputs, state = [], None
    for x_t in x:
        h, c = state = cell(x_t, state)
        outputs.append(h)
    return torch.stack(outputs), (h, c)
