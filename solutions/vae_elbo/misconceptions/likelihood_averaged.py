"""The log-likelihood is averaged over the data instead of summed, so the KL term outweighs it.

cell: elbo
confuses: a mean over the data's values, with the log-probability of all of them
title.ko: 로그 가능도를 합이 아니라 평균으로 내어 KL 항이 지나치게 커집니다.
feedback.en: >
  With one value per sample your bound is right; with more, the likelihood counts for too little and
  the KL term outweighs it. The probability of independent values is a product, so its logarithm
  needs all of them, not their typical one. Torch's losses take a mean over everything unless told
  otherwise. Ask for three fair coins what the log-probability of all three is.
feedback.ko: >
  샘플에 값이 하나뿐일 때는 맞지만, 값이 많아질수록 가능도의 비중이 줄고 KL 항이 이를 압도합니다. 서로 독립인 값들의 확률은 곱이므로 그 로그에는 대표값 하나가 아니라 모든
  값이 들어가야 합니다. torch의 loss는 따로 정하지 않으면 모든 원소의 평균을 냅니다. 공정한 동전 3개를 던져 나온 한 결과의 로그 확률이 얼마인지 구해 보세요.
question.en: >-
  Averaging over the values of a picture is the same as another weight on the KL term. Which weight,
  and what do the pictures look like then?
question.ko: 그림의 값들에 대해 평균을 내는 것은 KL 항에 다른 가중치를 주는 것과 같습니다. 어떤 가중치이고, 그때 그림은 어떤 모습이 될까요?
source: >-
  stats.stackexchange question 485488 (sum or average of the reconstruction loss); GitHub
  pytorch/examples, issues 290 and 294; torch documentation of nn.BCELoss (reduction='mean')
"""


def elbo(x, logits, mu, logvar):
    per_value = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return (per_value.mean(dim=1) - kl_divergence(mu, logvar)).mean()
