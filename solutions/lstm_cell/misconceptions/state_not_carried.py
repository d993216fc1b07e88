"""Every step starts from the first state: the state is not carried along.

cell: lstm_sequence
confuses: many steps of one sequence, with many sequences of one step
title.ko: 상태를 이어 가지 않고 매 단계 처음 상태에서 시작합니다
feedback.en: >
  Your first output is right and all later ones are not: each step begins again from the first
  state, so it knows nothing of the steps in between. A recurrent network is the same cell again and
  again, but each time with the memory that the time before has left. Feed the same input at three
  steps: should the three outputs be equal, and are yours? Look at what your loop does with the
  state that a step returns.
feedback.ko: >
  첫 출력은 맞지만 그 뒤의 출력은 모두 틀립니다. 단계마다 처음 상태에서 다시 시작하므로 그 사이의
  단계에 대해 아무것도 모릅니다. 순환 신경망은 같은 셀을 되풀이하지만, 그때마다 바로 앞 단계가 남긴
  기억을 받습니다. 세 단계에 같은 입력을 넣어 보세요. 세 출력이 같아야 할까요, 그리고 코드에서는
  같은가요?
question.en: >
  How would a model that forgets its state at each step still score well on a benchmark, and what
  would expose it?
question.ko: >
  매 단계 상태를 잊는 모델이 벤치마크에서 좋은 점수를 받는다면 왜일까요? 무엇이 그 문제를 드러내
  줄까요?
source: >
  listed among the mistakes of the course's students (rnn_cell); contrast with the torch
  documentation of LSTM
"""


def lstm_sequence(cell, x, state=None):
    outputs = []
    for x_t in x:
        h, c = cell(x_t, state)
        outputs.append(h)
    return torch.stack(outputs), (h, c)
