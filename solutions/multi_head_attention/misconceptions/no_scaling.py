"""The root of D is forgotten: with many features nearly all weight goes to one key.

cell: scaled_dot_product_attention
confuses: the dot product, with a score of order 1 whatever the size of the vectors
title.ko: 점수를 나누지 않아, feature가 많을수록 거의 모든 가중치가 한 key에 몰립니다.
feedback.en: >
  Your weights are sharper than they should be, and the more features a query has, the sharper they
  get. A dot product is a sum with one term per feature, so its spread grows with their number, and
  the softmax of widely spread scores is close to one-hot. Draw random vectors with 4 and with 400
  features, and look at the standard deviation of their dot products; then compare with the formula
  in the notebook.
feedback.ko: >
  가중치가 지나치게 뾰족하고, feature가 많을수록 더 심해집니다. 내적은 feature마다 한 항씩 더한 값이므로 feature 수가 늘면 값의 퍼짐도 커지고, 넓게 퍼진
  점수의 softmax는 one-hot에 가까워집니다. feature가 4개인 무작위 벡터와 400개인 무작위 벡터를 뽑아 내적의 표준편차를 비교한 다음, 노트북의 식과 자신의
  코드를 견주어 보세요.
question.en: >-
  Could the network not learn smaller query and key projections by itself? What makes that hard at
  the start of training?
question.ko: query와 key의 projection을 더 작게 학습하면 되지 않을까요? 학습 초기에 그것이 어려운 까닭은 무엇일까요?
source: >-
  GitHub delzac/cntkx, issue 10 (the division was missing); Vaswani et al. 2017, section 3.2.1 and
  footnote 4
"""


def scaled_dot_product_attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1)
    if mask is not None:
        scores = scores.masked_fill(~mask, -math.inf)
    weights = torch.softmax(scores, dim=-1)
    return weights @ value, weights
