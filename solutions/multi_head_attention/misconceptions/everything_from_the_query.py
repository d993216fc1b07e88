"""Queries, keys and values are all made from query: the module can only attend to itself.

cell: MultiHeadAttention
confuses: attention in general, with self-attention
title.ko: query, key, value를 모두 query에서 만들어 self-attention만 할 수 있습니다.
feedback.en: >
  With one and the same sequence for all three your result is right; as soon as key and value are
  another sequence, they have no influence at all. Self-attention is the special case in which the
  caller hands in the same tensor three times; in a decoder the queries come from one text and the
  keys and values from another. Change key or value in a call and watch whether anything moves.
feedback.ko: >
  셋 다 같은 문장을 넣으면 맞지만, key와 value가 다른 문장이 되면 그 둘이 결과에 아무 영향도 주지 않습니다. self-attention은 부르는 쪽이 같은 텐서를 세
  번 넣은 특별한 경우일 뿐이고, decoder에서는 query와 key·value가 서로 다른 문장에서 옵니다. key나 value만 바꾸어 불러 보고 결과가 움직이는지
  살펴보세요.
question.en: In a translation model, what would be lost if every attention were self-attention?
question.ko: 번역 모델의 모든 attention이 self-attention이라면 무엇을 할 수 없게 될까요?
source: >-
  common where a module made for self-attention is followed; contrast with Vaswani et al. 2017,
  section 3.2.3 (encoder-decoder attention)
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
            self.split(self.k_proj(query)),
            self.split(self.v_proj(query)),
        )
        heads, _ = scaled_dot_product_attention(q, k, v, mask)
        return self.out_proj(heads.transpose(1, 2).reshape(query.shape))
