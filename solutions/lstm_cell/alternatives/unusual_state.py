"""The cell takes its zeros from a product, the loop starts from explicit zeros and pops a queue."""

from collections import deque

import torch
from torch import nn


def gate(cell, block, x, h):
    rows = slice(block * cell.size, (block + 1) * cell.size)
    from_x = torch.matmul(cell.weight_ih[rows], x.T).T + cell.bias_ih[rows]
    return from_x + torch.matmul(cell.weight_hh[rows], h.T).T + cell.bias_hh[rows]


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.size = hidden_size
        for name, shape in (
            ("bias_hh", (4 * hidden_size,)),
            ("bias_ih", (4 * hidden_size,)),
            ("weight_hh", (4 * hidden_size, hidden_size)),
            ("weight_ih", (4 * hidden_size, input_size)),
        ):
            setattr(self, name, nn.Parameter(torch.full(shape, 0.01)))

    def forward(self, x, state=None):
        if state is None:
            h = 0 * (x @ self.weight_ih.t()[:, : self.size]).detach()
            state = h, h.clone()
        h, c = state[0], state[1]
        keep = torch.sigmoid(gate(self, 1, x, h))
        write = torch.sigmoid(gate(self, 0, x, h))
        show = torch.sigmoid(gate(self, 3, x, h))
        c = keep.mul(c).add(write.mul(torch.tanh(gate(self, 2, x, h))))
        return show.mul(c.tanh()), c


def lstm_sequence(cell, x, state=None):
    if state is None:
        start = torch.zeros(x.size(1), cell.weight_hh.size(1), dtype=x.dtype, device=x.device)
        state = (start, start)
    waiting, done = deque(x), []
    h, c = state
    while waiting:
        h, c = cell(waiting.popleft(), (h, c))
        done.append(h)
    return torch.cat(done).view(x.size(0), *h.shape), (h, c)
