"""이름이 한국어인 풀이: 도우미 함수, nn.Linear 두 개, 하나로 묶인 편향."""

import torch
from torch import nn


def 시그모이드(값):
    return (1 + torch.tanh(값 / 2)) / 2


def 영상태(입력, 크기):
    return torch.zeros_like(입력[:, :1]).repeat(1, 크기)


class LSTMCell(nn.Module):
    def __init__(self, input_size: int, hidden_size: int):
        super().__init__()
        self.입력층 = nn.Linear(input_size, 4 * hidden_size)
        self.상태층 = nn.Linear(hidden_size, 4 * hidden_size)
        self.weight_ih, self.bias_ih = self.입력층.weight, self.입력층.bias
        self.weight_hh, self.bias_hh = self.상태층.weight, self.상태층.bias
        self.크기 = hidden_size

    def forward(self, x, state=None):
        은닉, 기억 = state if state is not None else (영상태(x, self.크기), 영상태(x, self.크기))
        입력문, 망각문, 후보, 출력문 = torch.split(
            self.입력층(x) + self.상태층(은닉), self.크기, -1
        )
        새기억 = 시그모이드(망각문) * 기억
        새기억 += 시그모이드(입력문) * torch.tanh(후보)
        return 시그모이드(출력문) * torch.tanh(새기억), 새기억


def lstm_sequence(cell, x, state=None):
    길이, 묶음 = x.shape[:2]
    결과 = None
    for 시각 in range(길이):
        은닉, 기억 = cell(x[시각]) if state is None else cell(x[시각], state)
        state = (은닉, 기억)
        if 결과 is None:
            결과 = x.new_zeros(길이, 묶음, 은닉.shape[-1])
        결과[시각] = 은닉
    return 결과, state
