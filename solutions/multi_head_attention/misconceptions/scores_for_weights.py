"""The scores are returned where the weights, after the softmax, are asked for.

cell: scaled_dot_product_attention
confuses: scores (before the softmax), with weights (after it)
title.ko: softmax를 거친 가중치 대신 점수를 돌려주었습니다.
feedback.en: >
  Your output is right, but the second result is not: its rows do not sum to 1 and may be negative.
  What you return there is what goes into the softmax, not what comes out of it. The weights tell
  how much of each value went into the output, so multiplying your second result by the values
  should give your first. Check that by hand.
feedback.ko: >
  출력은 맞지만 두 번째 결과가 다릅니다. 행의 합이 1이 아니고 음수도 나올 수 있습니다. 돌려준 것은 softmax에서 나온 값이 아니라 softmax에 들어가는 값입니다.
  가중치는 각 value가 출력에 얼마나 들어갔는지를 말하므로, 두 번째 결과에 value를 곱하면 첫 번째 결과가 나와야 합니다. 직접 확인해 보세요.
question.en: >-
  What can one read from the weights that the scores do not show, and what from the scores that the
  weights have lost?
question.ko: 점수에서는 보이지 않지만 가중치에서는 읽을 수 있는 것은 무엇이고, 반대로 가중치가 되면서 사라진 정보는 무엇일까요?
source: >-
  common in submissions; contrast with Vaswani et al. 2017, section 3.2.1, and torch documentation
  of nn.MultiheadAttention (attn_output_weights)
"""


def scaled_dot_product_attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, -1e9)
    return torch.softmax(scores, dim=-1) @ value, scores


# variant: -inf for -1e9
def scaled_dot_product_attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, -math.inf)
    return torch.softmax(scores, dim=-1) @ value, scores


# variant: the scores before the mask
def scaled_dot_product_attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    masked = scores if mask is None else scores.masked_fill(~mask, -math.inf)
    return torch.softmax(masked, dim=-1) @ value, scores
