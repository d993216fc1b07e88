"""The first dimension is taken for the batch and the second for time.

cell: lstm_sequence
confuses: the axis of time, with the axis of the batch
title.ko: 첫 번째 차원을 배치로, 두 번째 차원을 시간으로 여깁니다
feedback.en: >
  Your loop walks along the wrong axis: it takes the rows of the batch for the steps of time, so
  that one sample becomes the past of the next one. Where both axes have the same length nothing
  complains, and the numbers are wrong all the same. Give two different sequences in one batch,
  change only the second one, and look at whether the outputs of the first one change. Which shape
  does the contract give for x, and what are you looping over?
feedback.ko: >
  반복문이 엉뚱한 축을 따라갑니다. 배치의 행을 시간 단계로 여겨서 한 샘플이 다음 샘플의 과거가 되고
  있습니다. 두 축의 길이가 같으면 오류도 없이 값만 틀립니다. 서로 다른 두 시퀀스를 한 배치에 넣고 두
  번째 것만 바꾸었을 때 첫 번째 것의 출력이 달라지는지 보세요. 계약에서 x의 모양은 무엇이고, 지금
  무엇을 따라 반복하고 있나요?
question.en: >
  Time first or batch first: what does each make easier, and how do you protect a project that uses
  both?
question.ko: >
  시간이 먼저인 방식과 배치가 먼저인 방식은 각각 무엇이 편할까요? 둘을 함께 쓰는 프로젝트에서는
  실수를 어떻게 막을 수 있을까요?
source: >
  pytorch/pytorch issue #33215 and yunjey/pytorch-tutorial issue #73 (batch_first); contrast with
  the torch documentation of LSTM
"""


def lstm_sequence(cell, x, state=None):
    outputs = []
    for x_t in x.transpose(0, 1):
        h, c = state = cell(x_t, state)
        outputs.append(h)
    return torch.stack(outputs, dim=1), (h, c)


# variant: the outputs are stacked along the first dimension
def lstm_sequence(cell, x, state=None):
    outputs = []
    for x_t in x.transpose(0, 1):
        h, c = state = cell(x_t, state)
        outputs.append(h)
    return torch.stack(outputs), (h, c)
