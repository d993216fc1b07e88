"""Each convolution is followed by batch normalisation, as in later versions of the network.

cell: InceptionBlock
"""


class InceptionBlock(nn.Module):
    def __init__(self, in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj):
        super().__init__()

        def conv(inputs, outputs, kernel):
            return [
                nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2),
                nn.BatchNorm2d(outputs),
                nn.ReLU(),
            ]

        self.branch1 = nn.Sequential(*conv(in_channels, ch1x1, 1))
        self.branch2 = nn.Sequential(*conv(in_channels, ch3x3red, 1), *conv(ch3x3red, ch3x3, 3))
        self.branch3 = nn.Sequential(*conv(in_channels, ch5x5red, 1), *conv(ch5x5red, ch5x5, 5))
        pooling = nn.MaxPool2d(3, stride=1, padding=1)
        self.branch4 = nn.Sequential(pooling, *conv(in_channels, pool_proj, 1))

    def forward(self, x):
        parts = [self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)]
        return torch.cat(parts, dim=1)
