"""exp(logvar), the variance, is taken for the standard deviation.

cell: reparameterize
confuses: the variance, with the standard deviation
title.ko: 분산인 exp(logvar)를 표준편차로 썼습니다.
feedback.en: >
  Your draws have the right mean, but they scatter too widely where the distribution is wide and too
  little where it is narrow. The name logvar says which quantity it is the logarithm of, and that is
  not the one that noise is multiplied by. Take logvar = log 4 and say how far from the mean one
  unit of noise should lead; then see what your line gives.
feedback.ko: >
  평균은 맞지만, 분포가 넓은 곳에서는 너무 넓게, 좁은 곳에서는 너무 좁게 흩어집니다. logvar라는 이름은 그것이 무엇의 로그인지 말해 주는데, 그 양은 잡음에 곱하는 양이
  아닙니다. logvar = log 4일 때 잡음 1이 평균에서 얼마나 떨어진 값을 만들어야 하는지 먼저 말해 보고, 자신의 코드가 내는 값과 비교해 보세요.
question.en: >-
  An encoder could learn to put out half of what it would otherwise. So is this mistake harmless in
  training? Look at who else reads logvar.
question.ko: encoder가 원래 값의 절반을 내도록 배우면 그만 아닐까요? 그렇다면 이 실수는 학습에 해롭지 않을까요? logvar를 또 누가 읽는지 살펴보세요.
source: >-
  asked by students of the course; GitHub rishikksh20/vae_tacotron2, issue 3, rachtsingh/ibp_vae,
  issue 3, and keras-team/keras, pull request 9972
"""


def reparameterize(mu, logvar, eps=None):
    if eps is None:
        eps = torch.randn_like(mu)
    return mu + torch.exp(logvar) * eps
