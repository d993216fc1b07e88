"""The fresh draw comes from torch.normal, through which no gradient passes.

cell: reparameterize
confuses: a draw from a distribution, with a differentiable function of its parameters
title.ko: gradient가 흐르지 않는 torch.normal로 새 값을 뽑았습니다.
feedback.en: >
  Your draws have the right distribution, but where you draw yourself the gradients for mu and
  logvar are zero. A ready-made sampler gives back numbers that forget how mean and deviation led to
  them, even where torch does not complain. The trick of this exercise is to keep all randomness in
  an input that needs no gradient. Draw with mu.requires_grad set, call backward, and look at
  mu.grad in both branches of your function.
feedback.ko: >
  분포는 맞지만, 직접 뽑는 경우에 mu와 logvar의 gradient가 0이 됩니다. 이미 만들어진 sampler가 돌려주는 숫자는 평균과 표준편차에서 어떻게 나왔는지를
  기억하지 않는데, torch는 아무 경고도 하지 않습니다. 이 문제의 핵심은 무작위성을 gradient가 필요 없는 입력에 모두 몰아넣는 것입니다. mu에
  requires_grad를 켜고 backward를 부른 뒤, 함수의 두 갈래에서 mu.grad가 각각 어떻게 되는지 확인해 보세요.
question.en: >-
  What does it mean to differentiate a random number by the mean of its distribution? Which question
  does that derivative answer?
question.ko: 무작위로 뽑은 수를 그 분포의 평균으로 미분한다는 것은 무슨 뜻일까요? 그 미분은 어떤 질문에 답할까요?
source: >-
  GitHub pytorch/pytorch, issue 4620 (torch.normal accepts mean and deviation and passes no gradient
  on); Kingma and Welling, Auto-Encoding Variational Bayes, 2014, section 2.4
"""


def reparameterize(mu, logvar, eps=None):
    std = torch.exp(0.5 * logvar)
    if eps is None:
        return torch.normal(mu, std)
    return mu + std * eps
