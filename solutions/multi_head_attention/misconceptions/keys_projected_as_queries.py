"""Keys and queries share q_proj: k_proj is there and never used.

cell: MultiHeadAttention
confuses: two roles of a position, with one projection for both
title.ko: key에도 q_proj를 써서, k_proj가 한 번도 쓰이지 않습니다.
feedback.en: >
  Your result does not change when k_proj changes, and no gradient reaches it. What a position asks
  for and what it offers are two things, and each has a projection of its own; with a shared one, a
  position in self-attention tends to match itself best. Tick off the four layers one by one: where
  in forward is each of them used, and on what?
feedback.ko: >
  k_proj를 바꾸어도 결과가 바뀌지 않고, k_proj에는 gradient도 가지 않습니다. 한 위치가 무엇을 묻는지와 무엇을 내놓는지는 서로 다른 것이라
  projection도 따로 있습니다. 하나를 같이 쓰면 self-attention에서 각 위치가 자기 자신과 가장 잘 맞기 쉽습니다. 네 layer를 하나씩 짚어 가며
  forward의 어디에서 무엇에 쓰이는지 확인해 보세요.
question.en: >-
  What kind of relation between two words can separate projections express that a shared one cannot?
question.ko: projection을 따로 두면 표현할 수 있지만 하나를 같이 쓰면 표현할 수 없는 단어 사이의 관계는 어떤 것일까요?
source: >-
  common in submissions; contrast with Vaswani et al. 2017, section 3.2.2; shared on purpose in
  Kitaev et al., Reformer, ICLR 2020
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
        return x.view(x.shape[0], x.shape[1], self.num_heads, self.head_dim).transpose(1, 2)

    def forward(self, query, key, value, mask=None):
        q, k, v = (
            self.split(self.q_proj(query)),
            self.split(self.q_proj(key)),
            self.split(self.v_proj(value)),
        )
        heads, _ = scaled_dot_product_attention(q, k, v, mask)
        return self.out_proj(heads.transpose(1, 2).reshape(query.shape))
