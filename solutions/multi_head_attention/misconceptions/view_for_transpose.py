"""view straight to (B, heads, T, D): it cuts the sequence into pieces, not the features.

cell: MultiHeadAttention
confuses: a view with the wanted shape, with a split of the features
title.ko: view로 곧바로 (B, heads, T, D)를 만들어, feature가 아니라 문장을 조각냈습니다.
feedback.en: >
  Your heads have the right shape and the wrong content: each holds whole stretches of the sequence
  instead of its share of every position's features. A view keeps the numbers in order, and in that
  order a position's features stand together. Number the entries of a (1, 2, 4) tensor from 0, cut
  it for two heads by hand, and compare with what view gives. Which dimension is being split, and
  which is only being moved?
feedback.ko: >
  헤드의 shape는 맞지만 내용이 다릅니다. 각 헤드가 모든 위치의 feature를 나누어 가진 것이 아니라 문장의 한 토막을 통째로 가지고 있습니다. view는 숫자의 순서를
  그대로 두고, 그 순서에서는 한 위치의 feature들이 나란히 있습니다. (1, 2, 4) 텐서에 0부터 번호를 매겨 헤드 2개로 직접 나누어 보고 view의 결과와 비교해
  보세요. 쪼개지는 차원은 어느 것이고, 자리만 옮기는 차원은 어느 것일까요?
question.en: >-
  Why does torch let this pass without an error, and how could one write the code so that the
  mistake becomes impossible or loud?
question.ko: torch는 왜 이것을 오류 없이 받아들일까요? 이 실수가 아예 불가능하거나 바로 드러나게 코드를 쓰려면 어떻게 해야 할까요?
source: >-
  asked by students of the course; GitHub hyunwoongko/transformer, issue 15, and reczoo/FuxiCTR,
  issue 30
"""


class MultiHeadAttention(nn.Module):
    def __init__(self, embed_dim, num_heads):
        super().__init__()
        if embed_dim % num_heads != 0:
            raise ValueError("the heads do not divide the embedding")
        self.num_heads, self.head_dim = num_heads, embed_dim // num_heads
        self.q_proj = nn.Linear(embed_dim, embed_dim)
        self.k_proj = nn.Linear(embed_dim, embed_dim)
        self.v_proj = nn.Linear(embed_dim, embed_dim)
        self.out_proj = nn.Linear(embed_dim, embed_dim)

    def split(self, x):
        return x.view(x.shape[0], self.num_heads, x.shape[1], self.head_dim)

    def forward(self, query, key, value, mask=None):
        q, k, v = (
            self.split(self.q_proj(query)),
            self.split(self.k_proj(key)),
            self.split(self.v_proj(value)),
        )
        heads, _ = scaled_dot_product_attention(q, k, v, mask)
        return self.out_proj(heads.transpose(1, 2).reshape(query.shape))
