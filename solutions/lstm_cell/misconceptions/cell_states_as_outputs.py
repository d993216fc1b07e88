"""The outputs collect the cell states instead of the hidden states.

cell: lstm_sequence
confuses: the memory of the cell, with its output
title.ko: 은닉 상태가 아니라 셀 상태를 출력으로 모읍니다
feedback.en: >
  The state that you return at the end is right, but the outputs are not: they are the cell states
  of all steps. The cell state is the memory that the cell keeps for itself; what the next layer
  gets to see is the part that the output gate lets through. Compare your last output with the two
  parts of your final state: which of them does it equal, and which should it be?
feedback.ko: >
  마지막에 돌려주는 상태는 맞지만, 출력에는 단계마다의 셀 상태가 들어 있습니다. 셀 상태는 셀이 안에
  간직하는 기억이고, 다음 층이 보는 것은 출력 게이트를 통과한 부분입니다. 마지막 출력을 마지막
  상태의 두 부분과 비교해 보세요. 지금은 어느 쪽과 같고, 어느 쪽과 같아야 하나요?
question.en: >
  Why does a cell hide a part of what it knows, and would the next layer do better if it saw
  everything?
question.ko: 셀은 왜 아는 것의 일부를 감출까요? 다음 층이 모두 볼 수 있다면 더 나아질까요?
source: >
  common in submissions; contrast with the torch documentation of LSTM (output contains the hidden
  states h_t)
"""


def lstm_sequence(cell, x, state=None):
    outputs = []
    for x_t in x:
        h, c = state = cell(x_t, state)
        outputs.append(c)
    return torch.stack(outputs), (h, c)
