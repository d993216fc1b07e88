"""The factor of one half is missing.

cell: kl_divergence
confuses: the exponent of a normal density, with the square in it alone
title.ko: 식 앞의 1/2이 빠졌습니다.
feedback.en: >
  All your values are off by one and the same factor, whatever the inputs: the shape of the formula
  is right. Nothing at the prior itself shows it, since zero stays zero. Take mu = 1 and logvar = 0
  in one dimension, work out the divergence from the two normal densities by hand, and see by which
  factor you differ.
feedback.ko: >
  입력이 무엇이든 모든 값이 같은 배수만큼 어긋납니다. 식의 모양은 맞습니다. q가 prior와 같을 때는 0이 그대로 0이라 드러나지 않습니다. 1차원에서 mu = 1,
  logvar = 0일 때의 발산을 두 정규분포의 밀도에서 직접 구해 보고, 몇 배 차이가 나는지 확인해 보세요.
question.en: >-
  A constant factor on the KL term changes no sign and no zero. Does training end somewhere else
  because of it, and where?
question.ko: KL 항에 상수를 곱해도 부호와 0인 지점은 바뀌지 않습니다. 그래도 학습이 끝나는 곳이 달라질까요? 어떻게 달라질까요?
source: >-
  common in submissions; contrast with Kingma and Welling, Auto-Encoding Variational Bayes, 2014,
  appendix B; a weight on the KL term is put in on purpose in Higgins et al., beta-VAE, ICLR 2017
"""


def kl_divergence(mu, logvar):
    return (mu**2 + torch.exp(logvar) - 1 - logvar).sum(dim=1)
