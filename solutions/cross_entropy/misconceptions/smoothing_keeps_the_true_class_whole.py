"""The smoothed part is added, but nothing is taken away from the true class.

cell: cross_entropy
confuses: a target that is spread out, with a target to which something is added
title.ko: 정답 클래스에서 덜어 내지 않고 고르게 나눈 몫만 더합니다
feedback.en: >
  Without label smoothing your loss is right; with it, the loss is too large. Label smoothing moves
  a part of the target from the true class to all classes, so what is given to the others has to
  come from somewhere. Write down the smoothed target of one sample as a row of numbers, the way
  your code uses it, and add them up. What should the sum of a distribution be?
feedback.ko: >
  label smoothing이 없을 때는 맞지만, 있으면 손실이 너무 큽니다. label smoothing은 정답 클래스에
  있던 몫의 일부를 모든 클래스로 옮기는 것이므로, 나누어 준 만큼 어디선가 줄어들어야 합니다. 샘플
  하나의 부드러워진 정답을 코드가 쓰는 그대로 한 줄의 수로 적고 모두 더해 보세요. 분포의 합은
  얼마여야 하나요?
question.en: >
  If the targets of one sample sum to more than 1, what does the loss then ask of the model, and can
  it be satisfied?
question.ko: >
  한 샘플의 정답의 합이 1보다 크다면 손실은 모델에게 무엇을 요구하게 될까요? 그 요구를 만족시킬 수
  있을까요?
source: >
  ildoonet/pytorch-randaugment issue #30 (a related slip); contrast with Szegedy et al., Rethinking
  the Inception Architecture, CVPR 2016, section 7
"""


def cross_entropy(logits, target, label_smoothing=0.0, reduction="mean"):
    if reduction not in ("none", "sum", "mean"):
        raise ValueError(reduction)
    log_p = log_softmax(logits, dim=1)
    true = log_p.gather(1, target.unsqueeze(1)).squeeze(1)
    losses = -true - label_smoothing * log_p.mean(dim=1)
    return {"none": losses, "sum": losses.sum(), "mean": losses.mean()}[reduction]
