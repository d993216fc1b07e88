"""The smoothed part is spread over the other classes only: the true class gets no share.

cell: cross_entropy
confuses: all classes, with all the other classes
title.ko: 정답을 뺀 나머지 클래스에만 몫을 나눕니다
feedback.en: >
  Without label smoothing your loss is right; with it, the loss is a little off, and the more so the
  fewer classes there are. In your version the targets do sum to 1, but the part that is taken away
  is shared only among the wrong classes. In the paper, the target is mixed with a distribution that
  knows nothing about the sample. Write both targets down for four classes and compare: what does
  such a distribution give to the true class?
feedback.ko: >
  label smoothing이 없을 때는 맞지만, 있으면 손실이 조금 어긋나고 클래스 수가 적을수록 차이가
  커집니다. 정답의 합은 1이지만, 덜어 낸 몫을 틀린 클래스끼리만 나누고 있습니다. 논문에서는 샘플에
  대해 아무것도 모르는 분포를 정답과 섞습니다. 클래스가 넷일 때 두 가지 정답을 나란히 적어 비교해
  보세요. 아무것도 모르는 분포라면 정답 클래스에는 얼마를 줄까요?
question.en: >
  Both ways of smoothing exist in published code: what speaks for each, and what breaks when a paper
  does not say which?
question.ko: >
  두 가지 smoothing 방식이 모두 공개된 코드에 쓰입니다. 각각의 장점은 무엇이고, 논문이 어느 쪽인지
  밝히지 않으면 무엇이 문제가 될까요?
source: >
  mindspore-ai/mindspore issue #73 and pytorch/pytorch issue #7455 (both versions discussed);
  contrast with Szegedy et al., CVPR 2016, section 7
"""


def cross_entropy(logits, target, label_smoothing=0.0, reduction="mean"):
    if reduction not in ("none", "sum", "mean"):
        raise ValueError(reduction)
    log_p = log_softmax(logits, dim=1)
    classes = logits.shape[1]
    true = log_p.gather(1, target.unsqueeze(1)).squeeze(1)
    others = (log_p.sum(dim=1) - true) / max(classes - 1, 1)
    losses = -(1 - label_smoothing) * true - label_smoothing * others
    return {"none": losses, "sum": losses.sum(), "mean": losses.mean()}[reduction]


# variant: 0 / 0 where there is one class only
def cross_entropy(logits, target, label_smoothing=0.0, reduction="mean"):
    if reduction not in ("none", "sum", "mean"):
        raise ValueError(reduction)
    log_p = log_softmax(logits, dim=1)
    classes = logits.shape[1]
    true = log_p.gather(1, target.unsqueeze(1)).squeeze(1)
    others = (log_p.sum(dim=1) - true) / (classes - 1)
    losses = -(1 - label_smoothing) * true - label_smoothing * others
    return {"none": losses, "sum": losses.sum(), "mean": losses.mean()}[reduction]
