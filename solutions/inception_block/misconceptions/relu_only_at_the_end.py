"""The ReLU is applied once to the joined output: the branches themselves lack theirs.

cell: InceptionBlock
confuses: a ReLU after the block, with a ReLU after every convolution
title.ko: ReLU를 이어 붙인 출력에 한 번만 적용합니다
feedback.en: >
  No number of your output is negative, but the branches by themselves do give negative ones, and
  inside branch2 and branch3 two convolutions follow each other with nothing in between. The
  contract wants a ReLU behind every convolution, and each branch with its last one included. Call
  each branch alone and look at its smallest value. Then count the convolutions of the block and the
  places at which your code applies a ReLU.
feedback.ko: >
  출력에는 음수가 없지만 가지만 따로 부르면 음수가 나오고, branch2와 branch3 안에서는 두 합성곱이
  사이에 아무것도 없이 이어집니다. 계약에 따르면 모든 합성곱 뒤에 ReLU가 있어야 하고, 각 가지의
  마지막 ReLU도 그 가지에 포함되어야 합니다. 가지를 하나씩 불러 가장 작은 값을 확인해 보세요. 그리고
  블록에 있는 합성곱의 수와 코드가 ReLU를 적용하는 곳의 수를 비교해 보세요.
question.en: >
  Which nonlinearities of a network could be left out without anyone noticing, and how would you
  find out?
question.ko: 네트워크에서 빼도 아무도 모를 비선형 함수가 있을까요? 있다면 어떻게 알아낼 수 있을까요?
source: >
  common in submissions; contrast with Szegedy et al., Going Deeper with Convolutions, CVPR 2015,
  section 5 (all convolutions use ReLU, those inside the modules too)
"""


class InceptionBlock(nn.Module):
    def __init__(self, in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj):
        super().__init__()

        def conv(inputs, outputs, kernel):
            return [nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2), nn.Identity()]

        self.branch1 = nn.Sequential(*conv(in_channels, ch1x1, 1))
        self.branch2 = nn.Sequential(*conv(in_channels, ch3x3red, 1), *conv(ch3x3red, ch3x3, 3))
        self.branch3 = nn.Sequential(*conv(in_channels, ch5x5red, 1), *conv(ch5x5red, ch5x5, 5))
        pooling = nn.MaxPool2d(3, stride=1, padding=1)
        self.branch4 = nn.Sequential(pooling, *conv(in_channels, pool_proj, 1))

    def forward(self, x):
        parts = [self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)]
        return torch.relu(torch.cat(parts, dim=1))


# variant: the reductions have theirs
class InceptionBlock(nn.Module):
    def __init__(self, in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj):
        super().__init__()

        def conv(inputs, outputs, kernel):
            return [nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2), nn.ReLU()]

        self.branch1 = nn.Sequential(*conv(in_channels, ch1x1, 1)[:1])
        self.branch2 = nn.Sequential(*conv(in_channels, ch3x3red, 1), *conv(ch3x3red, ch3x3, 3)[:1])
        self.branch3 = nn.Sequential(*conv(in_channels, ch5x5red, 1), *conv(ch5x5red, ch5x5, 5)[:1])
        pooling = nn.MaxPool2d(3, stride=1, padding=1)
        self.branch4 = nn.Sequential(pooling, *conv(in_channels, pool_proj, 1)[:1])

    def forward(self, x):
        parts = [self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)]
        return torch.relu(torch.cat(parts, dim=1))
