"""The logarithm of a softmax: a small probability rounds to 0 before its logarithm is taken.

cell: log_softmax
confuses: the logarithm of a rounded number, with a rounded logarithm
title.ko: 0으로 반올림된 확률에 로그를 취합니다
feedback.en: >
  Your result has entries of -inf, and gradients of nan, where a class is very unlikely. The
  probability itself is too small for floating point and has become exactly 0 before the logarithm
  sees it, although its logarithm is a quite ordinary number. Take two logits that are two thousand
  apart, and write down the log-probability of each one without ever writing down the probability.
  Which steps of your code cancel on paper?
feedback.ko: >
  확률이 아주 낮은 클래스에서 결과가 -inf가 되고 기울기가 nan이 됩니다. 로그 확률은 평범한 수인데도,
  확률 자체가 부동소수점으로 나타내기에는 너무 작아서 로그를 취하기 전에 이미 정확히 0이 되어 버렸기
  때문입니다. 2000만큼 차이 나는 두 로짓을 놓고, 확률을 한 번도 적지 않으면서 각각의 로그 확률을
  적어 보세요. 종이 위에서는 코드의 어느 단계들이 서로 지워지나요?
question.en: >
  Why can the logarithm of a number be easier to hold than the number, and where else do models work
  with logarithms throughout?
question.ko: >
  어떤 수보다 그 수의 로그를 다루기가 더 쉬운 까닭은 무엇일까요? 처음부터 끝까지 로그로 계산하는
  모델에는 또 무엇이 있을까요?
source: >
  listed among the mistakes of the course's students; contrast with the torch documentation of
  log_softmax (log(softmax(x)) is called slower and numerically unstable)
"""


def log_softmax(logits, dim=-1):
    return torch.log(softmax(logits, dim=dim))
