"""The state that is given is ignored: every sequence starts from zeros.

cell: lstm_sequence
confuses: the default of an argument, with the argument
title.ko: 주어진 상태를 무시하고 늘 0에서 시작합니다
feedback.en: >
  Your result is right without a state, and with a state it is the same as without. A caller who
  hands in a state wants to continue a sequence, or to start a decoder from what an encoder has
  understood. Run a sequence of four steps in one go, and then in two halves, where the second half
  gets the state of the first: the outputs should agree. Where does your loop use what it was given?
feedback.ko: >
  상태를 주지 않으면 맞지만, 주었을 때도 주지 않은 것과 결과가 같습니다. 상태를 넘기는 쪽은 시퀀스를
  이어 가거나, 인코더가 이해한 내용에서 디코더를 시작하려는 것입니다. 네 단계짜리 시퀀스를 한 번에
  돌린 결과와, 둘로 나누어 뒤쪽에 앞쪽의 상태를 넘겨 준 결과를 비교해 보세요. 두 출력은 같아야
  합니다. 반복문은 받은 상태를 어디에서 쓰고 있나요?
question.en: >
  What does it mean to cut a sequence into pieces, and what has to be handed over so that nobody can
  tell?
question.ko: >
  시퀀스를 여러 조각으로 나눈다는 것은 무엇을 뜻할까요? 나눈 티가 나지 않으려면 무엇을 넘겨주어야
  할까요?
source: >
  common in submissions; contrast with the torch documentation of LSTM (the initial state defaults
  to zeros only if it is not provided)
"""


def lstm_sequence(cell, x, state=None):
    outputs, state = [], None
    for x_t in x:
        h, c = state = cell(x_t, state)
        outputs.append(h)
    return torch.stack(outputs), (h, c)
