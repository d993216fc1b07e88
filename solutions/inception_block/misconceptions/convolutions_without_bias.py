"""The convolutions have no biases, as if batch normalisation followed.

cell: InceptionBlock
confuses: a convolution in front of a normalisation, with one that stands alone
title.ko: 뒤에 정규화가 없는데도 bias를 빼 버립니다
feedback.en: >
  Your block has too few parameters, and with an input of zeros it can give nothing but zeros.
  Leaving the biases out is common in code where a normalisation follows, because that would cancel
  them and has a shift of its own; here nothing follows but a ReLU. Count the parameters of your
  first branch by hand and compare them with the paper's. What decides where the ReLU starts to let
  something through?
feedback.ko: >
  블록의 파라미터가 모자라고, 0으로 된 입력을 넣으면 0밖에 나오지 않습니다. 정규화가 뒤따르는
  코드에서는 bias를 빼는 일이 흔한데, 정규화가 bias를 상쇄하고 자기만의 이동 값을 갖기 때문입니다.
  하지만 여기서는 ReLU만 뒤따릅니다. 첫 번째 가지의 파라미터를 직접 세어 논문의 수와 비교해 보세요.
  ReLU가 어디서부터 값을 통과시킬지는 무엇이 정하나요?
question.en: What can a ReLU network without any biases not represent, however large it is?
question.ko: bias가 전혀 없는 ReLU 네트워크는 아무리 커도 무엇을 나타낼 수 없을까요?
source: >
  torchvision's GoogLeNet builds its convolutions with bias=False in front of batch normalisation;
  contrast with the contract (163,696 parameters)
"""


class InceptionBlock(nn.Module):
    def __init__(self, in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj):
        super().__init__()

        def conv(inputs, outputs, kernel):
            return [nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=False), nn.ReLU()]

        self.branch1 = nn.Sequential(*conv(in_channels, ch1x1, 1))
        self.branch2 = nn.Sequential(*conv(in_channels, ch3x3red, 1), *conv(ch3x3red, ch3x3, 3))
        self.branch3 = nn.Sequential(*conv(in_channels, ch5x5red, 1), *conv(ch5x5red, ch5x5, 5))
        pooling = nn.MaxPool2d(3, stride=1, padding=1)
        self.branch4 = nn.Sequential(pooling, *conv(in_channels, pool_proj, 1))

    def forward(self, x):
        parts = [self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)]
        return torch.cat(parts, dim=1)
