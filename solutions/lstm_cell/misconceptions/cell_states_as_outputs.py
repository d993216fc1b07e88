"""The outputs collect the cell states instead of the hidden states.

cell: lstm_sequence
"""


def lstm_sequence(cell, x, state=None):
    outputs = []
    for x_t in x:
        h, c = state = cell(x_t, state)
        outputs.append(c)
    return torch.stack(outputs), (h, c)
