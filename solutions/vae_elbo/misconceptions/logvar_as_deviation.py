"""logvar itself is multiplied with the noise, as if it were the standard deviation.

cell: reparameterize
confuses: a logarithm, with the number that it is the logarithm of
title.ko: logvar를 그대로 표준편차처럼 곱했습니다.
feedback.en: >
  Where logvar is 0 your draw does not scatter at all, and where it is negative the noise is turned
  round. A standard deviation is never negative and logvar may be any number, so they cannot be the
  same thing: the network puts out a logarithm just so that nothing has to be kept positive. Ask
  which variance logvar = 0 stands for, and how one gets from a logarithm back to the number.
feedback.ko: >
  logvar가 0인 곳에서는 전혀 흩어지지 않고, 음수인 곳에서는 잡음의 부호가 뒤집힙니다. 표준편차는 음수일 수 없고 logvar는 어떤 수든 될 수 있으니 둘은 같은 것일
  수 없습니다. 신경망이 로그를 내놓는 까닭은 바로 양수로 묶어 둘 필요가 없기 때문입니다. logvar = 0이 나타내는 분산이 얼마인지, 로그에서 원래 수로 어떻게 돌아가는지
  생각해 보세요.
question.en: >-
  Why does the encoder put out a logarithm and not the deviation itself? What would go wrong in
  training otherwise, and what other ways are there?
question.ko: encoder는 왜 표준편차가 아니라 로그를 내놓을까요? 그렇지 않으면 학습에서 무엇이 잘못되고, 다른 방법에는 어떤 것이 있을까요?
source: >-
  common in submissions; contrast with Kingma and Welling, Auto-Encoding Variational Bayes, 2014,
  appendix C.2 (the network puts out the log-variance)
"""


def reparameterize(mu, logvar, eps=None):
    if eps is None:
        eps = torch.randn_like(mu)
    return mu + logvar * eps
