"""A single bias is counted for the whole convolution.

cell: conv_parameter_count
confuses: a layer, with one of its output channels
title.ko: 합성곱 전체에 bias가 하나뿐이라고 셉니다
feedback.en: >
  Your count is right without biases and for a single output channel; otherwise it has too few
  biases. Each output channel is a detector of its own, and it can be more or less easy to set off,
  independently of the others. Think of a layer with two such detectors: could one shared shift make
  one of them shy and the other one bold? Count what each of them needs.
feedback.ko: >
  bias가 없거나 출력 채널이 하나일 때는 맞지만, 그 밖에는 bias를 너무 적게 셉니다. 출력 채널은
  저마다 따로 움직이는 검출기여서, 서로 다른 정도로 쉽게 또는 어렵게 반응할 수 있어야 합니다.
  검출기가 둘인 층을 떠올려 보세요. 함께 쓰는 값 하나로 한쪽은 둔하게, 다른 쪽은 예민하게 만들 수
  있을까요? 검출기마다 무엇이 필요한지 세어 보세요.
question.en: >
  What would a network lose if each layer had only one bias, and could the weights make up for it?
question.ko: >
  층마다 bias가 하나뿐이라면 네트워크는 무엇을 잃게 될까요? 가중치가 그것을 대신할 수 있을까요?
source: >
  common in submissions; contrast with the torch documentation of Conv2d (bias has the shape
  (out_channels))
"""


def conv_parameter_count(in_channels, out_channels, kernel_size, bias=True):
    return in_channels * out_channels * kernel_size**2 + (1 if bias else 0)
