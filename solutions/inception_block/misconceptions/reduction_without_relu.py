"""There is no ReLU between the 1×1 reduction and the larger convolution behind it.

cell: InceptionBlock
confuses: two layers, with one layer in two pieces
title.ko: 1×1 축소와 그 뒤의 합성곱 사이에 ReLU가 없습니다
feedback.en: >
  The sizes and the parameters of your block are right, and so are branch1 and branch4, but branch2
  and branch3 give other numbers. Without anything in between, a reduction and the convolution
  behind it are one linear map after another, and that is a single linear map again. Take a 1×1 and
  a second 1×1 convolution with one weight each and see what you can merge them into. Then read once
  more what the text says about where a ReLU stands.
feedback.ko: >
  블록의 크기와 파라미터, 그리고 branch1과 branch4는 맞지만 branch2와 branch3의 값이 다릅니다.
  사이에 아무것도 없으면 축소와 그 뒤의 합성곱은 선형 사상을 두 번 이은 것이고, 그것은 다시 하나의
  선형 사상입니다. 가중치가 하나씩인 1×1 합성곱 두 개를 이어 놓고 무엇으로 합쳐지는지 보세요. 그리고
  ReLU가 어디에 놓이는지 설명한 부분을 다시 읽어 보세요.
question.en: When is it useful to split a linear map into two without a nonlinearity in between?
question.ko: 사이에 비선형 함수가 없어도 선형 사상을 둘로 나누는 것이 쓸모 있는 때는 언제일까요?
source: >
  common in submissions; contrast with Szegedy et al., Going Deeper with Convolutions, CVPR 2015,
  section 5 (all convolutions use ReLU, those inside the modules too)
"""


class InceptionBlock(nn.Module):
    def __init__(self, in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj):
        super().__init__()

        def conv(inputs, outputs, kernel):
            return [nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2), nn.ReLU()]

        self.branch1 = nn.Sequential(*conv(in_channels, ch1x1, 1))
        self.branch2 = nn.Sequential(*conv(in_channels, ch3x3red, 1)[:1], *conv(ch3x3red, ch3x3, 3))
        self.branch3 = nn.Sequential(*conv(in_channels, ch5x5red, 1)[:1], *conv(ch5x5red, ch5x5, 5))
        pooling = nn.MaxPool2d(3, stride=1, padding=1)
        self.branch4 = nn.Sequential(pooling, *conv(in_channels, pool_proj, 1))

    def forward(self, x):
        parts = [self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)]
        return torch.cat(parts, dim=1)
