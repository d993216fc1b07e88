"""One configurable branch class; the weights live in a ParameterDict and go through F.conv2d."""

import math

import torch
import torch.nn.functional as F
from torch import nn


def conv_parameter_count(in_channels, out_channels, kernel_size, bias=True):
    total = math.prod([in_channels, out_channels, kernel_size, kernel_size])
    return total + out_channels if bias else total


class Branch(nn.Module):
    def __init__(self, steps, pool=False):
        super().__init__()
        self.pool = pool
        self.kernels = [kernel for _, _, kernel in steps]
        self.p = nn.ParameterDict()
        for n, (c_in, c_out, kernel) in enumerate(steps):
            self.p[f"bias{n}"] = nn.Parameter(torch.full((c_out,), 0.1))
            self.p[f"weight{n}"] = nn.Parameter(torch.zeros(c_out, c_in, kernel, kernel))

    def forward(self, x):
        if self.pool:
            x = F.max_pool2d(x, kernel_size=3, stride=1, padding=1)
        for n, kernel in enumerate(self.kernels):
            x = F.pad(x, [kernel // 2] * 4)
            x = F.conv2d(x, self.p[f"weight{n}"], self.p[f"bias{n}"])
            x = torch.maximum(x, torch.zeros((), dtype=x.dtype, device=x.device))
        return x


class InceptionBlock(nn.Module):
    def __init__(
        self, in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj, **nothing_else
    ):
        super().__init__()
        self.branch1 = Branch([(in_channels, ch1x1, 1)])
        self.branch2 = Branch([(in_channels, ch3x3red, 1), (ch3x3red, ch3x3, 3)])
        self.branch3 = Branch([(in_channels, ch5x5red, 1), (ch5x5red, ch5x5, 5)])
        self.branch4 = Branch([(in_channels, pool_proj, 1)], pool=True)

    def forward(self, x):
        four = map(
            lambda branch: branch(x), (self.branch1, self.branch2, self.branch3, self.branch4)
        )
        return torch.cat(tuple(four), 1)
