"""logvar is taken for the logarithm of the standard deviation.

cell: kl_divergence
confuses: the logarithm of the variance, with the logarithm of the standard deviation
title.ko: logvar를 분산이 아니라 표준편차의 로그로 여겼습니다.
feedback.en: >
  The part of your values that comes from mu is right, the part from logvar is not: it behaves as if
  logvar were twice as large. The formula is written with a deviation, and the argument is the
  logarithm of something else. Take mu = 0 and logvar = log 4, write down the variance and the
  deviation, and put both into the formula by hand.
feedback.ko: >
  mu에서 오는 부분은 맞지만 logvar에서 오는 부분은 logvar가 두 배인 것처럼 움직입니다. 식은 표준편차로 쓰여 있지만 인자는 다른 것의 로그입니다. mu = 0,
  logvar = log 4일 때의 분산과 표준편차를 적고, 두 값을 식에 직접 넣어 보세요.
question.en: >-
  Papers and programs use sigma, its square and the logarithm of either. How would you name
  arguments so that nobody has to guess?
question.ko: 논문과 프로그램은 σ, σ², 그리고 그 로그들을 섞어 씁니다. 아무도 짐작하지 않아도 되게 하려면 인자 이름을 어떻게 지어야 할까요?
source: GitHub AntixK/PyTorch-VAE, issue 69, and y0ast/VAE-Torch, issue 3 (which logarithm is meant)
"""


def kl_divergence(mu, logvar):
    return 0.5 * (mu**2 + torch.exp(2 * logvar) - 1 - 2 * logvar).sum(dim=1)
