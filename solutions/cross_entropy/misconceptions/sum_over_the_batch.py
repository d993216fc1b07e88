"""Without a dim the first dimension is normalised: a distribution over the samples.

cell: log_softmax
confuses: the axis of the samples, with the axis of the classes
title.ko: dim을 주지 않으면 클래스가 아니라 샘플 축을 정규화합니다
feedback.en: >
  Your result is right when a dimension is named; without one, the probabilities behind it sum to 1
  down the columns instead of along the rows. Classes lie along the last axis by convention, the
  samples along the first, and normalising over samples makes them compete with each other.
  Exponentiate your result for a table of two rows and three columns and add it up in both
  directions. What would happen to the answer for one photo when the batch gets larger?
feedback.ko: >
  차원을 지정하면 결과가 맞지만, 지정하지 않으면 확률의 합이 행이 아니라 열 방향으로 1이 됩니다.
  관례상 클래스는 마지막 축에, 샘플은 첫 번째 축에 놓이며, 샘플 방향으로 정규화하면 샘플끼리 확률을
  다투게 됩니다. 2행 3열 표의 결과에 지수를 취한 뒤 두 방향으로 더해 보세요. 배치가 커지면 사진 한
  장에 대한 답은 어떻게 달라질까요?
question.en: >
  What does it mean for a training run if the classes compete across the batch, and would the loss
  still go down?
question.ko: 배치 방향으로 샘플끼리 경쟁하게 된다면 학습은 어떻게 될까요? 그래도 손실은 줄어들까요?
source: >
  documented torch behaviour: the deprecated implicit dim of softmax and log_softmax is 0 for some
  numbers of dimensions; contrast with the contract's dim=-1
"""


def log_softmax(logits, dim=0):
    shifted = logits - logits.amax(dim=dim, keepdim=True)
    return shifted - shifted.exp().sum(dim=dim, keepdim=True).log()
