"""Only the output of the last step is returned.

cell: lstm_sequence
confuses: a summary of the sequence, with the sequence of outputs
title.ko: 마지막 단계의 출력만 돌려줍니다
feedback.en: >
  Your outputs have lost the dimension of time: what is returned is the hidden state of the last
  step, which stands in the final state already. Some tasks need only that, for instance to classify
  a whole sentence; others need an output at every step, and only the caller knows which. Write down
  the three shapes that the contract names for the result, and compare them with yours. What has
  become of the earlier steps?
feedback.ko: >
  출력에서 시간 차원이 사라졌습니다. 돌려준 것은 마지막 단계의 은닉 상태인데, 그것은 이미 마지막
  상태에 들어 있습니다. 문장 전체를 분류할 때처럼 그것만 필요한 과제도 있지만 단계마다 출력이 필요한
  과제도 있고, 어느 쪽인지는 호출하는 쪽만 압니다. 계약에 적힌 결과의 세 모양을 적고 지금의 결과와
  비교해 보세요. 앞선 단계들의 출력은 어디로 갔나요?
question.en: >
  Which tasks need every output and which only the last, and what is lost when a long text is summed
  up in one vector?
question.ko: >
  모든 출력이 필요한 과제와 마지막 출력만 필요한 과제는 무엇일까요? 긴 글을 벡터 하나로 줄이면
  무엇을 잃게 될까요?
source: >
  listed among the mistakes of the course's students (rnn_cell); contrast with the torch
  documentation of LSTM (output against h_n)
"""


def lstm_sequence(cell, x, state=None):
    for x_t in x:
        h, c = state = cell(x_t, state)
    return h, (h, c)


# variant: with a dimension of size 1 for time
def lstm_sequence(cell, x, state=None):
    for x_t in x:
        h, c = state = cell(x_t, state)
    return h.unsqueeze(0), (h, c)
