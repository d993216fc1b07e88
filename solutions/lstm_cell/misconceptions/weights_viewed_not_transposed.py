"""The weight matrices are given another shape where they should be transposed.

cell: LSTMCell
confuses: a view, which only cuts the numbers anew, with a transpose
title.ko: 전치해야 할 가중치를 view로 모양만 바꿉니다
feedback.en: >
  All your shapes are right, but the gates are not: each weight meets the wrong input. A view leaves
  the numbers in the order in which they lie in memory and cuts them into rows of another length; a
  transpose turns rows into columns. Write a small matrix of two rows and three columns with the
  numbers 1 to 6, and then both its view as three rows of two and its transpose. In which of the two
  do 1, 2 and 3 still stand in one line?
feedback.ko: >
  모양은 모두 맞지만 게이트의 값이 틀립니다. 가중치마다 엉뚱한 입력과 곱해지고 있습니다. view는
  메모리에 놓인 순서를 그대로 둔 채 다른 길이로 자를 뿐이고, 전치는 행을 열로 바꿉니다. 1부터
  6까지의 수로 2행 3열 행렬을 적고, 3행 2열로 view한 것과 전치한 것을 나란히 적어 보세요. 둘 가운데
  어느 쪽에서 1, 2, 3이 여전히 한 줄에 놓여 있나요?
question.en: >
  Shapes that fit are the weakest proof of a right computation: which cheap test would have told a
  view from a transpose?
question.ko: >
  모양이 맞는다는 것은 계산이 옳다는 가장 약한 증거입니다. view와 전치를 구별해 줄 간단한 시험은
  무엇일까요?
source: >
  asked in the course (a view where a transpose is needed); documented torch behaviour: Tensor.view
  keeps the order of the elements
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
        gates = (
            x @ self.weight_ih.view(x.shape[1], -1)
            + self.bias_ih
            + h @ self.weight_hh.view(h.shape[1], -1)
            + self.bias_hh
        )
        i, f, g, o = gates.chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c
