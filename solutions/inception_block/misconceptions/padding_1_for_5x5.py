"""The 5×5 convolution has the padding of the 3×3 one, so its map shrinks.

cell: InceptionBlock
confuses: a padding that fits one kernel, with one that fits every kernel
title.ko: 5×5 합성곱에 3×3용 패딩을 씁니다
feedback.en: >
  The maps of branch3 come out smaller than those of the other branches, so they cannot be put side
  by side. A padding of 1 keeps the map for a 3×3 kernel, because that kernel reaches one pixel
  beyond its centre; it does not for every kernel. Draw a row of seven pixels and slide windows of
  width 3 and of width 5 along it. How many positions does each one have, and how many pixels are
  missing at each end?
feedback.ko: >
  branch3의 맵이 다른 가지보다 작아서 나란히 붙일 수 없습니다. 3×3 커널은 중심에서 한 픽셀까지만
  닿기 때문에 패딩 1로 크기가 유지되지만, 모든 커널에서 그런 것은 아닙니다. 픽셀 일곱 개를 한 줄로
  그려 놓고 너비 3인 창과 너비 5인 창을 밀어 보세요. 각각 놓일 수 있는 자리가 몇 개이고, 양 끝에서
  몇 픽셀씩 모자라나요?
question.en: >
  Zeros at the border are invented data: what do they do to the features there, and what else could
  stand in their place?
question.ko: >
  가장자리의 0은 지어낸 데이터입니다. 그곳의 특징에 어떤 영향을 주고, 0 대신 무엇을 넣을 수
  있을까요?
source: >
  common in submissions; contrast with the torch documentation of Conv2d (the formula of the output
  size)
"""


class InceptionBlock(nn.Module):
    def __init__(self, in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj):
        super().__init__()

        def conv(inputs, outputs, kernel):
            padding = 0 if kernel == 1 else 1
            return [nn.Conv2d(inputs, outputs, kernel, padding=padding), nn.ReLU()]

        self.branch1 = nn.Sequential(*conv(in_channels, ch1x1, 1))
        self.branch2 = nn.Sequential(*conv(in_channels, ch3x3red, 1), *conv(ch3x3red, ch3x3, 3))
        self.branch3 = nn.Sequential(*conv(in_channels, ch5x5red, 1), *conv(ch5x5red, ch5x5, 5))
        pooling = nn.MaxPool2d(3, stride=1, padding=1)
        self.branch4 = nn.Sequential(pooling, *conv(in_channels, pool_proj, 1))

    def forward(self, x):
        parts = [self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)]
        return torch.cat(parts, dim=1)
