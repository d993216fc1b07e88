"""A tiny constant inside the logarithm hides -inf, but small probabilities come out wrong.

cell: log_softmax
confuses: a finite result, with a right one
title.ko: 로그 안에 아주 작은 수를 더해 -inf만 감춥니다
feedback.en: >
  Your result is finite, but log-probabilities far below zero all end at the same floor, and the
  gradient there has gone. The small constant that keeps the logarithm away from zero replaces the
  true value as soon as the probability is smaller than the constant. Take two classes whose logits
  are a thousand apart: what is the log-probability of the unlikely one on paper, and what is the
  lowest value that your code can give? Look for a way in which the tiny probability never has to
  exist as a number.
feedback.ko: >
  결과는 유한하지만 0보다 훨씬 작은 로그 확률이 모두 같은 바닥값에서 멈추고, 그 자리의 기울기도
  사라집니다. 로그가 0을 만나지 않도록 더한 작은 상수가, 확률이 그보다 작아지는 순간 진짜 값을
  대신해 버리기 때문입니다. 로짓이 1000만큼 차이 나는 두 클래스를 놓고, 확률이 낮은 쪽의 로그 확률이
  종이 위에서는 얼마인지, 코드가 낼 수 있는 가장 작은 값은 얼마인지 비교해 보세요. 그 작은 확률을
  수로 만들지 않고도 계산할 방법이 있을지 찾아보세요.
question.en: >
  A small epsilon makes many errors disappear: how can you tell whether it solved a problem or only
  hid it?
question.ko: >
  작은 epsilon을 더하면 많은 오류가 사라집니다. 문제가 해결된 것인지 가려진 것인지 어떻게 구별할 수
  있을까요?
source: >
  common in submissions; contrast with Goodfellow, Bengio, Courville, Deep Learning (2016), section
  4.1
"""


def log_softmax(logits, dim=-1):
    return torch.log(softmax(logits, dim=dim) + 1e-12)


# variant: 1e-8 for 1e-12
def log_softmax(logits, dim=-1):
    return torch.log(softmax(logits, dim=dim) + 1e-8)


# variant: 1e-9 for 1e-12
def log_softmax(logits, dim=-1):
    return torch.log(softmax(logits, dim=dim) + 1e-9)


# variant: 1e-10 for 1e-12
def log_softmax(logits, dim=-1):
    return torch.log(softmax(logits, dim=dim) + 1e-10)


# variant: clamped at 1e-12, with no gradient below
def log_softmax(logits, dim=-1):
    return torch.log(softmax(logits, dim=dim).clamp(min=1e-12))
