"""A kernel is taken for flat: its depth, the input channels, is forgotten.

cell: conv_parameter_count
confuses: a kernel as it is drawn, with a kernel as it is stored
title.ko: 커널의 깊이, 곧 입력 채널을 빠뜨립니다
feedback.en: >
  Your count is right for one input channel and far too small for more. A kernel is drawn as a
  square, but it looks at all input channels at once, with weights of its own for each of them, and
  adds up what it finds. Think of a colour image and a kernel that reacts to a red edge but not to a
  green one. What does it have to store, and how does that grow with the number of channels?
feedback.ko: >
  입력 채널이 하나일 때는 맞지만, 그보다 많으면 개수가 훨씬 적게 나옵니다. 커널은 흔히 정사각형으로
  그리지만 실제로는 모든 입력 채널을 한꺼번에 보고, 채널마다 다른 가중치를 써서 그 결과를 더합니다.
  컬러 이미지에서 빨간 경계에는 반응하고 초록 경계에는 반응하지 않는 커널을 떠올려 보세요. 그 커널은
  무엇을 저장해야 하고, 채널 수가 늘면 저장할 것이 어떻게 늘어날까요?
question.en: >
  A 1×1 convolution looks at a single pixel: what can it still learn, and where are its parameters?
question.ko: >
  1×1 합성곱은 픽셀 하나만 봅니다. 그래도 무엇을 배울 수 있고, 파라미터는 어디에 있을까요?
source: >
  common in submissions; contrast with the torch documentation of Conv2d (shape of weight) and Lin
  et al., Network In Network, 2013 (1×1 convolutions)
"""


def conv_parameter_count(in_channels, out_channels, kernel_size, bias=True):
    return out_channels * (kernel_size**2 + (1 if bias else 0))
