"""The softmax is applied twice, the second time to weights: they come out nearly even.

cell: scaled_dot_product_attention
confuses: weights, with scores that still need a softmax
title.ko: softmax를 두 번 적용해서 가중치가 거의 고르게 됩니다.
feedback.en: >
  Your weights sum to 1 but are far too even: even a perfect match gets little more than the others.
  What comes out of a softmax lies between 0 and 1, and taken as scores such numbers hardly differ,
  so a second softmax flattens them. Follow one row of scores by hand through each step and count
  how often an exponential is taken. If the second one was meant to repair the sum after masking,
  ask where the mask has to act so that no repair is needed.
feedback.ko: >
  가중치의 합은 1이지만 지나치게 고릅니다. 완전히 맞는 key조차 다른 key보다 조금 더 받을 뿐입니다. softmax를 거친 값은 0과 1 사이이므로 점수로 보면 서로 거의
  차이가 없고, 한 번 더 softmax를 취하면 평평해집니다. 점수 한 행을 손으로 따라가며 지수 함수가 몇 번 쓰이는지 세어 보세요. mask를 적용한 뒤 합을 맞추려던
  것이라면, mask가 어디에서 작용해야 고칠 일이 없어지는지 생각해 보세요.
question.en: >-
  With two keys, how large can the larger weight be after two softmaxes, whatever the scores? What
  does that mean for what the network can still learn?
question.ko: >-
  key가 2개일 때 softmax를 두 번 거치면 점수가 무엇이든 큰 쪽 가중치가 얼마까지 커질 수 있을까요? 그러면 신경망이 배울 수 있는 것은 어떻게 제한될까요?
source: >-
  asked by students of the course (softmax applied twice); contrast with Vaswani et al. 2017,
  section 3.2.1
"""


def scaled_dot_product_attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    weights = torch.softmax(scores, dim=-1)
    if mask is not None:
        weights = weights.masked_fill(~mask, -math.inf)
    weights = torch.softmax(weights, dim=-1)
    return weights @ value, weights


# variant: the mask comes before the first softmax only
def scaled_dot_product_attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, -math.inf)
    weights = torch.softmax(scores, dim=-1)
    weights = torch.softmax(weights, dim=-1)
    return weights @ value, weights


# variant: the mask comes before both
def scaled_dot_product_attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, -math.inf)
    weights = torch.softmax(scores, dim=-1)
    if mask is not None:
        weights = weights.masked_fill(~mask, -math.inf)
    weights = torch.softmax(weights, dim=-1)
    return weights @ value, weights
