"""The constant is subtracted once from the sum instead of once per latent dimension.

cell: kl_divergence
confuses: a constant of every dimension, with a constant of the whole sum
title.ko: 차원마다 있어야 할 상수항을 합 전체에서 한 번만 뺐습니다.
feedback.en: >
  With one latent dimension your value is right; with every further one it is too large by the same
  amount. A constant inside a sum is counted once per term, and moving it out of the sum changes how
  often. Put mu = 0 and logvar = 0 with three dimensions into your line by hand: the prior's
  divergence from itself tells you what is missing.
feedback.ko: >
  latent 차원이 하나일 때는 맞지만, 차원이 하나 늘 때마다 같은 양만큼 값이 커집니다. 합 안에 있는 상수는 항마다 한 번씩 더해지므로 합 밖으로 옮기면 횟수가
  달라집니다. 차원이 3개일 때 mu = 0, logvar = 0을 직접 넣어 보세요. prior에서 자기 자신까지의 발산이 무엇이 모자라는지 알려 줄 것입니다.
question.en: >-
  Broadcasting hides the same slip elsewhere. Where else have you met a constant that had to be
  counted once per element, and how did you notice?
question.ko: broadcasting 때문에 비슷한 실수가 다른 곳에서도 숨어 버립니다. 원소마다 한 번씩 세어야 하는 상수를 또 어디서 만났고, 어떻게 알아차렸나요?
source: >-
  common in submissions; contrast with Kingma and Welling, Auto-Encoding Variational Bayes, 2014,
  appendix B (the constant stands inside the sum)
"""


def kl_divergence(mu, logvar):
    return 0.5 * ((mu**2 + torch.exp(logvar) - logvar).sum(dim=1) - 1)
