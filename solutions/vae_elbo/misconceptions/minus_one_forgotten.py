"""The constant term is left out: even the prior itself has a positive divergence.

cell: kl_divergence
confuses: a formula up to a constant, with the divergence itself
title.ko: 상수항을 빠뜨려, q가 prior와 같아도 0이 되지 않습니다.
feedback.en: >
  Your gradients are right, but every value is too large by the same amount for each latent
  dimension. A constant does not matter for the place of a minimum, but it does for the value: the
  divergence of a distribution from itself is not what you get. Put mu = 0 and logvar = 0 into your
  formula by hand, and then compare it term by term with the one in the text.
feedback.ko: >
  gradient는 맞지만, 모든 값이 latent 차원마다 같은 양만큼 큽니다. 상수는 최솟값의 위치에는 영향이 없어도 값에는 영향을 줍니다. 어떤 분포에서 자기 자신까지의
  발산이 얼마여야 하는지 떠올려 보세요. mu = 0, logvar = 0을 자신의 식에 직접 넣어 본 다음, 설명에 있는 식과 한 항씩 비교해 보세요.
question.en: >-
  The optimiser does not see the constant. Who does, and what would they conclude wrongly?
question.ko: optimizer에게는 상수가 보이지 않습니다. 그렇다면 누구에게 보이고, 그 사람은 어떤 잘못된 결론을 내리게 될까요?
source: >-
  common in submissions; contrast with Kingma and Welling, Auto-Encoding Variational Bayes, 2014,
  appendix B
"""


def kl_divergence(mu, logvar):
    return 0.5 * (mu**2 + torch.exp(logvar) - logvar).sum(dim=1)
