"""The candidate g is treated as one more gate: sigmoid instead of tanh.

cell: LSTMCell
confuses: what is written into the cell state, with how much of it is written
title.ko: 후보 g를 게이트처럼 sigmoid로 계산합니다
feedback.en: >
  Your new cell state is never pulled downwards by what is written: the candidate in your version is
  always positive. Three of the four signals are valves between shut and open; the fourth is
  content, and content has to be able to lower the cell state as well as raise it. Set all
  parameters to zero and work out by hand what a fresh cell should write in that case, and what
  yours writes. Which range of values does each of the four signals need?
feedback.ko: >
  새로 쓰는 내용이 셀 상태를 낮추는 일이 없습니다. 지금의 후보는 항상 양수이기 때문입니다. 네 신호
  가운데 셋은 닫힘과 열림 사이의 밸브이고, 나머지 하나는 내용이어서 셀 상태를 올릴 수도 내릴 수도
  있어야 합니다. 모든 파라미터를 0으로 놓고, 새 셀이 무엇을 써야 하는지와 코드가 무엇을 쓰는지
  손으로 계산해 보세요. 네 신호는 각각 어떤 범위의 값이 필요한가요?
question.en: >
  What could a cell whose state can only grow still represent, and how would training try to work
  around it?
question.ko: >
  상태가 커지기만 하는 셀은 무엇을 나타낼 수 있을까요? 학습은 이 한계를 어떻게 피하려 할까요?
source: >
  a missing tanh is listed among the mistakes of the course's students; contrast with the torch
  documentation of LSTMCell (the equation of g)
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
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.sigmoid(g)
        return torch.sigmoid(o) * torch.tanh(c), c
