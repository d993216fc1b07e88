"""Only one side of the kernel is counted.

cell: conv_parameter_count
confuses: the side of a square, with its area
title.ko: 커널의 한 변만 셉니다
feedback.en: >
  Your count is right for a 1×1 kernel and too small for all larger ones. The number that names a
  kernel is the length of its side, and a kernel has two sides. Draw the weights of one 3×3 kernel
  on one input channel and count the cells. Then compare the numbers of weights for a side of 3 and
  a side of 6: how many times larger should the second one be?
feedback.ko: >
  1×1 커널에서는 맞지만 그보다 큰 커널에서는 개수가 적게 나옵니다. 커널의 크기로 주어진 수는 한 변의
  길이이고, 커널에는 변이 둘 있습니다. 입력 채널 하나를 보는 3×3 커널의 가중치를 그려서 칸을 세어
  보세요. 그리고 한 변이 3일 때와 6일 때의 가중치 수를 비교해 보세요. 두 번째는 몇 배가 되어야
  하나요?
question.en: Why do small kernels in several layers save parameters, and what is paid for it?
question.ko: 작은 커널을 여러 층 쌓으면 왜 파라미터가 줄어들까요? 그 대신 무엇을 치르게 될까요?
source: >
  common in submissions; contrast with the torch documentation of Conv2d (an int stands for height
  and width)
"""


def conv_parameter_count(in_channels, out_channels, kernel_size, bias=True):
    count = in_channels * out_channels * kernel_size
    return count + out_channels if bias else count
