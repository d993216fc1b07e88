"""The largest logit is taken out of the exponentials and then forgotten.

cell: log_softmax
confuses: a shift that cancels by itself, with one that has to be undone
title.ko: 지수 계산에서 뺀 최댓값을 되돌려 놓지 않습니다
feedback.en: >
  Your result is finite and the differences within a row are right, but the exponentials of a row do
  not sum to 1: a whole row is off by one constant. Shifting the logits is free as long as
  everything is shifted; here one part works with shifted logits and the other with the original
  ones. Try a row whose largest logit is 0 and then the same row with 5 added everywhere. Which of
  the two comes out right, and by how much does the other one miss?
feedback.ko: >
  결과는 유한하고 한 행 안의 차이도 맞지만, 지수를 취해 더하면 1이 되지 않습니다. 행 전체가 같은
  상수만큼 어긋나 있습니다. 로짓을 옮기는 것은 모든 항을 똑같이 옮길 때만 공짜인데, 지금은 한쪽은
  옮긴 로짓을, 다른 쪽은 원래 로짓을 쓰고 있습니다. 가장 큰 로짓이 0인 행과, 그 행의 모든 값에 5를
  더한 행을 차례로 넣어 보세요. 어느 쪽이 맞고, 다른 쪽은 얼마나 벗어나나요?
question.en: >
  Which quantities of a classifier stay the same under a common shift of the logits, and which ones
  give it away?
question.ko: 모든 로짓을 같은 만큼 옮겼을 때 분류기의 어떤 양은 그대로이고, 어떤 양은 변할까요?
source: >
  common in submissions; contrast with Goodfellow, Bengio, Courville, Deep Learning (2016), section
  4.1, and the torch documentation of torch.logsumexp
"""


def log_softmax(logits, dim=-1):
    largest = logits.amax(dim=dim, keepdim=True)
    return logits - (logits - largest).exp().sum(dim=dim, keepdim=True).log()


# variant: max for amax: another gradient at ties
def log_softmax(logits, dim=-1):
    largest = logits.max(dim=dim, keepdim=True).values
    return logits - (logits - largest).exp().sum(dim=dim, keepdim=True).log()


# variant: a detached maximum: the gradient is right
def log_softmax(logits, dim=-1):
    largest = logits.amax(dim=dim, keepdim=True).detach()
    return logits - (logits - largest).exp().sum(dim=dim, keepdim=True).log()
