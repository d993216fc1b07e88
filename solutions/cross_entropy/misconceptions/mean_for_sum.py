"""The mean over the batch is taken although the sum was asked for.

cell: cross_entropy
confuses: the reduction that was asked for, with the mean
title.ko: sum을 요청해도 배치 평균을 돌려줍니다
feedback.en: >
  Your loss is right for the mean, but with the reduction "sum" it is too small by a factor that
  grows with the batch. A mean and a sum have the same minimum, but not the same size of gradient,
  so a learning rate that suits one does not suit the other. Take two samples with losses you know
  and write down what each of the three reductions should return, with its shape. Then check which
  of your branches are really different.
feedback.ko: >
  평균은 맞지만, reduction이 "sum"일 때는 배치가 클수록 손실이 그 배수만큼 작게 나옵니다. 평균과
  합은 최솟값의 위치는 같아도 기울기의 크기가 다르므로, 한쪽에 맞는 학습률이 다른 쪽에는 맞지
  않습니다. 손실을 알고 있는 샘플 두 개를 놓고 세 가지 reduction이 각각 어떤 값을 어떤 모양으로
  돌려주어야 하는지 적어 보세요. 그리고 코드의 갈래들이 정말로 서로 다른지 확인해 보세요.
question.en: >
  Your colleague doubles the batch size and keeps the learning rate: for which reduction does
  training change, and how?
question.ko: >
  동료가 학습률은 그대로 두고 배치 크기만 두 배로 늘렸습니다. 어떤 reduction에서 학습이 어떻게
  달라질까요?
source: >
  listed among the mistakes of the course's students; contrast with the torch documentation of
  CrossEntropyLoss (reduction)
"""


def cross_entropy(logits, target, label_smoothing=0.0, reduction="mean"):
    if reduction not in ("none", "sum", "mean"):
        raise ValueError(reduction)
    log_p = log_softmax(logits, dim=1)
    losses = -(1 - label_smoothing) * log_p.gather(1, target.unsqueeze(1)).squeeze(1)
    losses = losses - label_smoothing * log_p.mean(dim=1)
    return losses if reduction == "none" else losses.mean()
