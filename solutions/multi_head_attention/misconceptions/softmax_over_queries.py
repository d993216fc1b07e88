"""The softmax over the queries for the keys: each key hands out a total weight of 1.

cell: scaled_dot_product_attention
confuses: the dimension of the keys, with that of the queries
title.ko: key가 아니라 query 방향으로 softmax를 취했습니다.
feedback.en: >
  In your weights the columns sum to 1, not the rows: each key hands out its attention among the
  queries, and some queries end up with hardly any. A query should come away with a mean of the
  values, so it is the query that has one unit of weight to spend. Write the shape of the scores on
  paper, name its last two dimensions, and decide over which one the choice is made.
feedback.ko: >
  가중치의 행이 아니라 열의 합이 1입니다. key마다 자기 몫을 query들에게 나누어 주는 셈이라, 거의 아무것도 받지 못하는 query가 생깁니다. query는 value의
  평균을 얻어야 하므로, 쓸 수 있는 가중치 1을 가진 쪽은 query입니다. 점수의 shape를 종이에 적고 마지막 두 차원에 이름을 붙인 뒤, 어느 차원을 놓고 고르는 것인지
  정해 보세요.
question.en: >-
  Is there a task in which you would want each key to spend one unit of weight among the queries?
  What would be lost there?
question.ko: key가 가중치 1을 query들에게 나누어 주는 방식이 어울리는 문제가 있을까요? 그때 잃는 것은 무엇일까요?
source: >-
  GitHub labmlai/annotated_deep_learning_paper_implementations, issues 146 and 282 (which dimension
  the softmax of an attention runs over)
"""


def scaled_dot_product_attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, -1e9)
    weights = torch.softmax(scores, dim=-2)
    return weights @ value, weights


# variant: -inf for -1e9: nan where no query is left
def scaled_dot_product_attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, -math.inf)
    weights = torch.softmax(scores, dim=-2)
    return weights @ value, weights


# variant: -1e9 is added: large scores still differ
def scaled_dot_product_attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores + (~mask) * -1e9
    weights = torch.softmax(scores, dim=-2)
    return weights @ value, weights
