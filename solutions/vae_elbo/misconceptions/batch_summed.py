"""The bound is summed over the batch instead of averaged.

cell: elbo
confuses: the sum over the batch, with its mean
title.ko: 배치에 대해 평균이 아니라 합을 냈습니다.
feedback.en: >
  Your bound is right for a single sample and grows with the batch: twice the data gives twice the
  number. The text asks for the mean over the batch, so that the number says something about one
  sample, however many there are. Hand in the same samples twice over and ask what should happen to
  the bound.
feedback.ko: >
  샘플이 하나일 때는 맞지만 배치가 커지면 값도 커져서, 데이터를 두 배로 하면 값도 두 배가 됩니다. 설명은 배치에 대한 평균을 요구합니다. 그래야 샘플이 몇 개이든 샘플
  하나에 대한 값이 됩니다. 같은 샘플들을 두 번 이어서 넣으면 값이 어떻게 되어야 하는지 생각해 보세요.
question.en: >-
  With a sum over the batch, what has to change in the training when the batch size is doubled? And
  with a mean?
question.ko: 배치에 대해 합을 쓰면, 배치 크기를 두 배로 늘릴 때 학습에서 무엇을 바꾸어야 할까요? 평균을 쓰면 어떨까요?
source: >-
  the VAE in pytorch/examples sums over the batch; contrast with the contract of this assignment;
  GitHub wiseodd/generative-models, issue 40
"""


def elbo(x, logits, mu, logvar):
    per_value = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return (per_value.sum(dim=1) - kl_divergence(mu, logvar)).sum()
