"""The maximum of the whole tensor is subtracted where each row needs its own.

cell: softmax
confuses: the largest logit of a distribution, with the largest logit of the whole batch
title.ko: 행마다의 최댓값이 아니라 텐서 전체의 최댓값을 뺍니다
feedback.en: >
  Your result is fine while all rows have logits of similar size, but a row that lies far below the
  largest one comes out as nan. You do subtract something to stay in range, but it is one number for
  the whole tensor: it saves the row that it came from and pushes the others so far down that all
  their exponentials round to 0. Take two rows, one with logits near zero and one with logits near a
  thousand, and follow the denominator of each. Which numbers belong to one distribution, and which
  are only neighbours in the batch?
feedback.ko: >
  모든 행의 로짓이 비슷한 크기일 때는 괜찮지만, 가장 큰 값보다 훨씬 아래에 있는 행은 nan이 됩니다.
  범위를 벗어나지 않도록 무언가를 빼고는 있지만 그 수가 텐서 전체에 하나뿐입니다. 그래서 그 값이
  나온 행은 안전해지고, 다른 행은 너무 낮아져 지수가 모두 0으로 반올림됩니다. 로짓이 0 근처인 행과
  1000 근처인 행을 하나씩 놓고 각 행의 분모를 따라가 보세요. 어떤 수들이 하나의 분포를 이루고, 어떤
  수들은 그저 같은 배치에 있을 뿐인가요?
question.en: >
  In a batch, what may one sample know about another, and how would you notice that they influence
  each other?
question.ko: >
  배치 안에서 한 샘플은 다른 샘플에 대해 무엇을 알아도 될까요? 서로 영향을 주고 있다는 것을 어떻게
  알아챌 수 있을까요?
source: >
  common in submissions; contrast with Goodfellow, Bengio, Courville, Deep Learning (2016), section
  4.1
"""


def softmax(logits, dim=-1):
    exponentials = torch.exp(logits - logits.max())
    return exponentials / exponentials.sum(dim=dim, keepdim=True)
