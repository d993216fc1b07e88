"""The biases are counted even where the convolution has none.

cell: conv_parameter_count
confuses: a convolution as it is usually built, with the one that is described
title.ko: bias가 없는 합성곱에서도 bias를 셉니다
feedback.en: >
  Your count is right for a convolution with biases, and too large for one without. The biases are
  an extra part of a layer, one number for each thing that is shifted, and they are often left out,
  for instance in front of a normalisation that would cancel them. Compare your two answers for the
  same sizes, with and without biases: by how much should they differ? Then look for the place in
  your code that depends on the last argument.
feedback.ko: >
  bias가 있는 합성곱에서는 개수가 맞지만, 없는 합성곱에서는 너무 큽니다. bias는 층에 덧붙는
  부분이고, 뒤따르는 정규화가 어차피 상쇄할 때처럼 생략하는 경우도 많습니다. 같은 크기로 bias가 있을
  때와 없을 때의 답을 비교해 보세요. 두 답은 얼마나 달라야 하나요? 그리고 코드에서 마지막 인자에
  따라 달라지는 곳을 찾아보세요.
question.en: When is the bias of a convolution wasted, and when would you miss it?
question.ko: 합성곱의 bias가 쓸모없는 때는 언제이고, 없으면 아쉬운 때는 언제일까요?
source: common in submissions; contrast with the torch documentation of Conv2d (argument bias)
"""


def conv_parameter_count(in_channels, out_channels, kernel_size, bias=True):
    return out_channels * (in_channels * kernel_size**2 + 1)
