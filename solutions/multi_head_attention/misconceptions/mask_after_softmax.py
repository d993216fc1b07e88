"""The mask after the softmax: the weights of the allowed keys no longer sum to 1.

cell: scaled_dot_product_attention
confuses: hiding a key from the softmax, with erasing its weight afterwards
title.ko: mask를 softmax 뒤에 적용해서, 허용된 key의 가중치 합이 1이 되지 않습니다.
feedback.en: >
  Your hidden keys do get weight 0, but the weights of the others no longer sum to 1, so every
  masked output is too small. The softmax had already given part of its weight to the hidden keys,
  and erasing that part does not hand it to anybody else. Take one query with three equal scores,
  hide one key, and compare the weights you get with those of a query that only ever had two keys.
feedback.ko: >
  가려진 key의 가중치는 0이 되지만 나머지 가중치의 합이 1보다 작아져서, mask를 쓴 출력이 전부 너무 작게 나옵니다. softmax는 이미 가려야 할 key에도 몫을
  나누어 주었고, 나중에 그 몫을 지워도 다른 key에게 돌아가지는 않습니다. 점수가 모두 같은 key 3개 가운데 하나를 가린 경우와, 처음부터 key가 2개뿐인 경우의
  가중치를 손으로 계산해 비교해 보세요.
question.en: >-
  If the weights are masked after the softmax and then divided by their sum, when is the result the
  same as masking before it, and when does it break?
question.ko: softmax 뒤에 mask를 적용하고 합으로 다시 나누면, 어떤 때에 softmax 앞에서 가린 것과 같아지고 어떤 때에 깨질까요?
source: >-
  asked by students of the course; GitHub abisee/pointer-generator, issue 88, and
  huggingface/transformers, issue 542, discuss the same; Vaswani et al. 2017, section 3.2.3, masks
  the input of the softmax
"""


def scaled_dot_product_attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    weights = torch.softmax(scores, dim=-1)
    if mask is not None:
        weights = weights * mask
    return weights @ value, weights
