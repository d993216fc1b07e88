"""The 5×5 convolution is replaced by two 3×3 convolutions, as a later paper does.

cell: InceptionBlock
confuses: the same field of view, with the same layer
title.ko: 5×5 합성곱을 3×3 합성곱 두 개로 바꿉니다
feedback.en: >
  Branch3 of your block sees the right window, but it has another number of parameters, and the
  values differ. Two 3×3 convolutions look as far as one 5×5 convolution, and a later paper makes
  this very change; with a ReLU between them they are another function, though, and here the
  original is asked for. Count the parameters of both versions for the sizes of the paper. Which one
  is cheaper, and what does the other one do that it cannot?
feedback.ko: >
  branch3이 보는 창의 크기는 맞지만 파라미터의 수와 값이 다릅니다. 3×3 합성곱 두 개는 5×5 하나만큼
  멀리 보고 이후의 논문이 실제로 그렇게 바꾸기도 했지만, 사이에 ReLU가 있으면 다른 함수가 됩니다.
  여기서 요구하는 것은 원래의 구조입니다. 논문의 크기로 두 방법의 파라미터를 세어 보세요. 어느 쪽이
  더 싸고, 다른 쪽은 어떤 점에서 다른 일을 하나요?
question.en: >
  What do two small convolutions gain and lose against a large one with the same field of view?
question.ko: 시야가 같은 큰 합성곱 하나와 비교해 작은 합성곱 두 개는 무엇을 얻고 무엇을 잃을까요?
source: >
  kuangliu/pytorch-cifar issue #5; Szegedy et al., Rethinking the Inception Architecture, CVPR 2016,
  section 3.1; contrast with Szegedy et al., Going Deeper with Convolutions, CVPR 2015, figure 2(b)
"""


class InceptionBlock(nn.Module):
    def __init__(self, in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj):
        super().__init__()

        def conv(inputs, outputs, kernel):
            return [nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2), nn.ReLU()]

        self.branch1 = nn.Sequential(*conv(in_channels, ch1x1, 1))
        self.branch2 = nn.Sequential(*conv(in_channels, ch3x3red, 1), *conv(ch3x3red, ch3x3, 3))
        self.branch3 = nn.Sequential(
            *conv(in_channels, ch5x5red, 1), *conv(ch5x5red, ch5x5, 3), *conv(ch5x5, ch5x5, 3)
        )
        pooling = nn.MaxPool2d(3, stride=1, padding=1)
        self.branch4 = nn.Sequential(pooling, *conv(in_channels, pool_proj, 1))

    def forward(self, x):
        parts = [self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)]
        return torch.cat(parts, dim=1)


# variant: no ReLU between the two
class InceptionBlock(nn.Module):
    def __init__(self, in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj):
        super().__init__()

        def conv(inputs, outputs, kernel):
            return [nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2), nn.ReLU()]

        self.branch1 = nn.Sequential(*conv(in_channels, ch1x1, 1))
        self.branch2 = nn.Sequential(*conv(in_channels, ch3x3red, 1), *conv(ch3x3red, ch3x3, 3))
        self.branch3 = nn.Sequential(
            *conv(in_channels, ch5x5red, 1), conv(ch5x5red, ch5x5, 3)[0], *conv(ch5x5, ch5x5, 3)
        )
        pooling = nn.MaxPool2d(3, stride=1, padding=1)
        self.branch4 = nn.Sequential(pooling, *conv(in_channels, pool_proj, 1))

    def forward(self, x):
        parts = [self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)]
        return torch.cat(parts, dim=1)


# variant: the first of the two keeps the reduced channels
class InceptionBlock(nn.Module):
    def __init__(self, in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj):
        super().__init__()

        def conv(inputs, outputs, kernel):
            return [nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2), nn.ReLU()]

        self.branch1 = nn.Sequential(*conv(in_channels, ch1x1, 1))
        self.branch2 = nn.Sequential(*conv(in_channels, ch3x3red, 1), *conv(ch3x3red, ch3x3, 3))
        self.branch3 = nn.Sequential(
            *conv(in_channels, ch5x5red, 1), *conv(ch5x5red, ch5x5red, 3), *conv(ch5x5red, ch5x5, 3)
        )
        pooling = nn.MaxPool2d(3, stride=1, padding=1)
        self.branch4 = nn.Sequential(pooling, *conv(in_channels, pool_proj, 1))

    def forward(self, x):
        parts = [self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)]
        return torch.cat(parts, dim=1)
