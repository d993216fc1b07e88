"""One bias is counted for each input channel instead of each output channel.

cell: conv_parameter_count
confuses: the channels that come in, with the channels that go out
title.ko: 출력 채널이 아니라 입력 채널마다 bias를 셉니다
feedback.en: >
  Your count is right without biases; with them, the difference is the wrong number of biases,
  except where as many channels go in as come out. A bias shifts a finished result, after all that
  flows into it has been added up. Draw a convolution from three channels to one, with its kernels,
  its sum and its shift. How many shifts are there, and how many would there be if it were from one
  channel to three?
feedback.ko: >
  bias가 없을 때는 맞지만, 있을 때는 bias의 개수가 틀립니다. 들어오는 채널 수와 나가는 채널 수가
  같을 때만 우연히 맞습니다. bias는 흘러 들어온 것을 모두 더한 뒤, 완성된 결과를 옮기는 값입니다.
  채널 셋에서 하나로 가는 합성곱의 커널과 합, 그리고 옮기는 값을 그려 보세요. 옮기는 값은 몇 개이고,
  채널 하나에서 셋으로 간다면 몇 개가 될까요?
question.en: >
  If every input channel had a bias of its own, what could the layer compute that it cannot compute
  now?
question.ko: >
  입력 채널마다 bias가 따로 있다면, 지금은 할 수 없는 어떤 계산을 이 층이 더 할 수 있을까요?
source: >
  common in submissions; contrast with the torch documentation of Conv2d (bias has the shape
  (out_channels))
"""


def conv_parameter_count(in_channels, out_channels, kernel_size, bias=True):
    count = in_channels * out_channels * kernel_size**2
    return count + in_channels if bias else count
