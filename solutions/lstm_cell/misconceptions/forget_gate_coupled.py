"""The new content gets what the forget gate leaves over, as in a GRU.

cell: LSTMCell
confuses: two gates that are free, with one gate that decides both
title.ko: GRU처럼 망각 게이트 하나로 쓰기까지 결정합니다
feedback.en: >
  One quarter of your parameters has no effect: the input gate plays no part in your result. In your
  version, keeping and writing always share a total of 1, which is how a GRU blends old and new; an
  LSTM decides on the two independently. Think of a cell that counts: what does it have to do with
  the old value, and at the same time with the new one? Then change the rows of the input gate only,
  and see whether your cell reacts.
feedback.ko: >
  파라미터의 4분의 1이 아무 영향도 주지 않습니다. 입력 게이트가 결과에 전혀 쓰이지 않고 있습니다.
  지금은 유지하는 몫과 쓰는 몫의 합이 늘 1인데, 그것은 GRU가 옛 값과 새 값을 섞는 방식이고 LSTM은 두
  가지를 따로 결정합니다. 수를 세는 셀을 떠올려 보고, 옛 값과 새 값을 각각 어떻게 다루어야 할지
  생각해 보세요. 그리고 입력 게이트의 행만 바꾸었을 때 셀이 반응하는지 확인해 보세요.
question.en: >
  What can a cell with free gates do that one with coupled gates cannot, and why do coupled ones
  often do as well?
question.ko: >
  게이트가 따로 움직이는 셀은 하나로 묶인 셀이 못 하는 무엇을 할 수 있을까요? 그런데도 묶인 셀의
  성능이 비슷한 까닭은 무엇일까요?
source: >
  Cho et al., 2014 (GRU) and Greff et al., LSTM: A Search Space Odyssey, 2017 (the variant with
  coupled gates); contrast with the torch documentation of LSTMCell
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
        c = torch.sigmoid(f) * c + (1 - torch.sigmoid(f)) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c
