"""The squared error stands where the log-likelihood of a Bernoulli variable is asked for.

cell: elbo
confuses: the likelihood of a coin, with that of a normal distribution
title.ko: Bernoulli 로그 가능도 대신 제곱 오차를 썼습니다.
feedback.en: >
  Your first term is a squared error: it never charges more than 1 for a value, however sure the
  decoder was of the opposite. A squared error is the log-likelihood of another model, one in which
  values scatter normally around a mean. Here each value is a coin with probability p. Ask what the
  log-probability of heads is when p goes to 0, and what your term gives there.
feedback.ko: >
  첫 번째 항이 제곱 오차라서, decoder가 아무리 확신을 가지고 틀려도 값 하나에 1보다 큰 벌점을 주지 않습니다. 제곱 오차는 값이 평균 둘레에 정규분포로 흩어진다는 다른
  모형의 로그 가능도입니다. 여기에서 각 값은 확률이 p인 동전입니다. p가 0에 가까워질 때 앞면의 로그 확률이 어떻게 되는지, 자신의 항은 얼마가 되는지 비교해 보세요.
question.en: >-
  For grey values between 0 and 1 neither a coin nor a normal distribution is quite right. What
  speaks for each, and what would you choose?
question.ko: 0과 1 사이의 회색 값에는 동전도 정규분포도 딱 맞지 않습니다. 각각의 장점은 무엇이고, 여러분은 무엇을 고르겠습니까?
source: >-
  stats.stackexchange question 347378 (cross-entropy or squared error as the reconstruction term);
  Kingma and Welling, Auto-Encoding Variational Bayes, 2014, appendix C (Bernoulli and Gaussian
  decoders)
"""


def elbo(x, logits, mu, logvar):
    per_value = -((x - torch.sigmoid(logits)) ** 2)
    return (per_value.sum(dim=1) - kl_divergence(mu, logvar)).mean()
