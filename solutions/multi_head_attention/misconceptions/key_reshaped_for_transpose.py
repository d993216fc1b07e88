"""The key is reshaped to (D, S) where it should be transposed: a column mixes several keys.

cell: scaled_dot_product_attention
confuses: giving the key the shape of its transpose, with transposing it
title.ko: key를 transpose하지 않고 같은 모양으로 reshape만 했습니다.
feedback.en: >
  Your scores have the right shape, but each is the product of a query with numbers from several
  keys. A reshape keeps the numbers in their order and draws new borders between them; a transpose
  moves them. Number the entries of a 2 x 3 key from 0 to 5, give it the shape 3 x 2 in both ways,
  and see in which of the two a column is still one key.
feedback.ko: >
  점수의 shape는 맞지만, 각 점수가 query와 여러 key의 값이 섞인 벡터의 내적입니다. reshape는 숫자의 순서를 그대로 두고 경계만 새로 긋고,
  transpose는 숫자의 자리를 옮깁니다. 2 x 3 key에 0부터 5까지 번호를 매겨 두 방법으로 3 x 2를 만들고, 어느 쪽에서 한 열이 여전히 하나의 key인지
  확인해 보세요.
question.en: >-
  For which shapes of the key do reshape and transpose agree, and why do tests with such shapes not
  find this mistake?
question.ko: key의 shape가 어떤 경우에 reshape와 transpose의 결과가 같아질까요? 그런 shape로 만든 테스트는 왜 이 실수를 찾지 못할까요?
source: >-
  asked by students of the course (a view where a transpose is needed); GitHub
  bentrevett/pytorch-seq2seq, issue 148; torch documentation of Tensor.view
"""


def scaled_dot_product_attention(query, key, value, mask=None):
    flipped = key.reshape(*key.shape[:-2], key.shape[-1], key.shape[-2])
    scores = query @ flipped / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, -math.inf)
    weights = torch.softmax(scores, dim=-1)
    return weights @ value, weights
