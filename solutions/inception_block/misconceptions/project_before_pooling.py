"""The projection comes before the pooling instead of after it.

cell: InceptionBlock
confuses: two layers in one order, with the same layers in the other
title.ko: 풀링하기 전에 1×1 합성곱을 적용합니다
feedback.en: >
  The sizes and the parameters of your block are right, but the numbers of branch4 are not. A
  projection mixes channels and a maximum chooses within each channel, and the two do not commute:
  the largest of some mixtures is not the mixture of the largest values. Take two pixels with two
  channels each and one set of mixing weights, one of them negative, and compute both orders by
  hand. Then look at the figure once more: which of the two boxes does the input reach first?
feedback.ko: >
  블록의 크기와 파라미터는 맞지만 branch4의 값이 다릅니다. 1×1 합성곱은 채널을 섞고 최댓값은 채널
  안에서 고르는데, 섞은 값들 가운데 최댓값은 최댓값들을 섞은 것과 달라서 두 연산의 순서를 바꿀 수
  없습니다. 채널이 둘인 픽셀 두 개와 음수가 하나 섞인 가중치를 놓고 두 순서를 모두 직접 계산해
  보세요. 그리고 그림을 다시 보세요. 입력은 두 상자 가운데 어느 쪽에 먼저 닿나요?
question.en: >
  Which pairs of layers may be swapped without changing the result, and for which would you pay
  attention to the cost instead?
question.ko: 어떤 층들은 순서를 바꾸어도 결과가 같을까요? 그럴 때 비용은 어떻게 달라질까요?
source: >
  common in submissions (in the other branches the 1×1 convolution comes first); contrast with
  Szegedy et al., Going Deeper with Convolutions, CVPR 2015, figure 2(b)
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
        self.branch4 = nn.Sequential(*conv(in_channels, pool_proj, 1), pooling)

    def forward(self, x):
        parts = [self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)]
        return torch.cat(parts, dim=1)
