"""The hidden state is computed from the old cell state instead of the new one.

cell: LSTMCell
confuses: the cell state before the step, with the one after it
title.ko: 은닉 상태를 새 셀 상태가 아니라 이전 셀 상태로 계산합니다
feedback.en: >
  Your cell state is right, but the hidden state lags one step behind: at the very first step, from
  zeros, it is zero whatever the input is. What the cell has just written must be visible in the
  same step. Take an open output gate and a cell that writes 1 over an old value of 0, and work out
  by hand what both parts of the state should be. Which of your two cell states goes into the last
  line?
feedback.ko: >
  셀 상태는 맞지만 은닉 상태가 한 단계 늦습니다. 상태가 0인 첫 단계에서는 입력이 무엇이든 0이
  나옵니다. 방금 쓴 내용은 같은 단계에서 바로 보여야 합니다. 출력 게이트가 열려 있고 이전 값 0 위에
  1을 쓰는 셀을 놓고, 상태의 두 부분이 각각 얼마여야 하는지 손으로 계산해 보세요. 코드의 마지막
  줄에는 두 셀 상태 가운데 어느 것이 들어가나요?
question.en: >
  A model whose state is one step late can still learn much: on which tasks would you see the
  difference first?
question.ko: >
  상태가 한 단계 늦는 모델도 많은 것을 배울 수 있습니다. 어떤 과제에서 차이가 가장 먼저 드러날까요?
source: >
  listed among the mistakes of the course's students; contrast with the torch documentation of
  LSTMCell (the equation of h')
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
        new = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), new
