"""The KL term loses its history, as through .item(): its value is right, its gradient is gone.

cell: elbo
confuses: the number that a tensor holds, with the tensor that knows where it came from
title.ko: KL 값이 .item()을 거칠 때처럼 계산 이력을 잃어, mu와 logvar로 가는 gradient가 끊겼습니다.
feedback.en: >
  Your value is right, but no gradient reaches mu and logvar: the KL term enters without its
  history, as a plain Python number or a detached tensor does. For autograd that is a constant, and
  the encoder is never told to stay near the prior. Ask of each step whether its result is still a
  tensor with a grad_fn, and keep plain numbers for printing.
feedback.ko: >
  값은 맞지만 mu와 logvar로 gradient가 가지 않습니다. KL 항이 Python 숫자나 detach된 텐서처럼 계산 이력 없이 들어갔기 때문입니다. 이력이 없는 값은 autograd에게 상수일
  뿐이고, encoder는 prior 가까이에 있으라는 신호를 받지 못합니다. 계산 단계마다 결과가 grad_fn을 가진 텐서인지 확인하고, 숫자로 꺼내는 일은 출력할 때만
  하세요.
question.en: >-
  The loss curve of such a run looks perfectly normal. Which other curve would you plot to see that
  something is wrong?
question.ko: 이렇게 학습해도 loss 곡선은 아주 정상으로 보입니다. 잘못을 알아채려면 어떤 곡선을 더 그려 보아야 할까요?
source: >-
  asked by students of the course (a gradient cut by .item()); torch documentation of Tensor.item
  (not differentiable)
"""


def elbo(x, logits, mu, logvar):
    per_value = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    kl = kl_divergence(mu, logvar).mean().item()
    return per_value.sum(dim=1).mean() - kl
