"""The values are projected from key: the argument value is never used.

cell: MultiHeadAttention
confuses: the tensor that is searched, with the tensor whose content is taken
title.ko: value 대신 key에서 값을 가져와, value 인자가 쓰이지 않습니다.
feedback.en: >
  Your weights are right, but what is taken home comes from the keys: the argument value has no
  influence. In many calls key and value are the same tensor, and then the mistake is invisible.
  Think of a dictionary whose entries are found by their headword and read for their text, and check
  which of the three arguments each projection is given.
feedback.ko: >
  가중치는 맞지만 가져오는 내용이 key에서 나와, value 인자가 결과에 영향을 주지 않습니다. 많은 호출에서 key와 value가 같은 텐서라 이 실수가 보이지 않습니다.
  표제어로 찾고 본문을 읽는 사전을 떠올리면서, 각 projection이 세 인자 가운데 무엇을 받는지 확인해 보세요.
question.en: >-
  In which uses of attention do key and value differ before the projections, and what would one do
  with that freedom?
question.ko: projection을 거치기 전의 key와 value가 서로 다른 attention은 어디에 쓰일까요? 그 자유로 무엇을 할 수 있을까요?
source: >-
  common where keys and values come as one memory; contrast with Vaswani et al. 2017, section 3.2.2,
  and torch documentation of nn.MultiheadAttention (key and value are two arguments)
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
            self.split(self.k_proj(key)),
            self.split(self.v_proj(key)),
        )
        heads, _ = scaled_dot_product_attention(q, k, v, mask)
        return self.out_proj(heads.transpose(1, 2).reshape(query.shape))
