"""The divergence has the wrong sign, so it is never positive.

cell: kl_divergence
confuses: the divergence, with the term -KL that papers print
title.ko: KL의 부호가 반대라 값이 절대 양수가 되지 않습니다.
feedback.en: >
  Your values are right in size and wrong in sign: they are never positive. A divergence is zero
  where the two distributions agree and positive everywhere else. Many papers print the term as it
  enters the bound, with its minus already in front. Compute one value by hand for mu = 1 and logvar
  = 0 and look at which of the two you have written.
feedback.ko: >
  크기는 맞지만 부호가 반대라서 값이 절대 양수가 되지 않습니다. 발산은 두 분포가 같을 때 0이고 그 밖에는 언제나 양수입니다. 많은 논문은 ELBO에 들어가는 모습 그대로,
  곧 앞에 마이너스가 이미 붙은 식을 적습니다. mu = 1, logvar = 0인 경우를 손으로 계산해 보고 자신이 쓴 것이 둘 가운데 어느 쪽인지 확인해 보세요.
question.en: >-
  Why can a divergence never be negative? Try to convince each other without the formula for normal
  distributions.
question.ko: 발산은 왜 음수가 될 수 없을까요? 정규분포의 식을 쓰지 않고 서로를 설득해 보세요.
source: >-
  GitHub pytorch/examples, issue 824 (the sign of the term in the paper and in the code); Kingma and
  Welling, Auto-Encoding Variational Bayes, 2014, appendix B, prints -KL
"""


def kl_divergence(mu, logvar):
    return 0.5 * (1 + logvar - mu**2 - torch.exp(logvar)).sum(dim=1)
