"""The module remembers its last state and goes on from there when no state is given.

cell: LSTMCell
confuses: a step without a state, with the next step of the last sequence
title.ko: 상태가 없으면 모듈에 저장해 둔 지난 상태에서 이어 갑니다
feedback.en: >
  Your first call without a state is right; the same call again gives another result, because your
  module starts from where the last one ended. Without a state the step begins from zeros, so that
  two sequences cannot leak into each other. Call your cell twice with the same input and compare;
  then think of a batch of new sentences after a batch of old ones. Who should hold the state
  between two steps?
feedback.ko: >
  상태 없이 처음 부른 결과는 맞지만, 똑같이 다시 부르면 지난 호출이 끝난 자리에서 시작하므로 다른
  결과가 나옵니다. 상태를 주지 않으면 0에서 시작해야 두 시퀀스가 서로 섞이지 않습니다. 같은 입력으로
  셀을 두 번 불러 비교해 보고, 새 문장들의 배치가 이전 문장들의 배치 다음에 들어올 때를 떠올려
  보세요. 단계와 단계 사이의 상태는 누가 들고 있어야 할까요?
question.en: >
  Some libraries offer stateful layers: what do they make easier, and what goes wrong when somebody
  forgets about the state?
question.ko: >
  상태를 기억하는 층을 제공하는 라이브러리도 있습니다. 무엇이 편해지고, 상태를 잊으면 어떤 문제가
  생길까요?
source: >
  common in submissions; contrast with the torch documentation of LSTMCell (the state defaults to
  zeros) and with the argument stateful of recurrent layers in Keras
"""


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.memory = None
        self.weight_ih = nn.Parameter(torch.empty(4 * hidden_size, input_size))
        self.weight_hh = nn.Parameter(torch.empty(4 * hidden_size, hidden_size))
        self.bias_ih = nn.Parameter(torch.empty(4 * hidden_size))
        self.bias_hh = nn.Parameter(torch.empty(4 * hidden_size))
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -(hidden_size**-0.5), hidden_size**-0.5)

    def forward(self, x, state=None):
        if state is None:
            state = self.memory
        if state is None or state[0].shape[0] != x.shape[0]:
            zeros = x.new_zeros(x.shape[0], self.weight_hh.shape[1])
            state = (zeros, zeros)
        h, c = state
        gates = x @ self.weight_ih.T + self.bias_ih + h @ self.weight_hh.T + self.bias_hh
        i, f, g, o = gates.chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        self.memory = (torch.sigmoid(o) * torch.tanh(c), c)
        return self.memory
