"""The whole draw is computed under no_grad, as if sampling had no use for gradients.

cell: reparameterize
confuses: noise that needs no gradient, with a draw that needs none
title.ko: 뽑는 계산 전체를 torch.no_grad() 안에 두어 gradient가 끊겼습니다.
feedback.en: >
  Your numbers are right, with given noise and without, but no gradient leads back from them. Only
  the noise is free of parameters; the steps that turn it into a draw are what the encoder learns
  through. Mark in your function which lines involve mu or logvar, and ask which of them may stand
  where torch does not keep the graph.
feedback.ko: >
  잡음을 주든 안 주든 값은 맞지만 gradient가 거슬러 올라갈 길이 없습니다. 파라미터와 무관한 것은 잡음뿐이고, 잡음을 샘플로 바꾸는 계산이야말로 encoder가 학습하는
  통로입니다. 함수에서 mu나 logvar가 나오는 줄에 표시를 하고, 그 가운데 그래프를 기록하지 않는 곳에 두어도 되는 줄이 있는지 따져 보세요.
question.en: >-
  With this mistake the loss of a VAE still falls for a while. Which parameters are being trained,
  and towards what does the encoder drift?
question.ko: 이 실수가 있어도 VAE의 loss는 한동안 줄어듭니다. 어떤 파라미터가 학습되고 있고, encoder는 어디로 흘러갈까요?
source: >-
  torch documentation of torch.no_grad (results do not require a gradient); common in submissions
"""


def reparameterize(mu, logvar, eps=None):
    with torch.no_grad():
        if eps is None:
            eps = torch.randn_like(mu)
        return mu + torch.exp(0.5 * logvar) * eps
