"""Only one of the two biases is added.

cell: LSTMCell
confuses: a parameter that could be left out of the model, with one that may be left out of the sum
title.ko: 두 bias 가운데 하나만 더합니다
feedback.en: >
  Your result does not change when bias_hh changes, and no gradient reaches it. It is true that a
  single bias could express the same functions, but weights that come from a trained network have
  both, and each of them counts. Fill one bias with zeros and the other one with ones, then exchange
  them, and compare the two results. Which parameters of your module does a step really use?
feedback.ko: >
  bias_hh를 바꾸어도 결과가 달라지지 않고 기울기도 전달되지 않습니다. bias 하나로도 같은 함수를
  나타낼 수 있는 것은 사실이지만, 학습된 네트워크에서 가져온 가중치에는 둘 다 들어 있고 둘 다 값에
  영향을 줍니다. 한쪽 bias는 0으로, 다른 쪽은 1로 채운 다음 서로 바꾸어 결과를 비교해 보세요. 한
  단계를 계산할 때 모듈의 어떤 파라미터들이 실제로 쓰이나요?
question.en: >
  If two biases are always added, does having both change what the model can learn, or how fast it
  learns it?
question.ko: >
  두 bias가 언제나 더해진다면, 둘을 두는 것이 모델이 배울 수 있는 것이나 배우는 속도를 바꿀까요?
source: >
  pytorch/pytorch issue #36905 and onnx/onnx issue #1127 (why there are two biases); contrast with
  the torch documentation of LSTMCell
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
        gates = x @ self.weight_ih.T + self.bias_ih + h @ self.weight_hh.T
        i, f, g, o = gates.chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c


# variant: the other bias
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
        gates = x @ self.weight_ih.T + self.bias_hh + h @ self.weight_hh.T
        i, f, g, o = gates.chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c
