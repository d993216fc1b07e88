"""The outputs are stacked along the second dimension: the batch comes first.

cell: lstm_sequence
confuses: the shape of one step with time put behind it, with time put in front of it
title.ko: 출력을 두 번째 차원으로 쌓아 배치가 앞에 옵니다
feedback.en: >
  All your hidden states are right, and so is the final state, but the outputs come back with time
  and batch exchanged. Where both have the same length the shape cannot tell; the numbers stand in
  the wrong places nevertheless. The input has time first, and whoever runs a second layer on your
  outputs will loop over them in the same way. Print the shape of your outputs for three steps and a
  batch of two: what do you get at index 0?
feedback.ko: >
  은닉 상태와 마지막 상태는 모두 맞지만, 출력에서 시간과 배치가 뒤바뀌어 있습니다. 두 길이가 같으면
  모양으로는 알 수 없지만 값은 엉뚱한 자리에 놓입니다. 입력은 시간이 먼저이고, 이 출력 위에 두 번째
  층을 올리는 사람도 같은 방식으로 반복할 것입니다. 세 단계, 배치 둘일 때 출력의 모양을 확인해
  보세요. 인덱스 0에는 무엇이 들어 있나요?
question.en: >
  Should a function ever return another order of axes than it takes, and how would its user find
  out?
question.ko: >
  함수가 받은 것과 다른 축 순서로 돌려주어도 괜찮을 때가 있을까요? 쓰는 사람은 그것을 어떻게 알 수
  있을까요?
source: >
  documented torch behaviour: torch.stack (argument dim); contrast with the torch documentation of
  LSTM (batch_first is False by default)
"""


def lstm_sequence(cell, x, state=None):
    outputs = []
    for x_t in x:
        h, c = state = cell(x_t, state)
        outputs.append(h)
    return torch.stack(outputs, dim=1), (h, c)
