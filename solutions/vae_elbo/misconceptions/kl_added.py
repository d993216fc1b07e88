"""The KL term is added instead of subtracted.

cell: elbo
confuses: the penalty of the loss, with the term of the bound
title.ko: KL 항을 빼지 않고 더했습니다.
feedback.en: >
  Moving the code away from the prior raises your bound, so training would drive every distribution
  as far away as it can. In a loss that is minimised the divergence is added as a price; here the
  number is to be maximised. Ask of each of the two terms whether more of it is good, and give it
  the sign that says so.
feedback.ko: >
  코드가 prior에서 멀어질수록 값이 커집니다. 그러면 학습은 모든 분포를 prior에서 가장 먼 곳으로 몰고 갈 것입니다. 최소화하는 loss에서는 발산을 벌점으로 더하지만,
  여기에서는 값을 최대화해야 합니다. 두 항 각각에 대해 커지는 것이 좋은 일인지 묻고, 그에 맞는 부호를 붙여 보세요.
question.en: >-
  What would a VAE look like after training with this sign? Describe its codes, and pictures decoded
  from random codes.
question.ko: 이 부호로 학습한 VAE는 어떤 모습이 될까요? 그 코드들과, 무작위 코드에서 만들어 낸 그림을 설명해 보세요.
source: >-
  GitHub pytorch/examples, issue 824 (the sign of the term in loss and bound); Kingma and Welling,
  Auto-Encoding Variational Bayes, 2014, section 2.2
"""


def elbo(x, logits, mu, logvar):
    per_value = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return (per_value.sum(dim=1) + kl_divergence(mu, logvar)).mean()
