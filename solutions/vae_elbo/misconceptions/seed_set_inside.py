"""The seed is set inside the function: every call draws the same noise.

cell: reparameterize
confuses: a run that can be repeated, with a draw that is always the same
title.ko: 함수 안에서 seed를 고정해, 부를 때마다 같은 잡음이 나옵니다.
feedback.en: >
  Every call without noise gives the same draw: the generator is set back to the same point each
  time. A seed makes a whole run repeatable when it is set once, at the start, by the one who runs
  it; set inside, it takes the randomness out of the training, and out of everything else that draws
  afterwards. Call your function twice and ask what the decoder would learn from noise that never
  changes.
feedback.ko: >
  eps 없이 부르면 언제나 같은 값이 나옵니다. 부를 때마다 난수 생성기가 같은 지점으로 되돌아가기 때문입니다. seed는 실행하는 사람이 맨 처음 한 번 정해야 실행 전체를
  되풀이할 수 있게 해 줍니다. 함수 안에서 정하면 학습에서 무작위성이 사라지고, 그 뒤에 난수를 쓰는 다른 코드까지 영향을 받습니다. 함수를 두 번 불러 보고, 절대 바뀌지
  않는 잡음에서 decoder가 무엇을 배울지 생각해 보세요.
question.en: >-
  Who should set a seed: the library, the training script or the person who runs it? What would each
  choice break?
question.ko: seed는 라이브러리, 학습 스크립트, 실행하는 사람 가운데 누가 정해야 할까요? 각각을 택하면 무엇이 깨질까요?
source: >-
  common in submissions; contrast with torch documentation of torch.manual_seed (it sets the seed on
  all devices)
"""


def reparameterize(mu, logvar, eps=None):
    if eps is None:
        torch.manual_seed(0)
        eps = torch.randn_like(mu)
    return mu + torch.exp(0.5 * logvar) * eps


# variant: seed 42
def reparameterize(mu, logvar, eps=None):
    if eps is None:
        torch.manual_seed(42)
        eps = torch.randn_like(mu)
    return mu + torch.exp(0.5 * logvar) * eps


# variant: seed 1
def reparameterize(mu, logvar, eps=None):
    if eps is None:
        torch.manual_seed(1)
        eps = torch.randn_like(mu)
    return mu + torch.exp(0.5 * logvar) * eps


# variant: seed 1234
def reparameterize(mu, logvar, eps=None):
    if eps is None:
        torch.manual_seed(1234)
        eps = torch.randn_like(mu)
    return mu + torch.exp(0.5 * logvar) * eps


# variant: seed 42 in a generator of its own, which not every device has
def reparameterize(mu, logvar, eps=None):
    if eps is None:
        own = torch.Generator(device=mu.device).manual_seed(42)
        eps = torch.randn(mu.shape, generator=own, dtype=mu.dtype, device=mu.device)
    return mu + torch.exp(0.5 * logvar) * eps
