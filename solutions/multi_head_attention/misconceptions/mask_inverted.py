"""True read as hidden: a query attends to exactly the keys that it may not see.

cell: scaled_dot_product_attention
confuses: True = may attend, with True = hidden
title.ko: mask의 True를 '가린다'는 뜻으로 읽어, 보면 안 되는 key만 봅니다.
feedback.en: >
  Your weights sum to 1, but they lie on exactly the keys that the mask excludes, and the allowed
  keys get nothing. Libraries disagree about what True means, so the meaning has to be read from the
  contract of each function. Read the line about the mask in the docstring once more, then try a
  mask with a single True and say beforehand which weight should be 1.
feedback.ko: >
  가중치의 합은 1이지만, 그 가중치가 정확히 mask가 제외한 key에 놓여 있고 허용된 key는 아무것도 받지 못합니다. True가 무엇을 뜻하는지는 라이브러리마다 다르므로
  함수의 설명에서 확인해야 합니다. docstring의 mask 줄을 다시 읽고, True가 하나뿐인 mask를 넣기 전에 어느 가중치가 1이어야 하는지 먼저 말해 보세요.
question.en: >-
  torch itself uses both meanings of True in its attention functions. Which would you choose for a
  library, and how would you keep users from mixing them up?
question.ko: >-
  torch의 attention 함수들은 True를 두 가지 뜻으로 다 씁니다. 여러분이 라이브러리를 만든다면 어느 쪽을 고르고, 사용자가 헷갈리지 않게 하려면 어떻게
  하겠습니까?
source: >-
  torch documentation of F.scaled_dot_product_attention (True takes part) against that of
  nn.MultiheadAttention (True is masked out); GitHub rasbt/LLMs-from-scratch, issue 1061
"""


def scaled_dot_product_attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(mask, -1e9)
    weights = torch.softmax(scores, dim=-1)
    return weights @ value, weights


# variant: -inf for -1e9: nan where no key is left
def scaled_dot_product_attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(mask, -math.inf)
    weights = torch.softmax(scores, dim=-1)
    return weights @ value, weights


# variant: -1e9 is added: large scores still differ
def scaled_dot_product_attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores + mask * -1e9
    weights = torch.softmax(scores, dim=-1)
    return weights @ value, weights
