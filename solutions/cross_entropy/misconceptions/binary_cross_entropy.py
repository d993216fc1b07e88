"""Each class is judged by its own yes-or-no loss, and the losses are added up.

cell: cross_entropy
confuses: one question with C answers, with C questions that have two answers each
title.ko: 클래스마다 예/아니요 손실을 구해 더합니다
feedback.en: >
  Your loss is not negative and falls as the model improves, but it is not the one asked for: it
  turns each logit into a probability of its own and also adds up how surely every wrong class is
  rejected. That is the loss for labels that can be true at the same time. Here exactly one class is
  true, and the probabilities of a row already share a total of 1. Take a row of two equal logits
  and compute by hand the surprise at the truth, then what your version adds to it.
feedback.ko: >
  손실이 음수가 아니고 모델이 좋아지면 줄어들지만, 여기서 요구한 손실은 아닙니다. 로짓마다 따로
  확률을 만들고, 틀린 클래스를 얼마나 확실하게 거부했는지까지 더하고 있습니다. 그것은 여러 라벨이
  동시에 참일 수 있을 때의 손실입니다. 여기서는 정확히 한 클래스만 참이고, 한 행의 확률들이 이미 1을
  나누어 갖습니다. 로짓이 같은 두 클래스를 놓고 정답에 대한 놀라움을 직접 계산한 뒤, 코드가 거기에
  무엇을 더하는지 살펴보세요.
question.en: >
  With two classes there are one-logit and two-logit models: how are their losses related, and what
  changes with three classes?
question.ko: >
  클래스가 둘이면 로짓 하나짜리 모델도, 둘짜리 모델도 가능합니다. 두 손실은 어떤 관계이고, 클래스가
  셋이 되면 무엇이 달라질까요?
source: >
  documented torch behaviour: BCEWithLogitsLoss treats every class as a question of its own;
  contrast with CrossEntropyLoss
"""


def cross_entropy(logits, target, label_smoothing=0.0, reduction="mean"):
    if reduction not in ("none", "sum", "mean"):
        raise ValueError(reduction)
    p = torch.sigmoid(logits)
    q = torch.full_like(p, label_smoothing / logits.shape[1])
    q[torch.arange(len(target)), target] += 1 - label_smoothing
    losses = -(q * torch.log(p) + (1 - q) * torch.log(1 - p)).sum(dim=1)
    return {"none": losses, "sum": losses.sum(), "mean": losses.mean()}[reduction]


# variant: logsigmoid: finite for large logits
def cross_entropy(logits, target, label_smoothing=0.0, reduction="mean"):
    if reduction not in ("none", "sum", "mean"):
        raise ValueError(reduction)
    p = torch.sigmoid(logits)
    q = torch.full_like(p, label_smoothing / logits.shape[1])
    q[torch.arange(len(target)), target] += 1 - label_smoothing
    losses = -(
        q * torch.nn.functional.logsigmoid(logits)
        + (1 - q) * torch.nn.functional.logsigmoid(-logits)
    ).sum(dim=1)
    return {"none": losses, "sum": losses.sum(), "mean": losses.mean()}[reduction]
