"""Einsum, both biases the same parameter, float64 inside, an extra parameter that is not used."""

from typing import NamedTuple

import torch
from torch import nn


class State(NamedTuple):
    h: torch.Tensor
    c: torch.Tensor


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super(LSTMCell, self).__init__()
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.register_parameter("weight_ih", nn.Parameter(torch.ones(4 * hidden_size, input_size)))
        self.register_parameter("weight_hh", nn.Parameter(torch.ones(4 * hidden_size, hidden_size)))
        self.bias_ih = self.bias_hh = nn.Parameter(torch.rand(4 * hidden_size))
        self.temperature = nn.Parameter(torch.tensor(1.0))
        nn.init.orthogonal_(self.weight_hh)
        with torch.no_grad():
            self.bias_ih[hidden_size : 2 * hidden_size] = 1.0

    def forward(self, x, state=None):
        wide = torch.float64
        if state is None:
            h = c = torch.zeros((x.shape[0], self.hidden_size), device=x.device, dtype=wide)
        else:
            h, c = (part.to(wide) for part in state)
        gates = torch.einsum("bi,gi->gb", x.to(wide), self.weight_ih.to(wide))
        gates = gates + torch.einsum("bh,gh->gb", h, self.weight_hh.to(wide))
        gates = gates + (self.bias_ih + self.bias_hh).to(wide)[:, None]
        i, f, g, o = gates.view(4, self.hidden_size, -1).transpose(1, 2)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        return State(h.to(x.dtype), c.to(x.dtype))


def lstm_sequence(cell, x, state=None):
    hs = []
    for x_t in x.unbind(0):
        state = cell(x_t, state)
        hs += [state[0]]
    return torch.stack(hs), state
