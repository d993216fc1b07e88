"""A softmax over the D values for a sigmoid of each: the values compete.

cell: elbo
confuses: D separate coins, with one choice among D
title.ko: 값마다 따로인 확률 대신, D개의 값에 걸친 softmax를 썼습니다.
feedback.en: >
  Your likelihood depends only on differences between the logits of a sample: raising all of them
  together changes nothing. A softmax lets the values compete for one unit of probability, as if
  exactly one of them could be 1. The values of a picture do not compete: each has a logit and a
  probability of its own. Ask for a sample of only ones what the best possible log-likelihood should
  be, and what you get.
feedback.ko: >
  가능도가 한 샘플 안의 logits 차이에만 달려 있어서, 모든 logits를 함께 올려도 아무것도 변하지 않습니다. softmax는 값들 가운데 정확히 하나만 1일 수 있는
  것처럼 확률 1을 두고 서로 경쟁시킵니다. 그림의 값들은 경쟁하지 않고 저마다 logit과 확률을 가집니다. 모든 값이 1인 샘플에서 가장 좋은 로그 가능도가 얼마여야 하는지,
  자신의 코드는 얼마를 내는지 비교해 보세요.
question.en: >-
  When is a decoder with a softmax over its outputs the right model? Find data for each of the two.
question.ko: decoder의 출력 전체에 softmax를 쓰는 것이 올바른 모형이 되는 때는 언제일까요? 두 모형 각각에 어울리는 데이터를 찾아보세요.
source: >-
  common in submissions, the reverse of sigmoid outputs taken for a distribution; contrast with
  Kingma and Welling, Auto-Encoding Variational Bayes, 2014, appendix C.1
"""


def elbo(x, logits, mu, logvar):
    per_value = x * F.log_softmax(logits, dim=1)
    return (per_value.sum(dim=1) - kl_divergence(mu, logvar)).mean()


# variant: the logarithm of a softmax, which underflows
def elbo(x, logits, mu, logvar):
    per_value = x * torch.log(torch.softmax(logits, dim=1))
    return (per_value.sum(dim=1) - kl_divergence(mu, logvar)).mean()
