"""The 3×3 and 5×5 convolutions read the input directly, without the 1×1 reduction in front.

cell: InceptionBlock
confuses: the naive version of the block, with the one that was used
title.ko: 1×1 축소 없이 3×3, 5×5 합성곱이 입력을 바로 읽습니다
feedback.en: >
  Your output has the right shape, but branch2 and branch3 have far too many parameters, and two of
  the constructor's arguments are never used. That is the naive block, with which the paper begins;
  its point is how to make it affordable. Count the multiplications of the 5×5 convolution for a
  single pixel, once on all input channels and once on a few. What could first turn the many
  channels into a few, without looking at any neighbour?
feedback.ko: >
  출력의 모양은 맞지만 branch2와 branch3의 파라미터가 지나치게 많고, 생성자의 인자 두 개가 쓰이지
  않습니다. 그것은 논문이 출발점으로 삼은 단순한 블록이고, 논문의 핵심은 그것을 감당할 만한 비용으로
  만드는 방법입니다. 5×5 합성곱이 픽셀 하나에 하는 곱셈을 입력 채널 전체일 때와 몇 개뿐일 때로
  나누어 세어 보세요. 이웃 픽셀을 보지 않고 많은 채널을 먼저 몇 개로 줄이려면 무엇이 있어야 할까요?
question.en: >
  The reduction throws information away in front of the large kernels: why does that hurt so little?
question.ko: 축소는 큰 커널 앞에서 정보를 버립니다. 그런데도 왜 성능이 거의 나빠지지 않을까요?
source: >
  listed among the mistakes of the course's students; contrast with Szegedy et al., Going Deeper
  with Convolutions, CVPR 2015, section 4, figure 2(a) against 2(b)
"""


class InceptionBlock(nn.Module):
    def __init__(self, in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj):
        super().__init__()

        def conv(inputs, outputs, kernel):
            return [nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2), nn.ReLU()]

        self.branch1 = nn.Sequential(*conv(in_channels, ch1x1, 1))
        self.branch2 = nn.Sequential(*conv(in_channels, ch3x3, 3))
        self.branch3 = nn.Sequential(*conv(in_channels, ch5x5, 5))
        pooling = nn.MaxPool2d(3, stride=1, padding=1)
        self.branch4 = nn.Sequential(pooling, *conv(in_channels, pool_proj, 1))

    def forward(self, x):
        parts = [self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)]
        return torch.cat(parts, dim=1)
