"""The four gates are read as alternating columns instead of as four blocks.

cell: LSTMCell
confuses: four blocks one after the other, with four numbers for each unit
title.ko: 네 게이트를 묶음이 아니라 번갈아 놓인 열로 읽습니다
feedback.en: >
  Your result is right when the hidden size is 1, and mixed up for every larger one. All four gates
  do lie in one row, but as four blocks of H numbers; a view that makes groups of four takes
  neighbours from the same block instead. Write a row for a hidden size of 2 with the labels i1, i2,
  f1, f2 and so on, reshape it on paper the way your code does, and read off what ends up together.
  Which number of the row belongs to the forget gate of the second unit?
feedback.ko: >
  은닉 크기가 1일 때는 맞지만 그보다 크면 뒤섞입니다. 네 게이트가 한 줄에 놓여 있는 것은 맞지만
  H개짜리 묶음 넷이 차례로 놓인 것인데, 네 개씩 묶는 view는 같은 묶음의 이웃을 가져옵니다. 은닉
  크기가 2일 때의 한 줄을 i1, i2, f1, f2 같은 이름으로 적고, 코드처럼 종이 위에서 모양을 바꾸어
  무엇이 함께 묶이는지 읽어 보세요. 두 번째 유닛의 망각 게이트는 그 줄의 몇 번째 수인가요?
question.en: >
  Blocks or interleaved: what speaks for each layout in memory, and how should a file of weights say
  which one it uses?
question.ko: >
  묶음으로 놓는 방식과 번갈아 놓는 방식은 각각 어떤 장점이 있을까요? 가중치 파일에는 어느 쪽인지
  어떻게 적어 두어야 할까요?
source: >
  documented torch behaviour: Tensor.view keeps the order of the elements; contrast with the torch
  documentation of LSTMCell (weight_ih is stacked by gates)
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
        i, f, g, o = gates.view(x.shape[0], -1, 4).unbind(dim=2)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c
