"""nn.Sequential with in-place ReLUs, padding "same", the layers registered a second time."""

import torch
import torch.nn as nn


def conv_parameter_count(in_channels, out_channels, kernel_size, bias=True):
    layer = nn.Conv2d(in_channels, out_channels, kernel_size, bias=bias)
    return sum(p.numel() for p in layer.parameters())


class InceptionBlock(nn.Module):
    def __init__(self, in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj):
        super().__init__()
        self.relu = nn.ReLU(inplace=True)
        self.b1_conv = nn.Conv2d(in_channels, ch1x1, kernel_size=(1, 1))
        self.b2_red = nn.Conv2d(in_channels, ch3x3red, kernel_size=1)
        self.b2_conv = nn.Conv2d(ch3x3red, ch3x3, kernel_size=3, padding="same")
        self.b3_red = nn.Conv2d(in_channels, ch5x5red, kernel_size=1)
        self.b3_conv = nn.Conv2d(ch5x5red, ch5x5, kernel_size=5, padding="same")
        self.b4_conv = nn.Conv2d(in_channels, pool_proj, kernel_size=1)
        self.branch1 = nn.Sequential(self.b1_conv, self.relu)
        self.branch2 = nn.Sequential(self.b2_red, self.relu, self.b2_conv, self.relu)
        self.branch3 = nn.Sequential(self.b3_red, self.relu, self.b3_conv, self.relu)
        self.branch4 = nn.Sequential(
            nn.MaxPool2d(kernel_size=3, stride=1, padding=1), self.b4_conv, self.relu
        )
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight)
                nn.init.zeros_(module.bias)

    def forward(self, x):
        return torch.cat((self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)), 1)
