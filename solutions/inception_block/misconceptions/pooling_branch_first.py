"""The branches are put side by side in another order than 1, 2, 3, 4.

cell: InceptionBlock
confuses: the same set of channels, with the same channels in order
title.ko: 가지를 1, 2, 3, 4가 아닌 다른 순서로 붙입니다
feedback.en: >
  Each of your branches is right and the output has the right number of channels, but they do not
  stand in the agreed order. The next layer knows a channel only by its place: with weights from a
  trained network, another order means that every detector listens to the wrong inputs. Compare the
  first few channels of the output with the output of branch1 alone. Which part of your output do
  they come from?
feedback.ko: >
  가지는 모두 맞고 출력의 채널 수도 맞지만 약속한 순서가 아닙니다. 다음 층은 채널을 자리로만
  알아보기 때문에, 학습된 가중치를 가져오면 모든 검출기가 엉뚱한 입력을 보게 됩니다. 출력의 앞쪽
  채널 몇 개를 branch1만의 출력과 비교해 보세요. 그 채널들은 출력의 어느 부분에서 나왔나요?
question.en: >
  Trained from scratch, a network does not care about this order: who does, and how should such an
  agreement be written down?
question.ko: >
  처음부터 학습한다면 네트워크는 이 순서를 상관하지 않습니다. 누가 상관할까요? 그런 약속은 어떻게
  적어 두어야 할까요?
source: >
  common in submissions; contrast with Szegedy et al., Going Deeper with Convolutions, CVPR 2015,
  figure 2(b), and the contract (branch 1 first)
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
        self.branch4 = nn.Sequential(pooling, *conv(in_channels, pool_proj, 1))

    def forward(self, x):
        parts = [self.branch4(x), self.branch1(x), self.branch2(x), self.branch3(x)]
        return torch.cat(parts, dim=1)
