"""The output gate is taken before the candidate: i, f, o, g instead of i, f, g, o.

cell: LSTMCell
confuses: one library's order of the gates, with another's
title.ko: 게이트의 순서를 i, f, g, o가 아니라 i, f, o, g로 읽습니다
feedback.en: >
  With your own random parameters nothing looks wrong, but with given parameters the result is
  another one: the third and the fourth block of rows have changed roles. All blocks have the same
  shape, so no error can tell you, and libraries really do differ in this order. Give each block of
  the bias a value of its own that opens or shuts its gate, and work out by hand what should happen.
  Which block of rows reaches the tanh in your cell?
feedback.ko: >
  직접 초기화한 파라미터로는 이상해 보이지 않지만, 파라미터가 주어지면 결과가 달라집니다. 세 번째와
  네 번째 행 묶음의 역할이 바뀌어 있기 때문입니다. 모든 묶음의 모양이 같아 오류로는 알 수 없고,
  실제로 라이브러리마다 순서가 다릅니다. bias의 묶음마다 게이트를 열거나 닫는 값을 따로 넣고 어떤
  일이 일어나야 하는지 손으로 따져 보세요. 지금의 셀에서는 어느 행 묶음이 tanh에 들어가나요?
question.en: >
  You move trained weights to another library and get plausible nonsense: how do you find out what
  is ordered differently?
question.ko: >
  학습된 가중치를 다른 라이브러리로 옮겼더니 그럴듯하지만 틀린 결과가 나옵니다. 무엇의 순서가 다른지
  어떻게 찾아낼까요?
source: >
  ndrplz/ConvLSTM_pytorch issue #6 (a cell with the order i, f, o, g) and apple/coremltools pull
  request #93; listed among the mistakes of the course's students; contrast with the torch
  documentation of LSTMCell
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
        i, f, o, g = gates.chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c
