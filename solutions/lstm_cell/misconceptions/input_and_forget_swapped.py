"""The forget gate guards the new candidate and the input gate the old cell state.

cell: LSTMCell
confuses: the gate for what is kept, with the gate for what is written
title.ko: 입력 게이트와 망각 게이트의 역할이 바뀌었습니다
feedback.en: >
  Your cell forgets where it should write and writes where it should keep: the two gates have
  changed places, although their rows are where they belong. The name misleads a little, since an
  open forget gate is one that keeps. Imagine the forget gate fully open and the input gate shut:
  what should be left of the old cell state, and what is left of yours? Then say in words what each
  product in your sum stands for.
feedback.ko: >
  써야 할 때 잊고, 간직해야 할 때 씁니다. 행의 순서는 맞지만 두 게이트의 역할이 바뀌어 있습니다.
  열려 있는 망각 게이트가 오히려 '간직하는' 게이트라서 이름이 조금 헷갈리기는 합니다. 망각 게이트가
  완전히 열리고 입력 게이트가 닫혔을 때 옛 셀 상태가 얼마나 남아야 하고, 코드에서는 얼마나 남는지
  따져 보세요. 그리고 합에 들어 있는 두 곱이 각각 무엇을 뜻하는지 말로 설명해 보세요.
question.en: >
  Trained from scratch, would a cell with swapped gates be any worse, and when would the difference
  begin to matter?
question.ko: >
  처음부터 학습한다면 두 게이트가 바뀐 셀이 더 나쁠까요? 차이가 문제가 되는 것은 언제부터일까요?
source: >
  NX-AI/xlstm issue #98 (the two gates swapped in a published cell); contrast with Gers et al.,
  Learning to Forget, 2000, and the torch documentation of LSTMCell
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
        c = torch.sigmoid(i) * c + torch.sigmoid(f) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c
