"""Later keys are always hidden, as in a language model, whether or not a mask asks for it.

cell: scaled_dot_product_attention
confuses: attention as such, with the causal attention of a language model
title.ko: 요청하지 않았는데도 뒤쪽 key를 항상 가렸습니다.
feedback.en: >
  Your first query always takes the first value, whatever it asks for, and later keys are never seen
  by earlier queries. That is the causal mask of a language model that predicts the next word, built
  into a function that has no such rule: here only the mask that is handed in decides. Call your
  function without a mask, print the weights, and ask where the zeros come from. Think also of
  queries and keys from two different texts, where 'later' means nothing.
feedback.ko: >
  첫 번째 query는 무엇을 묻든 항상 첫 번째 value만 가져가고, 앞의 query는 뒤의 key를 절대 보지 못합니다. 이것은 다음 단어를 예측하는 언어 모델의
  causal mask인데, 이 함수에는 그런 규칙이 없고 받은 mask만이 무엇을 가릴지 정합니다. mask 없이 함수를 부르고 가중치를 출력해서 0이 어디서 왔는지
  살펴보세요. query와 key가 서로 다른 문장에서 온다면 '뒤'라는 말이 무슨 뜻일지도 생각해 보세요.
question.en: >-
  Which parts of a Transformer must hide the future, which must not, and who in the code should know
  which is which?
question.ko: Transformer의 어느 부분은 미래를 가려야 하고 어느 부분은 가리면 안 될까요? 코드에서 그것을 아는 책임은 누가 져야 할까요?
source: >-
  common where code of a decoder-only model is followed (karpathy/nanoGPT masks inside its
  attention); contrast with Vaswani et al. 2017, section 3.2.3
"""


def scaled_dot_product_attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    causal = torch.ones(scores.shape[-2:], dtype=torch.bool, device=scores.device).tril()
    mask = causal if mask is None else mask & causal
    scores = scores.masked_fill(~mask, -1e9)
    weights = torch.softmax(scores, dim=-1)
    return weights @ value, weights


# variant: -inf for -1e9: nan where no key is left
def scaled_dot_product_attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    causal = torch.ones(scores.shape[-2:], dtype=torch.bool, device=scores.device).tril()
    mask = causal if mask is None else mask & causal
    scores = scores.masked_fill(~mask, -math.inf)
    weights = torch.softmax(scores, dim=-1)
    return weights @ value, weights
