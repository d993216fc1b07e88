"""The branches are added up instead of being put side by side.

cell: InceptionBlock
confuses: a residual connection, which adds, with an Inception block, which collects
title.ko: 가지를 나란히 붙이지 않고 더합니다
feedback.en: >
  Each of your branches is right, but the block adds them up: with different numbers of channels
  that is an error, and with equal ones the output has too few channels. Adding is what a residual
  block does, where both parts describe the same features; here each branch looks for features of
  its own and keeps its place in the output. Write down the four channel numbers of inception (3a)
  and the number that the next block expects. Which way of joining fits?
feedback.ko: >
  가지는 모두 맞지만 블록이 그것들을 더하고 있습니다. 채널 수가 서로 다르면 오류가 나고, 같으면
  출력의 채널이 모자랍니다. 더하는 것은 residual 블록의 방식으로, 그때는 두 부분이 같은 특징을
  나타내지만, 여기서는 가지마다 자기만의 특징을 찾고 출력에서 제자리를 갖습니다. inception (3a)의 네
  채널 수와 다음 블록이 기대하는 채널 수를 적어 보세요. 어떤 방식으로 합쳐야 맞을까요?
question.en: >
  What is lost when feature maps are added, what is paid when they are collected, and which would
  you choose for a deep network?
question.ko: >
  특징 맵을 더하면 무엇을 잃고, 나란히 모으면 무엇을 치를까요? 깊은 네트워크라면 어느 쪽을
  고르겠어요?
source: >
  common in submissions; contrast with Szegedy et al., Going Deeper with Convolutions, CVPR 2015,
  figure 2 (filter concatenation), and He et al., Deep Residual Learning, CVPR 2016 (addition)
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
        parts = [self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)]
        return sum(parts)
