"""The weights are kept as buffers or as plain tensors: no training reaches them.

cell: LSTMCell
confuses: a tensor that belongs to a module, with a parameter that is learned
title.ko: 가중치를 학습되는 파라미터가 아니라 버퍼나 일반 텐서로 둡니다
feedback.en: >
  Every value that your cell computes is right, but the module has no parameters: an optimizer would
  find nothing to change, and no gradient arrives at the weights. A module tells apart what is
  learned from what it only carries along, and it does so by the kind of object that you assign.
  Print the list of your module's parameters and the number of values in it. What should be in that
  list for this cell?
feedback.ko: >
  셀이 계산하는 값은 모두 맞지만 모듈에 파라미터가 하나도 없습니다. optimizer는 바꿀 것을 찾지
  못하고, 가중치에는 기울기가 오지 않습니다. 모듈은 학습할 것과 그저 가지고 다닐 것을 구별하는데, 그
  기준은 어떤 종류의 객체를 넣었느냐입니다. 모듈의 파라미터 목록과 그 안에 든 값의 개수를 출력해
  보세요. 이 셀이라면 그 목록에 무엇이 있어야 할까요?
question.en: >
  Which tensors of a model should be saved but not trained, and what happens if one lands in the
  wrong group?
question.ko: >
  모델의 텐서 가운데 저장은 하되 학습하지 않아야 하는 것은 무엇일까요? 잘못된 쪽에 들어가면 어떤
  일이 생길까요?
source: >
  documented torch behaviour: Module.register_buffer (not a parameter) against torch.nn.Parameter
"""


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.register_buffer("weight_ih", torch.empty(4 * hidden_size, input_size))
        self.register_buffer("weight_hh", torch.empty(4 * hidden_size, hidden_size))
        self.register_buffer("bias_ih", torch.empty(4 * hidden_size))
        self.register_buffer("bias_hh", torch.empty(4 * hidden_size))
        for weight in self.buffers():
            nn.init.uniform_(weight, -(hidden_size**-0.5), hidden_size**-0.5)

    def forward(self, x, state=None):
        if state is None:
            zeros = x.new_zeros(x.shape[0], self.weight_hh.shape[1])
            state = (zeros, zeros)
        h, c = state
        gates = x @ self.weight_ih.T + self.bias_ih + h @ self.weight_hh.T + self.bias_hh
        i, f, g, o = gates.chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c


# variant: plain tensors, which the module does not know at all
class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.weight_ih = torch.empty(4 * hidden_size, input_size)
        self.weight_hh = torch.empty(4 * hidden_size, hidden_size)
        self.bias_ih = torch.empty(4 * hidden_size)
        self.bias_hh = torch.empty(4 * hidden_size)
        for weight in (self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh):
            nn.init.uniform_(weight, -(hidden_size**-0.5), hidden_size**-0.5)

    def forward(self, x, state=None):
        if state is None:
            zeros = x.new_zeros(x.shape[0], self.weight_hh.shape[1])
            state = (zeros, zeros)
        h, c = state
        gates = x @ self.weight_ih.T + self.bias_ih + h @ self.weight_hh.T + self.bias_hh
        i, f, g, o = gates.chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c
