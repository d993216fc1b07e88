"""The features are never split: all heads act as one.

cell: MultiHeadAttention
confuses: several heads that look in different places, with one head over all features
title.ko: feature를 헤드로 나누지 않아, 모든 헤드가 하나처럼 움직입니다.
feedback.en: >
  With one head your result is right; with more it stays what it was with one. The number of heads
  never changes what is computed: there is a single softmax per query, so all features have to look
  at the same place. Ask how many rows of weights one query should have when there are three heads,
  and which features each row is computed from.
feedback.ko: >
  헤드가 하나일 때는 맞지만, 헤드 수를 늘려도 하나일 때와 계산이 같습니다. query마다 softmax가 하나뿐이라 모든 feature가 같은 곳을 볼 수밖에 없습니다.
  헤드가 3개라면 한 query에 가중치가 몇 행 있어야 하는지, 각 행은 어느 feature로 계산해야 하는지 생각해 보세요.
question.en: >-
  Several small heads cost about as much as one big head. What do they gain, and what does each of
  them lose?
question.ko: 작은 헤드 여러 개와 큰 헤드 하나는 계산량이 비슷합니다. 여러 개일 때 얻는 것은 무엇이고, 헤드 하나하나가 잃는 것은 무엇일까요?
source: >-
  common in submissions; contrast with Vaswani et al. 2017, section 3.2.2 (what a single head
  averages away)
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

    def forward(self, query, key, value, mask=None):
        q, k, v = self.q_proj(query), self.k_proj(key), self.v_proj(value)
        q, k, v = q.unsqueeze(1), k.unsqueeze(1), v.unsqueeze(1)
        if mask is not None:
            while mask.dim() < 4:
                mask = mask.unsqueeze(0)
            mask = mask[:, :1]
        heads, _ = scaled_dot_product_attention(q, k, v, mask)
        return self.out_proj(heads.squeeze(1))


# variant: the mask is handed on as it is
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

    def forward(self, query, key, value, mask=None):
        q, k, v = self.q_proj(query), self.k_proj(key), self.v_proj(value)
        heads, _ = scaled_dot_product_attention(q, k, v, mask)
        return self.out_proj(heads)
