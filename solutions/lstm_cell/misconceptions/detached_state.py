"""The state is detached after each step, so no gradient flows back through time.

cell: lstm_sequence
"""


def lstm_sequence(cell, x, state=None):
    outputs = []
    for x_t in x:
        h, c = state = cell(x_t, state)
        state = (h.detach(), c.detach())
        outputs.append(h)
    return torch.stack(outputs), (h, c)
