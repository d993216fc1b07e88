"""A bias is counted for every pair of an input and an output channel.

cell: conv_parameter_count
confuses: a slice of a kernel, with a whole kernel
title.ko: 입력과 출력 채널의 쌍마다 bias를 셉니다
feedback.en: >
  Your count is right without biases and for a single input channel; otherwise it has too many
  biases. You give a bias to each flat square of weights, but the squares that belong to one output
  channel are added up before anything is shifted. Take two input channels and one output channel,
  and write out one number of the result as a sum. If that sum held two shifts, could you tell them
  from a single one?
feedback.ko: >
  bias가 없거나 입력 채널이 하나일 때는 맞지만, 그 밖에는 bias를 너무 많이 셉니다. 평평한 정사각형
  가중치마다 bias를 하나씩 주고 있는데, 한 출력 채널에 속하는 정사각형들은 옮겨지기 전에 먼저 모두
  더해집니다. 입력 채널이 둘, 출력 채널이 하나일 때 결과의 수 하나를 합으로 풀어 써 보세요. 그 합에
  옮기는 값이 두 개 들어 있다면, 하나만 있을 때와 구별할 수 있을까요?
question.en: >
  Which parameters of a network can be merged without changing what it can compute, and is it ever
  useful to keep both?
question.ko: >
  네트워크가 할 수 있는 계산을 바꾸지 않고 합칠 수 있는 파라미터는 어떤 것일까요? 그래도 둘 다 두는
  것이 쓸모 있을 때가 있을까요?
source: >
  common in submissions; contrast with the torch documentation of Conv2d (bias has the shape
  (out_channels))
"""


def conv_parameter_count(in_channels, out_channels, kernel_size, bias=True):
    per_kernel = kernel_size**2 + 1 if bias else kernel_size**2
    return in_channels * out_channels * per_kernel
