"""Scaling by D for the root of D: the weights come out too even.

cell: scaled_dot_product_attention
confuses: the variance of the dot product, with its standard deviation
title.ko: D의 제곱근이 아니라 D로 나누어, 가중치가 너무 고르게 퍼집니다.
feedback.en: >
  Your weights are too even: every key gets nearly the same, the more so the more features there
  are. You did scale the scores, but by too much. The size D is the variance of a dot product of
  independent entries of variance 1; think about which quantity one divides by to bring a spread
  back to 1. For four features and one good match, compute the weights by hand and compare.
feedback.ko: >
  가중치가 너무 고릅니다. feature가 많을수록 모든 key가 거의 같은 가중치를 받습니다. 점수를 나누기는 했지만 너무 큰 수로 나누었습니다. 분산이 1인 독립된 값들의
  내적에서 D는 분산입니다. 퍼짐을 1로 되돌리려면 어떤 양으로 나누어야 하는지 생각해 보세요. feature가 4개이고 잘 맞는 key가 하나일 때의 가중치를 손으로 계산해
  비교하면 분명해집니다.
question.en: >-
  Suppose queries and keys were not independent but nearly equal. How would the dot product grow
  with the number of features then, and what would that mean for the scaling?
question.ko: query와 key가 서로 독립이 아니라 거의 같다면 내적은 feature 수에 따라 어떻게 커질까요? 그러면 나누는 값은 어떻게 되어야 할까요?
source: common in submissions; contrast with Vaswani et al. 2017, section 3.2.1 and footnote 4
"""


def scaled_dot_product_attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / query.shape[-1]
    if mask is not None:
        scores = scores.masked_fill(~mask, -math.inf)
    weights = torch.softmax(scores, dim=-1)
    return weights @ value, weights
