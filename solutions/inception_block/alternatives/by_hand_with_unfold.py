"""No layers at all: weights as matrices, convolution by unfolding, pooling by shifting."""

import torch
from torch import nn


def conv_parameter_count(in_channels, out_channels, kernel_size, bias=True):
    weights = torch.empty(out_channels, in_channels, kernel_size, kernel_size)
    return weights.numel() + int(bias) * out_channels


class HandMadeConvolution(nn.Module):
    def __init__(self, c_in, c_out, k):
        super().__init__()
        self.k = k
        self.offset = nn.Parameter(torch.zeros(c_out, 1))
        self.matrix = nn.Parameter(torch.randn(c_out, c_in * k * k) / (c_in * k * k) ** 0.5)

    def forward(self, x):
        patches = nn.functional.unfold(x, self.k, padding=self.k // 2)
        return (self.matrix @ patches + self.offset).view(len(x), -1, *x.shape[-2:])


class ReLU(nn.Module):
    def forward(self, x):
        return torch.where(x > 0, x, torch.zeros_like(x))


class ShiftedMaximum(nn.Module):
    def forward(self, x):
        height, width = x.shape[-2:]
        lowest = torch.finfo(x.dtype).min
        wide = x.new_full((*x.shape[:2], height + 2, width + 2), lowest)
        wide[:, :, 1:-1, 1:-1] = x
        best = None
        for down in range(3):
            for right in range(3):
                shifted = wide[:, :, down : down + height, right : right + width]
                best = shifted if best is None else torch.maximum(best, shifted)
        return best


class InceptionBlock(nn.Module):
    def __init__(self, in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj):
        super().__init__()
        conv, relu = HandMadeConvolution, ReLU()
        self.branch1 = nn.Sequential(conv(in_channels, ch1x1, 1), relu)
        self.branch2 = nn.Sequential(
            conv(in_channels, ch3x3red, 1), relu, conv(ch3x3red, ch3x3, 3), relu
        )
        self.branch3 = nn.Sequential(
            conv(in_channels, ch5x5red, 1), relu, conv(ch5x5red, ch5x5, 5), relu
        )
        self.branch4 = nn.Sequential(ShiftedMaximum(), conv(in_channels, pool_proj, 1), relu)

    def forward(self, x):
        return torch.concat([branch(x) for branch in self.children()], dim=-3)
