"""The noise is uniform between 0 and 1 instead of standard normal.

cell: reparameterize
confuses: torch.rand, with torch.randn
title.ko: 표준정규분포가 아니라 0과 1 사이의 균등분포에서 잡음을 뽑았습니다.
feedback.en: >
  Your draws lie to one side of the mean and never far from it: the noise is never negative and
  never above 1. The names of torch's random functions differ by a single letter. Draw a thousand
  numbers with the function that you use, look at their smallest, their largest and their mean, and
  compare with what a standard normal would give.
feedback.ko: >
  뽑은 값이 모두 평균의 한쪽에만 있고 멀리 가지도 않습니다. 잡음이 음수도 아니고 1을 넘지도 않기 때문입니다. torch의 난수 함수들은 이름이 한 글자만 다릅니다. 쓰고
  있는 함수로 숫자 1000개를 뽑아 가장 작은 값, 가장 큰 값, 평균을 보고 표준정규분포와 비교해 보세요.
question.en: >-
  Suppose the noise were uniform but had mean 0 and variance 1. What in the ELBO would no longer be
  true?
question.ko: 잡음이 균등분포이지만 평균 0, 분산 1이라고 해 봅시다. ELBO에서 더 이상 성립하지 않는 것은 무엇일까요?
source: >-
  torch documentation of torch.rand_like (uniform on [0, 1)) and of torch.randn_like; common in
  submissions
"""


def reparameterize(mu, logvar, eps=None):
    if eps is None:
        eps = torch.rand_like(mu)
    return mu + torch.exp(0.5 * logvar) * eps
