"""The minus sign is missing: the log-likelihood is returned as a loss.

cell: cross_entropy
confuses: the log-likelihood, which grows as the model improves, with a loss, which falls
title.ko: 마이너스 부호가 빠져 로그 우도를 손실로 돌려줍니다
feedback.en: >
  Your loss has the right size, but it is never positive, and a better model gets a larger one. The
  logarithm of a probability is at most zero; a surprise, which is what a loss measures, is at least
  zero. Take a sample whose true class has probability one half: what should its loss be, and what
  do you get? In which direction would gradient descent move the model with your version?
feedback.ko: >
  손실의 크기는 맞지만 절대로 양수가 되지 않고, 모델이 좋아질수록 값이 커집니다. 확률의 로그는 0
  이하이지만, 손실이 재는 '놀라움'은 0 이상입니다. 정답 클래스의 확률이 1/2인 샘플을 하나 놓고
  손실이 얼마여야 하는지, 코드는 얼마를 내는지 비교해 보세요. 이 손실로 경사 하강법을 쓰면 모델은
  어느 방향으로 움직일까요?
question.en: >
  How soon, and by which signs, would you notice in a training run that the sign of the loss is
  wrong?
question.ko: 손실의 부호가 뒤집혔다는 것을 학습 중에 얼마나 빨리, 어떤 징후로 알아챌 수 있을까요?
source: >
  common in submissions; contrast with Goodfellow, Bengio, Courville, Deep Learning (2016), section
  6.2.1.1 (the loss is a negative log-likelihood)
"""


def cross_entropy(logits, target, label_smoothing=0.0, reduction="mean"):
    if reduction not in ("none", "sum", "mean"):
        raise ValueError(reduction)
    log_p = log_softmax(logits, dim=1)
    losses = (1 - label_smoothing) * log_p.gather(1, target.unsqueeze(1)).squeeze(1)
    losses = losses + label_smoothing * log_p.mean(dim=1)
    return {"none": losses, "sum": losses.sum(), "mean": losses.mean()}[reduction]
