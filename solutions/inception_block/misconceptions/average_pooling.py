"""The pooled branch takes the mean of each window instead of its maximum.

cell: InceptionBlock
confuses: the mean of a window, with its maximum
title.ko: 최댓값이 아니라 평균으로 풀링합니다
feedback.en: >
  The sizes and the parameters of your block are right, but the numbers of branch4 are not, and near
  the border they differ even more. A maximum asks whether a feature occurs anywhere in the window;
  a mean asks how much of it there is on the whole, and dilutes a single strong response. Take a 3×3
  window of zeros with one large number and compute both by hand. Which of the two does the paper
  use in this branch?
feedback.ko: >
  블록의 크기와 파라미터는 맞지만 branch4의 값이 다르고, 가장자리에서는 차이가 더 큽니다. 최댓값은
  창 안 어딘가에 특징이 있는지를 묻고, 평균은 전체적으로 얼마나 있는지를 물어 강한 반응 하나를 묽게
  만듭니다. 0으로 채운 3×3 창에 큰 수 하나만 넣고 둘을 직접 계산해 보세요. 논문은 이 가지에서 둘 중
  무엇을 쓰나요?
question.en: >
  For which kinds of features is a maximum the better summary of a window, and for which is it the
  mean?
question.ko: 어떤 특징에는 창의 요약으로 최댓값이 낫고, 어떤 특징에는 평균이 나을까요?
source: >
  Szegedy et al., Going Deeper with Convolutions, CVPR 2015, section 4 and figure 2(b) (max
  pooling); torchvision's Inception v3 averages in its pooled branch
"""


class InceptionBlock(nn.Module):
    def __init__(self, in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj):
        super().__init__()

        def conv(inputs, outputs, kernel):
            return [nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2), nn.ReLU()]

        self.branch1 = nn.Sequential(*conv(in_channels, ch1x1, 1))
        self.branch2 = nn.Sequential(*conv(in_channels, ch3x3red, 1), *conv(ch3x3red, ch3x3, 3))
        self.branch3 = nn.Sequential(*conv(in_channels, ch5x5red, 1), *conv(ch5x5red, ch5x5, 5))
        pooling = nn.AvgPool2d(3, stride=1, padding=1)
        self.branch4 = nn.Sequential(pooling, *conv(in_channels, pool_proj, 1))

    def forward(self, x):
        parts = [self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)]
        return torch.cat(parts, dim=1)


# variant: the border does not count
class InceptionBlock(nn.Module):
    def __init__(self, in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj):
        super().__init__()

        def conv(inputs, outputs, kernel):
            return [nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2), nn.ReLU()]

        self.branch1 = nn.Sequential(*conv(in_channels, ch1x1, 1))
        self.branch2 = nn.Sequential(*conv(in_channels, ch3x3red, 1), *conv(ch3x3red, ch3x3, 3))
        self.branch3 = nn.Sequential(*conv(in_channels, ch5x5red, 1), *conv(ch5x5red, ch5x5, 5))
        pooling = nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False)
        self.branch4 = nn.Sequential(pooling, *conv(in_channels, pool_proj, 1))

    def forward(self, x):
        parts = [self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)]
        return torch.cat(parts, dim=1)
