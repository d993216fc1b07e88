"""The first state is made with the default dtype on the CPU, whatever the input is.

cell: LSTMCell
confuses: the default device and dtype, with those of the input
title.ko: 첫 상태를 입력과 상관없이 기본 dtype으로 CPU에 만듭니다
feedback.en: >
  Your step is right for float32 on the CPU; for float64, or on another device, a step without a
  state stops with an error or gives another dtype. A tensor that you create out of nothing knows
  nothing of your input: it gets the default dtype and the default device. Print the dtype and the
  device of each tensor in your step for a float64 input. Which of them do not follow the input, and
  from which tensor at hand could they learn it?
feedback.ko: >
  CPU의 float32에서는 맞지만, float64나 다른 장치에서는 상태 없이 부를 때 오류가 나거나 dtype이
  달라집니다. 아무것도 없이 새로 만든 텐서는 입력에 대해 알지 못하므로 기본 dtype과 기본 장치를
  갖습니다. float64 입력을 넣고 계산에 쓰이는 텐서마다 dtype과 device를 출력해 보세요. 입력을 따르지
  않는 것은 무엇이고, 가까이 있는 어느 텐서를 보고 정하면 될까요?
question.en: Should new tensors follow the input or the parameters, and when do the two disagree?
question.ko: >
  새로 만드는 텐서는 입력을 따라야 할까요, 파라미터를 따라야 할까요? 둘이 어긋나는 때는 언제일까요?
source: >
  documented torch behaviour: torch.zeros uses the default dtype and device; contrast with
  Tensor.new_zeros and torch.zeros_like
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
            zeros = torch.zeros(x.shape[0], self.weight_hh.shape[1])
            state = (zeros, zeros)
        h, c = state
        gates = x @ self.weight_ih.T + self.bias_ih + h @ self.weight_hh.T + self.bias_hh
        i, f, g, o = gates.chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c
