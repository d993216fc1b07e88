"""Any reduction that is not known quietly becomes the mean.

cell: cross_entropy
confuses: a default for an argument that is not given, with an answer to one that is wrong
title.ko: 모르는 reduction이 들어와도 조용히 평균을 냅니다
feedback.en: >
  All your losses are right, but a reduction that does not exist is accepted, and the caller gets a
  mean without a word. A default is for an argument that was left out; a misspelt one is a mistake
  of the caller that should be named where it is made. Imagine a colleague who types "summ" and
  looks for the reason of strange curves for a day. Read what the contract says about all other
  values of this argument, and ask at which point your function would notice.
feedback.ko: >
  손실 값은 모두 맞지만, 존재하지 않는 reduction도 받아들여 아무 말 없이 평균을 돌려줍니다. 기본값은
  인자를 생략했을 때를 위한 것이고, 잘못 적은 인자는 호출한 쪽의 실수이므로 그 자리에서 알려 주어야
  합니다. 동료가 "summ"이라고 적고 이상한 곡선의 원인을 하루 종일 찾는다고 상상해 보세요. 계약에서
  이 인자의 다른 값들에 대해 무엇이라고 하는지 읽고, 함수가 어느 지점에서 알아챌 수 있을지 생각해
  보세요.
question.en: >
  When should a function guess what was meant, and when should it refuse, and who pays for a wrong
  guess?
question.ko: >
  함수가 의도를 짐작해야 할 때와 거절해야 할 때는 언제일까요? 잘못 짐작한 대가는 누가 치르게 될까요?
source: >
  common in submissions; contrast with torch.nn.functional.cross_entropy, which raises ValueError
  for a reduction that it does not know
"""


def cross_entropy(logits, target, label_smoothing=0.0, reduction="mean"):
    log_p = log_softmax(logits, dim=1)
    losses = -(1 - label_smoothing) * log_p.gather(1, target.unsqueeze(1)).squeeze(1)
    losses = losses - label_smoothing * log_p.mean(dim=1)
    if reduction == "none":
        return losses
    elif reduction == "sum":
        return losses.sum()
    else:
        return losses.mean()
