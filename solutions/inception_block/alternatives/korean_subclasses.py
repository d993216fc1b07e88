"""이름이 한국어인 풀이: 합성곱을 상속한 층, 가지마다 클래스, 결과를 미리 만든 텐서에 채운다."""

import torch
import torch.nn.functional as F
from torch import nn


def conv_parameter_count(in_channels, out_channels, kernel_size, bias=True):
    개수 = 0
    for _ in range(out_channels):
        개수 += in_channels * kernel_size * kernel_size
        if bias:
            개수 += 1
    return 개수


class 합성곱(nn.Conv2d):
    def __init__(self, 입력, 출력, 크기):
        super().__init__(입력, 출력, 크기, padding=(크기 - 1) // 2)

    def forward(self, x):
        return F.relu(super().forward(x))


class 줄인가지(nn.Module):
    def __init__(self, 입력, 중간, 출력, 크기):
        super().__init__()
        self.큰합성곱 = 합성곱(중간, 출력, 크기)
        self.줄이기 = 합성곱(입력, 중간, 1)

    def forward(self, x):
        return self.큰합성곱(self.줄이기(x))


class 풀링가지(nn.Module):
    def __init__(self, 입력, 출력):
        super().__init__()
        self.투영 = 합성곱(입력, 출력, 1)

    def forward(self, x):
        return self.투영(F.max_pool2d(F.pad(x, (1, 1, 1, 1), value=float("-inf")), 3, stride=1))


class InceptionBlock(nn.Module):
    def __init__(self, in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj):
        super().__init__()
        self.branch4 = 풀링가지(in_channels, pool_proj)
        self.branch3 = 줄인가지(in_channels, ch5x5red, ch5x5, 5)
        self.branch2 = 줄인가지(in_channels, ch3x3red, ch3x3, 3)
        self.branch1 = 합성곱(in_channels, ch1x1, 1)
        self.채널 = [ch1x1, ch3x3, ch5x5, pool_proj]

    def forward(self, x):
        결과 = x.new_zeros(x.shape[0], sum(self.채널), *x.shape[2:])
        시작 = 0
        for 번호, 개수 in enumerate(self.채널, start=1):
            결과[:, 시작 : 시작 + 개수] = getattr(self, f"branch{번호}")(x)
            시작 += 개수
        return 결과
