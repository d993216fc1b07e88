"""The loss for probabilities is given the sigmoid: it cuts every cost off at 100.

cell: elbo
confuses: a loss made for probabilities, with one made for logits
title.ko: logits를 확률로 바꾼 뒤 binary_cross_entropy를 써서, 큰 logits에서 값이 100에 막힙니다.
feedback.en: >
  For moderate logits your bound is right; for very large ones a value that is wrong never costs
  more than 100, and its gradient is gone. The loss for probabilities cuts its logarithms off there,
  because a probability that has been rounded to 0 or 1 leaves it no better choice. The logit itself
  still says how wrong the decoder is. Find out which function of torch takes logits as they are.
feedback.ko: >
  logits가 보통 크기일 때는 맞지만, 아주 커지면 틀린 값 하나의 비용이 100을 넘지 못하고 gradient도 사라집니다. 확률을 받는 loss는 로그를 거기에서 잘라
  냅니다. 0이나 1로 반올림된 확률만으로는 더 나은 방법이 없기 때문입니다. logits 자체에는 decoder가 얼마나 틀렸는지가 아직 남아 있습니다. torch에서
  logits를 그대로 받는 함수가 무엇인지 찾아보세요.
question.en: >-
  When would a bound on the cost of one value even be welcome, and what price does the training pay
  for it?
question.ko: 값 하나의 비용에 상한이 있는 것이 오히려 반가운 때는 언제일까요? 학습은 그 대가로 무엇을 치를까요?
source: >-
  the VAE in pytorch/examples ends in a sigmoid and F.binary_cross_entropy; torch documentation of
  nn.BCELoss (logarithms clamped at -100)
"""


def elbo(x, logits, mu, logvar):
    p = torch.sigmoid(logits)
    per_value = -F.binary_cross_entropy(p, x, reduction="none")
    return (per_value.sum(dim=1) - kl_divergence(mu, logvar)).mean()
