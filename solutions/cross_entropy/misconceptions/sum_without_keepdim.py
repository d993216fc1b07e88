"""The sums have lost their dimension and line up with the wrong axis.

cell: softmax
confuses: a column of sums, with a row of sums
title.ko: 합을 구하면서 차원이 사라져 다른 축에 맞춰 나누어집니다
feedback.en: >
  Your code stops with an error about sizes for most shapes, and for some it gives a result of
  another shape or one whose rows do not sum to 1. A reduction removes the dimension along which it
  runs, and broadcasting lines shapes up from the right, so the sums meet the wrong axis. Write down
  the shape of the numerator and of the denominator for a table of two rows and three columns, one
  under the other, aligned on the right. Which axis does the second one match?
feedback.ko: >
  대부분의 모양에서 크기가 맞지 않는다는 오류가 나고, 어떤 모양에서는 결과의 모양이 달라지거나 행의
  합이 1이 되지 않습니다. 합과 같은 축소 연산은 계산한 차원을 없애고, 브로드캐스팅은 모양을
  오른쪽부터 맞추기 때문에 합이 엉뚱한 축과 짝지어집니다. 2행 3열 표를 예로 들어 분자와 분모의
  모양을 오른쪽 정렬로 위아래에 적어 보세요. 분모는 어느 축과 맞춰지나요?
question.en: >
  Broadcasting never asks what an axis means: for which shapes does this mistake stay silent, and
  what would reveal it?
question.ko: >
  브로드캐스팅은 축의 의미를 묻지 않습니다. 어떤 모양에서 이 실수가 조용히 지나가고, 무엇이 그것을
  드러낼까요?
source: >
  documented torch behaviour: broadcasting semantics (shapes are aligned from the trailing
  dimension) and torch.sum (keepdim)
"""


def softmax(logits, dim=-1):
    shifted = logits - logits.amax(dim=dim, keepdim=True)
    exponentials = shifted.exp()
    return exponentials / exponentials.sum(dim=dim)


# variant: the maximum has lost its dimension too
def softmax(logits, dim=-1):
    shifted = logits - logits.amax(dim=dim)
    exponentials = shifted.exp()
    return exponentials / exponentials.sum(dim=dim)
