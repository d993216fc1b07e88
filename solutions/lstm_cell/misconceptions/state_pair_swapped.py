"""The state is unpacked as (c, h): cell state and hidden state change places.

cell: LSTMCell
confuses: the hidden state, with the cell state
title.ko: 상태를 (c, h)로 풀어 두 상태가 뒤바뀝니다
feedback.en: >
  Your step is right when it starts from zeros, and wrong from any other state: the two parts of the
  pair have changed places on the way in. Both have the same shape, so nothing complains. Give a
  state whose hidden part is all zeros and whose cell part is not, shut the input gate, open the
  forget gate, and work out by hand what should be left of it. In which order does the contract name
  the two, going in and coming out?
feedback.ko: >
  0에서 시작하면 맞지만 다른 상태에서 시작하면 틀립니다. 상태를 받을 때 쌍의 두 부분이 뒤바뀌고
  있습니다. 모양이 같아서 오류도 나지 않습니다. 은닉 부분은 모두 0이고 셀 부분은 0이 아닌 상태를
  주고, 입력 게이트는 닫고 망각 게이트는 연 다음 무엇이 남아야 하는지 손으로 계산해 보세요. 계약은
  들어올 때와 나갈 때 둘을 어떤 순서로 적고 있나요?
question.en: >
  Two values of the same shape travel in a pair: which habits of writing code would have revealed
  the mix-up?
question.ko: >
  모양이 같은 두 값이 쌍으로 오갑니다. 코드를 쓸 때 어떤 습관이 있으면 뒤바뀐 것을 알아챌 수
  있을까요?
source: >
  TensorFlow's LSTMStateTuple holds (c, h); contrast with the torch documentation of LSTMCell (h_0,
  c_0)
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
        c, h = state
        gates = x @ self.weight_ih.T + self.bias_ih + h @ self.weight_hh.T + self.bias_hh
        i, f, g, o = gates.chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c


# variant: the new state is returned as (c, h) too
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
        c, h = state
        gates = x @ self.weight_ih.T + self.bias_ih + h @ self.weight_hh.T + self.bias_hh
        i, f, g, o = gates.chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return c, torch.sigmoid(o) * torch.tanh(c)
