"""Only the values that are 1 are counted: a wrong guess where the data are 0 costs nothing.

cell: elbo
confuses: the cross-entropy of one class among many, with that of D separate coins
title.ko: 값이 1인 항만 세고, 0인 값의 로그 확률을 빠뜨렸습니다.
feedback.en: >
  Where the data are 1 your likelihood is right; where they are 0 nothing is charged, however sure
  the decoder was of a 1. A decoder trained so would call everything 1. In the cross-entropy of a
  single class only the true class has a term; here every value is a coin of its own, and tails is
  an outcome too. Work out by hand the log-probability of one tail.
feedback.ko: >
  데이터가 1인 곳은 맞지만, 0인 곳에서는 decoder가 1이라고 확신해도 벌점이 없습니다. 이렇게 학습한 decoder는 무엇이든 1이라고 할 것입니다. 정답 클래스가
  하나인 cross-entropy에서는 정답의 항만 남지만, 여기에서는 값 하나하나가 동전이고 뒷면도 하나의 결과입니다. 뒷면 하나의 로그 확률을 손으로 구해 보세요.
question.en: >-
  In the cross-entropy over classes the wrong classes have no term, and yet the network learns to
  avoid them. Why does that work there and not here?
question.ko: >-
  클래스에 대한 cross-entropy에는 틀린 클래스의 항이 없는데도 신경망은 그것을 피하는 법을 배웁니다. 거기에서는 되는 일이 여기에서는 왜 안 될까요?
source: >-
  common in submissions; contrast with Kingma and Welling, Auto-Encoding Variational Bayes, 2014,
  appendix C.1
"""


def elbo(x, logits, mu, logvar):
    per_value = x * F.logsigmoid(logits)
    return (per_value.sum(dim=1) - kl_divergence(mu, logvar)).mean()


# variant: the logarithm of a sigmoid, which underflows
def elbo(x, logits, mu, logvar):
    per_value = x * torch.log(torch.sigmoid(logits))
    return (per_value.sum(dim=1) - kl_divergence(mu, logvar)).mean()
