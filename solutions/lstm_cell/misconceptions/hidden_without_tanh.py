"""The cell state is shown as it is: the tanh before the output gate is missing.

cell: LSTMCell
confuses: the memory, with what is shown of it
title.ko: 셀 상태를 tanh 없이 그대로 내보냅니다
feedback.en: >
  Your cell state is right, but the hidden state is too large in size, and the more so the larger
  the cell state is. The memory may grow without a bound, step by step; what the cell shows to its
  surroundings is kept between −1 and 1, because it enters all gates again at the next step. Take a
  cell state of 5 and an open output gate: what should be shown, and what do you show? Look at the
  last of the six equations once more.
feedback.ko: >
  셀 상태는 맞지만 은닉 상태의 크기가 너무 크고, 셀 상태가 클수록 차이도 커집니다. 기억은 단계마다
  얼마든지 커질 수 있지만, 밖으로 보여 주는 값은 다음 단계에서 다시 모든 게이트에 들어가므로 −1과 1
  사이에 머물러야 합니다. 셀 상태가 5이고 출력 게이트가 열려 있다면 무엇을 내보내야 하고, 코드는
  무엇을 내보내나요? 여섯 식 가운데 마지막 식을 다시 살펴보세요.
question.en: >
  What would happen over a hundred steps if the gates could see the cell state without any
  squashing?
question.ko: 게이트가 눌리지 않은 셀 상태를 그대로 보게 된다면 백 단계 동안 어떤 일이 일어날까요?
source: >
  listed among the mistakes of the course's students (a missing tanh); contrast with the torch
  documentation of LSTMCell (the equation of h')
"""


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.weight_ih = nn.Parameter(torch.empty(4 * hidden_size, input_size))
        self.weight_hh = nn.Parameter(torch.empty(4 * hidden_size, hidden_size))
        self.bias_ih = nn.Parameter(torch.empty(4 * hidden_size))
        self.bias_hh = nn.Parameter(torch.empty(4 * hidden_size))
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -(hidden_size**-0.5), hidden_size**-0.5)

    def forward(self, x, state=None):
        if state is None:
            zeros = x.new_zeros(x.shape[0], self.weight_hh.shape[1])
            state = (zeros, zeros)
        h, c = state
        gates = x @ self.weight_ih.T + self.bias_ih + h @ self.weight_hh.T + self.bias_hh
        i, f, g, o = gates.chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * c, c
