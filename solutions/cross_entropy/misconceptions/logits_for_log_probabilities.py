"""The logits are used as if they were log-probabilities already.

cell: cross_entropy
confuses: scores of any size, with logarithms of probabilities
title.ko: 로짓을 이미 로그 확률인 것처럼 씁니다
feedback.en: >
  Your loss looks only at the score of the true class; it can be negative, and it changes when the
  same number is added to all logits of a row, although the probabilities do not. A logit says
  something only in comparison with the other logits of its row. Take a row of equal logits, first
  all 0 and then all 3, and write down the loss that both should have. Where in your code do the
  wrong classes come in?
feedback.ko: >
  손실이 정답 클래스의 점수만 보고 있어서 음수가 되기도 하고, 한 행의 모든 로짓에 같은 수를 더하면
  확률은 그대로인데도 값이 달라집니다. 로짓은 같은 행의 다른 로짓과 비교할 때만 의미가 있습니다.
  로짓이 모두 0인 행과 모두 3인 행을 놓고 두 행의 손실이 각각 얼마여야 하는지 적어 보세요. 코드의
  어디에서 틀린 클래스들이 들어오나요?
question.en: >
  What would a model learn if only the score of the true class counted, and what keeps it from doing
  so in the real loss?
question.ko: >
  정답 클래스의 점수만 손실에 들어간다면 모델은 무엇을 배우게 될까요? 진짜 손실에서는 무엇이 그것을
  막아 줄까요?
source: >
  documented torch behaviour: NLLLoss expects log-probabilities, CrossEntropyLoss expects logits
"""


def cross_entropy(logits, target, label_smoothing=0.0, reduction="mean"):
    if reduction not in ("none", "sum", "mean"):
        raise ValueError(reduction)
    losses = -(1 - label_smoothing) * logits.gather(1, target.unsqueeze(1)).squeeze(1)
    losses = losses - label_smoothing * logits.mean(dim=1)
    return {"none": losses, "sum": losses.sum(), "mean": losses.mean()}[reduction]
