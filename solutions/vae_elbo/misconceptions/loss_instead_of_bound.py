"""The negative bound comes back: a loss to be minimised.

cell: elbo
confuses: the bound that is maximised, with the loss that is minimised
title.ko: 최대화할 ELBO가 아니라 부호가 반대인 loss를 돌려주었습니다.
feedback.en: >
  Your number has the right size and the opposite sign: what you return is a loss. The bound stands
  below the log-probability of data that are zeros and ones, which is never positive, so a positive
  bound cannot be right. Work out the sign for two fair coins by hand. Who turns the sign round for
  the optimiser, and where?
feedback.ko: >
  크기는 맞지만 부호가 반대입니다. 돌려준 것은 loss입니다. 0과 1로 된 데이터의 로그 확률은 양수가 될 수 없고 ELBO는 그보다 작거나 같으므로, ELBO가 양수라면
  잘못된 것입니다. 공정한 동전 2개의 경우를 손으로 계산해 부호를 확인해 보세요. optimizer를 위해 부호를 바꾸는 일은 누가, 어디에서 해야 할까요?
question.en: >-
  If a bound is handed to an optimiser that minimises, what is the first thing that you would notice
  during training?
question.ko: 최소화하는 optimizer에 ELBO를 그대로 넘기면, 학습하면서 가장 먼저 눈에 띄는 것은 무엇일까요?
source: asked by students of the course (the sign of the ELBO); GitHub pytorch/examples, issue 824
"""


def elbo(x, logits, mu, logvar):
    per_value = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return (kl_divergence(mu, logvar) - per_value.sum(dim=1)).mean()
