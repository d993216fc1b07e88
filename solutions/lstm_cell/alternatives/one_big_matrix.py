"""All weights in one matrix, as in the original papers; the four names are views of it."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.I, self.H = input_size, hidden_size
        self.everything = nn.Parameter(torch.zeros(4 * hidden_size, input_size + hidden_size + 2))
        nn.init.xavier_normal_(self.everything)

    @property
    def weight_ih(self):
        return self.everything[:, : self.I]

    @property
    def weight_hh(self):
        return self.everything[:, self.I : self.I + self.H]

    @property
    def bias_ih(self):
        return self.everything[:, -2]

    @property
    def bias_hh(self):
        return self.everything[:, -1]

    def forward(self, x, state=None):
        one = torch.ones_like(x[:, :1])
        if state is None:
            state = (x.new_zeros((x.size(0), self.H)),) * 2
        stacked = torch.cat([x, state[0], one, one], dim=-1)
        gates = F.linear(stacked, self.everything).unflatten(-1, (4, self.H))
        squashed = torch.sigmoid(gates)
        c = squashed[:, 1] * state[1]
        c = torch.addcmul(c, squashed[:, 0], torch.tanh(gates[:, 2]))
        return squashed[:, 3] * c.tanh(), c


def lstm_sequence(cell, x, state=None):
    def run(t, now):
        h, c = cell(x[t], now)
        if t + 1 == len(x):
            return [h], (h, c)
        rest, last = run(t + 1, (h, c))
        return [h, *rest], last

    outputs, last = run(0, state)
    return torch.stack(outputs, 0), last
