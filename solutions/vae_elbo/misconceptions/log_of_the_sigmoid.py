"""The sigmoid is taken first and then its logarithm, kept finite by a small constant.

cell: elbo
confuses: a small constant inside a logarithm, with an exact computation
title.ko: sigmoid를 먼저 취하고 작은 상수를 더해 로그를 구했습니다.
feedback.en: >
  For moderate logits your bound is nearly right; far out it stops changing, and the gradient
  vanishes where the decoder is most wrong. In floating point a sigmoid of a large logit is exactly
  1 and what the logit knew is lost; a small constant hides the infinity but not the loss. Compute
  the sigmoid of 20 and of 30 in float32, take the difference to 1, and ask how to get the logarithm
  without ever passing through the probability.
feedback.ko: >
  logits가 보통 크기일 때는 거의 맞지만, 커지면 값이 더 변하지 않고 decoder가 가장 크게 틀린 곳에서 gradient가 사라집니다. 부동소수점에서 큰 logits의
  sigmoid는 정확히 1이 되어 logits가 가진 정보가 사라지고, 작은 상수는 무한대를 가릴 뿐 그 손실을 되돌리지 못합니다. float32에서 20과 30의
  sigmoid를 구해 1과의 차이를 보고, 확률을 거치지 않고 로그를 얻는 길을 생각해 보세요.
question.en: >-
  Which constant would you choose, and for whom is it too large or too small? Is there a choice that
  is right?
question.ko: 상수를 고른다면 얼마로 하겠습니까? 그 값이 누구에게는 너무 크고 누구에게는 너무 작을까요? 올바른 선택이 있을까요?
source: >-
  torch documentation of nn.BCEWithLogitsLoss (why one function does both steps); common in
  submissions
"""


def elbo(x, logits, mu, logvar):
    p = torch.sigmoid(logits)
    per_value = x * torch.log(p + 1e-7) + (1 - x) * torch.log(1 - p + 1e-7)
    return (per_value.sum(dim=1) - kl_divergence(mu, logvar)).mean()


# variant: 1e-8 for 1e-7
def elbo(x, logits, mu, logvar):
    p = torch.sigmoid(logits)
    per_value = x * torch.log(p + 1e-8) + (1 - x) * torch.log(1 - p + 1e-8)
    return (per_value.sum(dim=1) - kl_divergence(mu, logvar)).mean()


# variant: 1e-10 for 1e-7
def elbo(x, logits, mu, logvar):
    p = torch.sigmoid(logits)
    per_value = x * torch.log(p + 1e-10) + (1 - x) * torch.log(1 - p + 1e-10)
    return (per_value.sum(dim=1) - kl_divergence(mu, logvar)).mean()


# variant: 1e-12 for 1e-7
def elbo(x, logits, mu, logvar):
    p = torch.sigmoid(logits)
    per_value = x * torch.log(p + 1e-12) + (1 - x) * torch.log(1 - p + 1e-12)
    return (per_value.sum(dim=1) - kl_divergence(mu, logvar)).mean()


# variant: clamped, with no gradient outside
def elbo(x, logits, mu, logvar):
    p = torch.sigmoid(logits).clamp(1e-7, 1 - 1e-7)
    per_value = x * torch.log(p) + (1 - x) * torch.log(1 - p)
    return (per_value.sum(dim=1) - kl_divergence(mu, logvar)).mean()
