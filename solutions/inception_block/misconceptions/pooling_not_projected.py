"""The pooled branch is put beside the others as it is, without its 1×1 projection.

cell: InceptionBlock
confuses: pooling, which keeps every channel, with a branch that chooses its number of channels
title.ko: 풀링한 가지를 1×1 합성곱 없이 그대로 붙입니다
feedback.en: >
  Your output has too many channels: branch4 hands on as many as come in, whatever pool_proj says,
  and the block has too few parameters. Pooling works on each channel by itself, so it can make a
  map coarser but never the stack thinner. Follow the number of channels through three such blocks,
  one after the other, with your version. What did the authors put behind the pooling to keep it in
  check?
feedback.ko: >
  출력의 채널이 너무 많습니다. pool_proj가 얼마든 branch4가 들어온 채널을 모두 내보내고 있고, 블록의
  파라미터도 모자랍니다. 풀링은 채널마다 따로 작동하므로 맵을 거칠게 만들 수는 있어도 채널 수를
  줄이지는 못합니다. 이런 블록 세 개를 이어 붙였을 때 채널 수가 어떻게 변하는지 따라가 보세요.
  저자들은 이를 억제하려고 풀링 뒤에 무엇을 두었나요?
question.en: >
  Which layers can change the number of channels and which cannot, and what does each cost?
question.ko: >
  채널 수를 바꿀 수 있는 층은 무엇이고 바꿀 수 없는 층은 무엇일까요? 각각의 비용은 얼마일까요?
source: >
  asked in the course; contrast with Szegedy et al., Going Deeper with Convolutions, CVPR 2015,
  section 4 and figure 2 (the naive version against the one with dimension reduction)
"""


class InceptionBlock(nn.Module):
    def __init__(self, in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj):
        super().__init__()

        def conv(inputs, outputs, kernel):
            return [nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2), nn.ReLU()]

        self.branch1 = nn.Sequential(*conv(in_channels, ch1x1, 1))
        self.branch2 = nn.Sequential(*conv(in_channels, ch3x3red, 1), *conv(ch3x3red, ch3x3, 3))
        self.branch3 = nn.Sequential(*conv(in_channels, ch5x5red, 1), *conv(ch5x5red, ch5x5, 5))
        pooling = nn.MaxPool2d(3, stride=1, padding=1)
        self.branch4 = nn.Sequential(pooling, nn.ReLU())

    def forward(self, x):
        parts = [self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)]
        return torch.cat(parts, dim=1)


# variant: no ReLU either: the branch is the pooling layer
class InceptionBlock(nn.Module):
    def __init__(self, in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj):
        super().__init__()

        def conv(inputs, outputs, kernel):
            return [nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2), nn.ReLU()]

        self.branch1 = nn.Sequential(*conv(in_channels, ch1x1, 1))
        self.branch2 = nn.Sequential(*conv(in_channels, ch3x3red, 1), *conv(ch3x3red, ch3x3, 3))
        self.branch3 = nn.Sequential(*conv(in_channels, ch5x5red, 1), *conv(ch5x5red, ch5x5, 5))
        pooling = nn.MaxPool2d(3, stride=1, padding=1)
        self.branch4 = pooling

    def forward(self, x):
        parts = [self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)]
        return torch.cat(parts, dim=1)
