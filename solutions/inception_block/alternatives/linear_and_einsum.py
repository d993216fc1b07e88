"""A 1×1 convolution is a linear map of the channels: nn.Linear here, a plain matrix there."""

import torch
from torch import nn


def conv_parameter_count(in_channels, out_channels, kernel_size, bias=True):
    return (in_channels * kernel_size * kernel_size + bool(bias)) * out_channels


class Pointwise(nn.Module):
    def __init__(self, c_in, c_out):
        super().__init__()
        self.linear = nn.Linear(c_in, c_out)

    def forward(self, x):
        return self.linear(x.movedim(1, -1)).movedim(-1, 1).clamp(min=0)


class Projection(nn.Module):
    def __init__(self, c_in, c_out):
        super().__init__()
        self.w = nn.Parameter(torch.randn(c_in, c_out) * 0.1)
        self.b = nn.Parameter(torch.ones(c_out))

    def forward(self, x):
        mixed = torch.einsum("bchw,co->bohw", x, self.w) + self.b[None, :, None, None]
        return torch.relu_(mixed)


class InceptionBlock(nn.Module):
    def __init__(self, in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj):
        nn.Module.__init__(self)
        layers = {
            "branch1": [Projection(in_channels, ch1x1)],
            "branch2": [Pointwise(in_channels, ch3x3red), nn.Conv2d(ch3x3red, ch3x3, 3, 1, 1)],
            "branch3": [Projection(in_channels, ch5x5red), nn.Conv2d(ch5x5red, ch5x5, 5, 1, 2)],
            "branch4": [nn.MaxPool2d(3, 1, 1), Pointwise(in_channels, pool_proj)],
        }
        for name, parts in layers.items():
            self.add_module(name, nn.Sequential(*parts, nn.ReLU()))

    def forward(self, x):
        first = torch.cat([self.branch1(x), self.branch2(x)], dim=1)
        second = torch.cat([self.branch3(x), self.branch4(x)], dim=1)
        return torch.cat([first, second], dim=1)
