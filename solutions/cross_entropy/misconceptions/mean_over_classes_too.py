"""The mean runs over all entries of the table instead of over the samples.

cell: cross_entropy
confuses: the number of samples, with the number of entries
title.ko: 샘플이 아니라 표의 모든 칸에 대해 평균을 냅니다
feedback.en: >
  Your loss is right for "none" and "sum", but the mean is too small by a factor that is the same
  for every batch. The sum over the classes belongs to the definition of the loss of one sample;
  only the samples are averaged. Compute the loss of a batch with a single sample by hand: its mean
  should be that sample's loss. How often does your code divide, and by what?
feedback.ko: >
  "none"과 "sum"은 맞지만, 평균은 어떤 배치에서든 같은 배수만큼 작게 나옵니다. 클래스에 대한 합은
  샘플 하나의 손실을 정의하는 데 들어 있고, 평균을 내는 대상은 샘플뿐입니다. 샘플이 하나인 배치의
  손실을 직접 계산해 보세요. 그 평균은 그 샘플의 손실과 같아야 합니다. 코드는 무엇으로 몇 번 나누고
  있나요?
question.en: >
  Which averages over a table of losses can still be compared when the number of classes changes,
  and which cannot?
question.ko: >
  클래스 수가 달라져도 서로 비교할 수 있는 평균은 어떤 것이고, 그럴 수 없는 평균은 어떤 것일까요?
source: >
  common in submissions; contrast with the torch documentation of KLDivLoss, where "mean" averages
  over all entries and "batchmean" over the batch
"""


def cross_entropy(logits, target, label_smoothing=0.0, reduction="mean"):
    if reduction not in ("none", "sum", "mean"):
        raise ValueError(reduction)
    log_p = log_softmax(logits, dim=1)
    q = torch.full_like(log_p, label_smoothing / logits.shape[1])
    q[torch.arange(len(target)), target] += 1 - label_smoothing
    if reduction == "mean":
        return -(q * log_p).mean()
    losses = -(q * log_p).sum(dim=1)
    return losses if reduction == "none" else losses.sum()


# variant: divided by the classes in every reduction
def cross_entropy(logits, target, label_smoothing=0.0, reduction="mean"):
    if reduction not in ("none", "sum", "mean"):
        raise ValueError(reduction)
    log_p = log_softmax(logits, dim=1)
    q = torch.full_like(log_p, label_smoothing / logits.shape[1])
    q[torch.arange(len(target)), target] += 1 - label_smoothing
    losses = -(q * log_p).mean(dim=1)
    return {"none": losses, "sum": losses.sum(), "mean": losses.mean()}[reduction]
