"""The divergence is computed in the other direction, from the prior to q.

cell: kl_divergence
confuses: KL(q || p), with KL(p || q)
title.ko: 발산의 방향을 바꾸어 prior에서 q로 계산했습니다.
feedback.en: >
  Your values are zero at the prior and positive elsewhere, as they should be, but narrow
  distributions cost far too much and wide ones too little. A divergence is no distance: it averages
  under its first argument, and exchanging the two gives another number. Take a very narrow q and
  decide by hand which of the two directions explodes; then check under which distribution the bound
  takes its mean.
feedback.ko: >
  prior에서 0이고 다른 곳에서 양수인 것은 맞지만, 좁은 분포의 값이 너무 크고 넓은 분포의 값이 너무 작습니다. 발산은 거리가 아닙니다. 첫 번째 분포로 평균을 내므로
  둘을 바꾸면 다른 값이 됩니다. 아주 좁은 q를 놓고 두 방향 가운데 어느 쪽이 폭발하는지 따져 보고, ELBO에서는 어느 분포로 평균을 내는지 확인해 보세요.
question.en: >-
  A q that covers only one of two peaks, or a q that covers both and the valley between: which
  direction of the divergence prefers which, and why?
question.ko: 두 봉우리 가운데 하나만 덮는 q와, 둘 다 덮으면서 그 사이의 골짜기까지 덮는 q가 있습니다. 발산의 어느 방향이 어느 쪽을 좋아하고, 왜 그럴까요?
source: >-
  common in submissions; contrast with Kingma and Welling, Auto-Encoding Variational Bayes, 2014,
  section 2.2, and Bishop, Pattern Recognition and Machine Learning, section 10.1.2 (the two
  directions)
"""


def kl_divergence(mu, logvar):
    return 0.5 * ((mu**2 + 1) * torch.exp(-logvar) - 1 + logvar).sum(dim=1)
