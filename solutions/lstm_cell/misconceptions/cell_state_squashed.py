"""The cell state itself is squashed by tanh before it is carried on.

cell: LSTMCell
confuses: what is shown of the memory, with the memory
title.ko: 다음으로 넘기는 셀 상태 자체에 tanh를 씌웁니다
feedback.en: >
  Your hidden state is right after one step, but the cell state that you return always stays between
  −1 and 1, and from the second step on everything is off. The tanh belongs to what the cell shows;
  the memory travels on as it is, changed by multiplication and addition only. Let a cell keep
  everything and write 1 at each of five steps, and follow the cell state by hand. What does
  repeated squashing do to a value that ought to be kept, and to the gradient that comes back?
feedback.ko: >
  한 단계 뒤의 은닉 상태는 맞지만, 돌려주는 셀 상태가 늘 −1과 1 사이에 머물러 두 번째 단계부터는
  모두 어긋납니다. tanh는 밖으로 보여 주는 값에 쓰는 것이고, 기억은 곱셈과 덧셈만 거치며 그대로
  전달되어야 합니다. 모든 것을 유지하면서 매 단계 1을 쓰는 셀을 다섯 단계 동안 손으로 따라가 보세요.
  계속 눌리는 값은 간직해야 할 때 어떻게 되고, 되돌아오는 기울기는 어떻게 되나요?
question.en: >
  Where in an LSTM may a value grow beyond 1, and why is it allowed to there and nowhere else?
question.ko: LSTM의 어디에서 값이 1보다 커질 수 있을까요? 왜 그곳에서만 허용될까요?
source: >
  common in submissions; contrast with Hochreiter and Schmidhuber, Long Short-Term Memory, 1997,
  section 4, and the torch documentation of LSTMCell
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
        c = torch.tanh(torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g))
        return torch.sigmoid(o) * c, c


# variant: squashed once more for the hidden state
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
        c = torch.tanh(torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g))
        return torch.sigmoid(o) * torch.tanh(c), c
