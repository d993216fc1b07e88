"""The noise that is given is ignored, a fresh one is drawn every time.

cell: reparameterize
confuses: noise that the caller gives, with noise that the function draws
title.ko: 주어진 eps를 무시하고 매번 새 잡음을 뽑았습니다.
feedback.en: >
  Called twice with the same noise, your function gives two different results. When a caller hands
  in eps, the draw is a plain function of its three arguments and nothing in it is random; only
  without eps is a fresh one needed. Follow the name eps through your function and see what becomes
  of the value that came in.
feedback.ko: >
  같은 잡음을 넣고 두 번 불러도 결과가 다릅니다. eps를 받으면 결과는 세 인자만으로 정해지는 보통의 함수여야 하고 무작위인 것은 아무것도 없습니다. 새 잡음은 eps가 없을
  때에만 필요합니다. eps라는 이름을 따라가며, 들어온 값이 어떻게 되는지 살펴보세요.
question.en: Why is it worth having the noise as an argument at all, when training never passes it?
question.ko: 학습할 때는 eps를 넘기지 않는데도 잡음을 인자로 두면 무엇이 좋을까요?
source: >-
  common in submissions; contrast with Kingma and Welling, Auto-Encoding Variational Bayes, 2014,
  section 2.4 (the noise is an input of a deterministic function)
"""


def reparameterize(mu, logvar, eps=None):
    eps = torch.randn_like(mu)
    return mu + torch.exp(0.5 * logvar) * eps
