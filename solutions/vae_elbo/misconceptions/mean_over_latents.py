"""The divergence is averaged over the latent dimensions instead of summed.

cell: kl_divergence
confuses: a sum over independent dimensions, with a mean over them
title.ko: latent 차원에 대해 합이 아니라 평균을 냈습니다.
feedback.en: >
  Your values are too small, by exactly the number of latent dimensions; with a single one they are
  right. Every dimension has a price of its own, and the price of a code is all of them together.
  Think of two independent coins and of the information in both. Take two dimensions with the same
  mu and logvar: should the code cost as much as one of them, or more?
feedback.ko: >
  값이 정확히 latent 차원 수만큼 작고, 차원이 하나일 때만 맞습니다. 차원마다 제 값이 있고 코드 전체의 값은 그것을 모두 합친 것입니다. 서로 독립인 동전 2개가 담는
  정보를 떠올려 보세요. mu와 logvar가 같은 차원이 2개라면 그 코드의 값은 하나일 때와 같아야 할까요, 더 커야 할까요?
question.en: >-
  Somebody says a mean makes models with different latent sizes comparable. What is right about
  that, and what is it that no longer holds?
question.ko: >-
  평균을 쓰면 latent 크기가 다른 모델끼리 비교할 수 있다고 말하는 사람이 있습니다. 이 말에서 맞는 것은 무엇이고, 더 이상 성립하지 않는 것은 무엇일까요?
source: >-
  asked by students of the course; GitHub podgorskiy/VAE, issue 1, maxhodak/keras-molecules, issue
  59, and keras-team/keras-io, issue 270
"""


def kl_divergence(mu, logvar):
    return 0.5 * (mu**2 + torch.exp(logvar) - 1 - logvar).mean(dim=1)
