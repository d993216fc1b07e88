"""The weights are detached like constants: no gradient reaches query and key.

cell: scaled_dot_product_attention
confuses: weights that are computed, with constants that need no gradient
title.ko: 가중치를 상수로 여겨 detach해서, query와 key로 gradient가 흐르지 않습니다.
feedback.en: >
  Your numbers are right, but no gradient reaches query and key: only the values can learn. The
  weights are not given, they are computed from query and key, and where to look is just what
  attention has to learn. Follow the path from the output back to the query, and find the step at
  which the graph is cut.
feedback.ko: >
  값은 맞지만 query와 key로 gradient가 전달되지 않아 value만 학습할 수 있습니다. 가중치는 주어진 상수가 아니라 query와 key로부터 계산한 값이고,
  어디를 볼지야말로 attention이 배워야 하는 것입니다. 출력에서 query까지 거꾸로 따라가며 계산 그래프가 어디에서 끊기는지 찾아보세요.
question.en: >-
  A network with this mistake still trains, a little. What does it learn, and what stays random for
  ever?
question.ko: 이 실수가 있어도 신경망은 어느 정도 학습됩니다. 무엇을 배우고, 무엇이 끝까지 무작위로 남을까요?
source: common in submissions; contrast with torch documentation of Tensor.detach
"""


def scaled_dot_product_attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, -math.inf)
    weights = torch.softmax(scores, dim=-1).detach()
    return weights @ value, weights
