"""Everything by hand: one row, one gate and one unit after the other; lists instead of tuples."""

import math

import torch
from torch import nn


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.weight_ih = nn.Parameter(
            torch.randn(4 * hidden_size, input_size) / math.sqrt(input_size)
        )
        self.weight_hh = nn.Parameter(torch.eye(hidden_size).repeat(4, 1))
        self.bias_ih = nn.Parameter(torch.zeros(4 * hidden_size))
        self.bias_hh = nn.Parameter(torch.zeros(4 * hidden_size))

    def before_squashing(self, unit, x, h):
        total = self.bias_ih[unit] + self.bias_hh[unit]
        total = total + (self.weight_ih[unit] * x).sum()
        return total + (self.weight_hh[unit] * h).sum()

    def forward(self, x, state=None):
        size = self.hidden_size
        if state is None:
            h_old = torch.zeros(len(x), size, dtype=x.dtype, device=x.device)
            c_old = torch.zeros_like(h_old)
        else:
            h_old, c_old = state
        h_new = torch.empty_like(h_old)
        c_new = torch.empty_like(c_old)
        for row in range(len(x)):
            for unit in range(size):
                i, f, g, o = (
                    self.before_squashing(unit + block * size, x[row], h_old[row])
                    for block in range(4)
                )
                c = 1 / (1 + torch.exp(-f)) * c_old[row, unit] + torch.sigmoid(i) * torch.tanh(g)
                c_new[row, unit] = c
                h_new[row, unit] = torch.sigmoid(o) * torch.tanh(c)
        return [h_new, c_new]


def lstm_sequence(cell, x, state=None):
    outputs = []
    for t in range(x.shape[0]):
        if state is None:
            state = cell(x[t])
        else:
            state = cell(x[t], tuple(state))
        outputs.append(state[0].unsqueeze(0))
    return [torch.cat(outputs, dim=0), state]
