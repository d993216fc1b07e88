"""Each convolution is followed by batch normalisation, as in later versions of the network.

cell: InceptionBlock
confuses: the network of the paper, with its later versions
title.ko: 이후 버전처럼 합성곱마다 batch normalization을 넣습니다
feedback.en: >
  Your block has more parameters than it should, and its outputs depend on the other samples of the
  batch and on whether it is in training mode. Batch normalisation is a good idea, but it is a later
  one, and most code that you find on the web includes it. Call your block on one sample alone and
  then on the same sample next to another one, and compare. Which layers could make one sample know
  of the other?
feedback.ko: >
  블록의 파라미터가 있어야 할 것보다 많고, 출력이 배치의 다른 샘플과 학습 모드 여부에 따라
  달라집니다. batch normalization은 좋은 방법이지만 이 논문보다 나중에 나왔고, 웹에서 찾을 수 있는
  코드에는 대부분 들어 있습니다. 샘플 하나만 넣었을 때와 같은 샘플을 다른 샘플과 함께 넣었을 때의
  출력을 비교해 보세요. 어떤 층이 한 샘플에게 다른 샘플에 대해 알려 줄 수 있나요?
question.en: >
  When you rebuild a published network, what counts as the same network, and which changes would you
  have to report?
question.ko: >
  발표된 네트워크를 다시 만들 때 어디까지가 '같은' 네트워크일까요? 어떤 변경은 반드시 밝혀야 할까요?
source: >
  torchvision's GoogLeNet has batch normalisation; contrast with Szegedy et al., Going Deeper with
  Convolutions, CVPR 2015, which is older than Ioffe and Szegedy, Batch Normalization, ICML 2015
"""


class InceptionBlock(nn.Module):
    def __init__(self, in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj):
        super().__init__()

        def conv(inputs, outputs, kernel):
            return [
                nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2),
                nn.BatchNorm2d(outputs),
                nn.ReLU(),
            ]

        self.branch1 = nn.Sequential(*conv(in_channels, ch1x1, 1))
        self.branch2 = nn.Sequential(*conv(in_channels, ch3x3red, 1), *conv(ch3x3red, ch3x3, 3))
        self.branch3 = nn.Sequential(*conv(in_channels, ch5x5red, 1), *conv(ch5x5red, ch5x5, 5))
        pooling = nn.MaxPool2d(3, stride=1, padding=1)
        self.branch4 = nn.Sequential(pooling, *conv(in_channels, pool_proj, 1))

    def forward(self, x):
        parts = [self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)]
        return torch.cat(parts, dim=1)


# variant: the convolutions have no bias
class InceptionBlock(nn.Module):
    def __init__(self, in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj):
        super().__init__()

        def conv(inputs, outputs, kernel):
            return [
                nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=False),
                nn.BatchNorm2d(outputs),
                nn.ReLU(),
            ]

        self.branch1 = nn.Sequential(*conv(in_channels, ch1x1, 1))
        self.branch2 = nn.Sequential(*conv(in_channels, ch3x3red, 1), *conv(ch3x3red, ch3x3, 3))
        self.branch3 = nn.Sequential(*conv(in_channels, ch5x5red, 1), *conv(ch5x5red, ch5x5, 5))
        pooling = nn.MaxPool2d(3, stride=1, padding=1)
        self.branch4 = nn.Sequential(pooling, *conv(in_channels, pool_proj, 1))

    def forward(self, x):
        parts = [self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)]
        return torch.cat(parts, dim=1)
