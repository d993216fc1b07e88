"""A sigmoid for the softmax: each weight lies between 0 and 1, but a row has no fixed sum.

cell: scaled_dot_product_attention
confuses: independent numbers between 0 and 1, with a distribution over the keys
title.ko: 점수마다 따로 sigmoid를 취한 값을 key에 대한 분포로 여겼습니다.
feedback.en: >
  Your weights lie between 0 and 1, but a row of them does not sum to 1, and the output grows with
  the number of keys. A sigmoid judges every score alone; in attention the keys compete, so raising
  one score must take weight from the others. Compute the weights of three equal scores in both
  ways, and look at what happens to each when one score rises.
feedback.ko: >
  가중치가 0과 1 사이이기는 하지만 한 행의 합이 1이 아니고, key가 많아질수록 출력이 커집니다. sigmoid는 점수를 하나씩 따로 판단합니다. attention에서는
  key들이 서로 경쟁하므로 한 점수가 오르면 다른 key의 가중치가 줄어야 합니다. 점수 3개가 모두 같을 때의 가중치를 두 방식으로 계산하고, 하나를 올리면 나머지가 어떻게
  되는지 살펴보세요.
question.en: >-
  When would you rather have keys that do not compete? Think of a query that matches nothing, and of
  one that matches ten keys equally well.
question.ko: key들이 경쟁하지 않는 편이 나은 때는 언제일까요? 아무 key와도 맞지 않는 query와, 10개의 key와 똑같이 잘 맞는 query를 생각해 보세요.
source: >-
  asked by students of the course (sigmoid outputs taken for a distribution); done on purpose, with
  a correction for the number of keys, in Ramapuram et al., Theory, Analysis, and Best Practices for
  Sigmoid Self-Attention, 2024
"""


def scaled_dot_product_attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, -math.inf)
    weights = torch.sigmoid(scores)
    return weights @ value, weights
