"""The logits are passed through a sigmoid before a function that applies it again.

cell: elbo
confuses: probabilities, with logits
title.ko: logits에 sigmoid를 적용한 뒤, 다시 sigmoid를 적용하는 함수에 넘겼습니다.
feedback.en: >
  Your bound hardly reacts to the logits: even a decoder that is sure and right is charged as if it
  were in doubt. A function with logits in its name applies the sigmoid itself, and a number between
  0 and 1 is for it a very timid logit. Follow the logit 10 for a value of 1 through your line:
  which probability is it judged by in the end?
feedback.ko: >
  값이 logits에 거의 반응하지 않습니다. decoder가 확신에 차서 맞혔는데도 망설인 것처럼 벌점을 받습니다. 이름에 logits가 들어간 함수는 sigmoid를 스스로
  적용하며, 그 함수에게 0과 1 사이의 수는 아주 소심한 logit일 뿐입니다. 값이 1이고 logit이 10인 경우를 따라가며 마지막에 어떤 확률로 평가되는지 확인해 보세요.
question.en: >-
  With two sigmoids, between which probabilities is the decoder caught, and what do its pictures
  look like?
question.ko: sigmoid를 두 번 거치면 decoder의 확률은 어떤 범위에 갇힐까요? 그때 그림은 어떤 모습일까요?
source: >-
  torch documentation of nn.BCEWithLogitsLoss (a sigmoid is part of it); a forum question about a
  VAE in Chainer asks the same (why its decoder leaves the sigmoid out in training)
"""


def elbo(x, logits, mu, logvar):
    per_value = -F.binary_cross_entropy_with_logits(torch.sigmoid(logits), x, reduction="none")
    return (per_value.sum(dim=1) - kl_divergence(mu, logvar)).mean()


# variant: the sigmoid as 1 / (1 + exp(-x)), whose gradient overflows
def elbo(x, logits, mu, logvar):
    per_value = -F.binary_cross_entropy_with_logits(
        1 / (1 + torch.exp(-logits)), x, reduction="none"
    )
    return (per_value.sum(dim=1) - kl_divergence(mu, logvar)).mean()
