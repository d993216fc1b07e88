"""The pooling has its default stride, so the map shrinks and no longer fits beside the others.

cell: InceptionBlock
confuses: pooling that summarises the surroundings, with pooling that makes the map smaller
title.ko: 풀링의 기본 stride 때문에 맵이 작아집니다
feedback.en: >
  Branch4 gives a smaller map than the other branches, so the four cannot be put side by side. A
  pooling window can be moved by any step, and in this block it should give one value for each pixel
  of the input; yours jumps from window to window. Take a row of nine pixels and write down where
  your windows start and how many there are. Then look up which step the layer takes when you do not
  name one.
feedback.ko: >
  branch4의 맵이 다른 가지보다 작아서 넷을 나란히 붙일 수 없습니다. 풀링 창은 어떤 간격으로든 움직일
  수 있고, 이 블록에서는 입력의 픽셀마다 값을 하나씩 내야 하는데 지금은 창이 한 창씩 건너뛰고
  있습니다. 픽셀 아홉 개를 한 줄로 놓고 창이 어디서 시작하는지, 모두 몇 개인지 적어 보세요. 그리고
  간격을 정해 주지 않으면 이 층이 어떤 간격을 쓰는지 문서에서 찾아보세요.
question.en: >
  Pooling is often said to be there to make maps smaller: what is it for when it does not?
question.ko: 풀링은 흔히 맵을 줄이려고 쓴다고 합니다. 맵을 줄이지 않는 풀링은 무엇을 위한 것일까요?
source: >
  asked in the course; documented torch behaviour: the stride of MaxPool2d defaults to kernel_size
"""


class InceptionBlock(nn.Module):
    def __init__(self, in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj):
        super().__init__()

        def conv(inputs, outputs, kernel):
            return [nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2), nn.ReLU()]

        self.branch1 = nn.Sequential(*conv(in_channels, ch1x1, 1))
        self.branch2 = nn.Sequential(*conv(in_channels, ch3x3red, 1), *conv(ch3x3red, ch3x3, 3))
        self.branch3 = nn.Sequential(*conv(in_channels, ch5x5red, 1), *conv(ch5x5red, ch5x5, 5))
        pooling = nn.MaxPool2d(3, padding=1)
        self.branch4 = nn.Sequential(pooling, *conv(in_channels, pool_proj, 1))

    def forward(self, x):
        parts = [self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)]
        return torch.cat(parts, dim=1)


# variant: no padding either
class InceptionBlock(nn.Module):
    def __init__(self, in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj):
        super().__init__()

        def conv(inputs, outputs, kernel):
            return [nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2), nn.ReLU()]

        self.branch1 = nn.Sequential(*conv(in_channels, ch1x1, 1))
        self.branch2 = nn.Sequential(*conv(in_channels, ch3x3red, 1), *conv(ch3x3red, ch3x3, 3))
        self.branch3 = nn.Sequential(*conv(in_channels, ch5x5red, 1), *conv(ch5x5red, ch5x5, 5))
        pooling = nn.MaxPool2d(3)
        self.branch4 = nn.Sequential(pooling, *conv(in_channels, pool_proj, 1))

    def forward(self, x):
        parts = [self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)]
        return torch.cat(parts, dim=1)
