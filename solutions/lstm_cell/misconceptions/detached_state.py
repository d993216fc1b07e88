"""The state is detached after each step, so no gradient flows back through time.

cell: lstm_sequence
confuses: cutting the history between two batches, with cutting it between two steps
title.ko: 단계마다 상태를 detach해서 기울기가 시간을 거슬러 가지 못합니다
feedback.en: >
  All your values are right, but the gradients are not: an early input gets none from a later
  output. Each step is trained as if its state had come from nowhere, so the cell cannot learn what
  is worth remembering. Take a sequence of three steps, ask for the gradient of the last output with
  respect to the first input, and follow on paper the path on which it should come back. At which
  point does your path end?
feedback.ko: >
  값은 모두 맞지만 기울기가 틀립니다. 나중 출력에서 앞선 입력으로 돌아오는 기울기가 없습니다.
  단계마다 상태가 갑자기 생겨난 것처럼 학습되므로, 셀은 무엇을 기억해야 하는지 배울 수 없습니다. 세
  단계짜리 시퀀스에서 마지막 출력의 첫 입력에 대한 기울기를 구해 보고, 그것이 되돌아와야 할 길을
  종이 위에서 따라가 보세요. 코드에서는 그 길이 어디에서 끊기나요?
question.en: >
  Training on long texts does cut the gradient somewhere: where, at what price, and how do you
  choose the place?
question.ko: >
  긴 텍스트로 학습할 때는 실제로 어딘가에서 기울기를 끊습니다. 어디에서 끊고, 무엇을 치르며, 그
  자리는 어떻게 정할까요?
source: >
  common in submissions; the word_language_model of pytorch/examples detaches the state, but between
  two batches
"""


def lstm_sequence(cell, x, state=None):
    outputs = []
    for x_t in x:
        h, c = state = cell(x_t, state)
        state = (h.detach(), c.detach())
        outputs.append(h)
    return torch.stack(outputs), (h, c)


# variant: the outputs and the last state are detached too
def lstm_sequence(cell, x, state=None):
    outputs = []
    for x_t in x:
        h, c = state = cell(x_t, state)
        h, c = state = (h.detach(), c.detach())
        outputs.append(h)
    return torch.stack(outputs), (h, c)
