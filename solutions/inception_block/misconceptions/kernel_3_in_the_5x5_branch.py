"""The 5×5 branch has a 3×3 kernel, as in a well-known implementation.

cell: InceptionBlock
confuses: a well-known implementation, with the paper
title.ko: 5×5 가지에 3×3 커널을 씁니다
feedback.en: >
  The output of your block has the right shape, but it has too few parameters and branch3 does not
  look as far around as its name says. Padding hides such a slip, because the map keeps its size
  with either kernel. Change a single pixel of the input and mark which pixels of the branch's
  output react: how wide is that window, and how wide should it be? Code on the web, even in
  well-known libraries, can differ from the paper at this very place.
feedback.ko: >
  출력의 모양은 맞지만 파라미터가 모자라고, branch3이 이름만큼 멀리 보지 못합니다. 어느 커널을 쓰든
  패딩 덕분에 맵의 크기가 그대로여서 이런 실수가 잘 드러나지 않습니다. 입력의 픽셀 하나만 바꾸고 이
  가지의 출력에서 반응하는 픽셀을 표시해 보세요. 그 창의 너비는 얼마이고, 얼마여야 하나요? 웹의
  코드는 유명한 라이브러리라 해도 바로 이 부분이 논문과 다를 수 있습니다.
question.en: >
  A library's pretrained model differs from its paper: should it be corrected, and who would be hurt
  either way?
question.ko: >
  라이브러리의 사전 학습된 모델이 논문과 다르다면 고쳐야 할까요? 고치거나 고치지 않으면 각각 누가
  손해를 볼까요?
source: >
  pytorch/vision issue #906 (a 3×3 kernel in the 5×5 branch of torchvision's GoogLeNet, kept for its
  weights); contrast with Szegedy et al., Going Deeper with Convolutions, CVPR 2015, figure 2(b)
"""


class InceptionBlock(nn.Module):
    def __init__(self, in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj):
        super().__init__()

        def conv(inputs, outputs, kernel):
            return [nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2), nn.ReLU()]

        self.branch1 = nn.Sequential(*conv(in_channels, ch1x1, 1))
        self.branch2 = nn.Sequential(*conv(in_channels, ch3x3red, 1), *conv(ch3x3red, ch3x3, 3))
        self.branch3 = nn.Sequential(*conv(in_channels, ch5x5red, 1), *conv(ch5x5red, ch5x5, 3))
        pooling = nn.MaxPool2d(3, stride=1, padding=1)
        self.branch4 = nn.Sequential(pooling, *conv(in_channels, pool_proj, 1))

    def forward(self, x):
        parts = [self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)]
        return torch.cat(parts, dim=1)
