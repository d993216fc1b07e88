"""A boolean mask is added to the scores: allowed keys gain 1, hidden ones lose nothing.

cell: scaled_dot_product_attention
confuses: a boolean mask, with a mask of numbers that is meant to be added
title.ko: 참·거짓 mask를 더하는 숫자 mask처럼 다루어, 허용된 점수에 1이 더해질 뿐입니다.
feedback.en: >
  Your mask only tilts the weights: hidden keys keep a good part of theirs. Added to the scores,
  True counts as 1 and False as 0, so an allowed key gains a little and a hidden one loses nothing.
  There are masks that are made to be added, but they hold other numbers than 0 and 1. Ask how large
  the step between an allowed and a hidden score must be for the hidden weight to be exactly 0.
feedback.ko: >
  mask가 가중치를 조금 기울일 뿐, 가려진 key가 여전히 상당한 가중치를 갖습니다. 점수에 더하면 True는 1, False는 0으로 계산되므로 허용된 key가 조금 이득을
  볼 뿐 가려진 key는 아무것도 잃지 않습니다. 더해서 쓰는 mask도 있지만 거기에는 0과 1이 아닌 다른 숫자가 들어 있습니다. 가려진 key의 가중치가 정확히 0이 되려면
  두 점수의 차이가 얼마나 커야 하는지 따져 보세요.
question.en: >-
  What does an added mask of other numbers make possible that a boolean mask cannot express?
question.ko: 숫자를 더하는 mask로는 할 수 있지만 참·거짓 mask로는 표현할 수 없는 것은 무엇일까요?
source: >-
  GitHub pytorch/pytorch, issue 21518 (a mask of zeros and ones handed to nn.MultiheadAttention,
  whose float masks are added)
"""


def scaled_dot_product_attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores + mask
    weights = torch.softmax(scores, dim=-1)
    return weights @ value, weights
