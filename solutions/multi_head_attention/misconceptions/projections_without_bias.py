"""The projections have no bias.

cell: MultiHeadAttention
confuses: a matrix, with a linear layer that also has a bias
title.ko: projection에 bias가 없습니다.
feedback.en: >
  Your module is right as long as all biases are zero, and has no place for any others. The contract
  asks for four layers of the kind that torch calls nn.Linear, with what that kind has by default.
  Count the parameters of one such layer for E = 4 by hand and compare with yours.
feedback.ko: >
  bias가 모두 0일 때는 맞지만, 0이 아닌 bias를 담을 자리가 없습니다. 과제가 요구하는 것은 torch의 nn.Linear가 기본으로 갖추는 것을 모두 가진 layer
  네 개입니다. E = 4일 때 그런 layer 하나의 파라미터 수를 손으로 세어 자신의 것과 비교해 보세요.
question.en: >-
  Which of the four biases can change the attention weights, which cannot, and why do some models
  leave them out?
question.ko: 네 bias 가운데 attention 가중치를 바꿀 수 있는 것과 없는 것은 무엇일까요? bias를 빼는 모델이 있는 까닭은 무엇일까요?
source: >-
  Vaswani et al. 2017, section 3.2.2, writes plain matrices; contrast with torch documentation of
  nn.Linear (bias=True) and of nn.MultiheadAttention (bias=True)
"""


class MultiHeadAttention(nn.Module):
    def __init__(self, embed_dim, num_heads):
        super().__init__()
        if embed_dim % num_heads != 0:
            raise ValueError("the heads do not divide the embedding")
        self.num_heads, self.head_dim = num_heads, embed_dim // num_heads
        self.q_proj = nn.Linear(embed_dim, embed_dim, bias=False)
        self.k_proj = nn.Linear(embed_dim, embed_dim, bias=False)
        self.v_proj = nn.Linear(embed_dim, embed_dim, bias=False)
        self.out_proj = nn.Linear(embed_dim, embed_dim, bias=False)

    def split(self, x):
        return x.view(x.shape[0], x.shape[1], self.num_heads, self.head_dim).transpose(1, 2)

    def forward(self, query, key, value, mask=None):
        q, k, v = (
            self.split(self.q_proj(query)),
            self.split(self.k_proj(key)),
            self.split(self.v_proj(value)),
        )
        heads, _ = scaled_dot_product_attention(q, k, v, mask)
        return self.out_proj(heads.transpose(1, 2).reshape(query.shape))


# variant: the output projection has one
class MultiHeadAttention(nn.Module):
    def __init__(self, embed_dim, num_heads):
        super().__init__()
        if embed_dim % num_heads != 0:
            raise ValueError("the heads do not divide the embedding")
        self.num_heads, self.head_dim = num_heads, embed_dim // num_heads
        self.q_proj = nn.Linear(embed_dim, embed_dim, bias=False)
        self.k_proj = nn.Linear(embed_dim, embed_dim, bias=False)
        self.v_proj = nn.Linear(embed_dim, embed_dim, bias=False)
        self.out_proj = nn.Linear(embed_dim, embed_dim)

    def split(self, x):
        return x.view(x.shape[0], x.shape[1], self.num_heads, self.head_dim).transpose(1, 2)

    def forward(self, query, key, value, mask=None):
        q, k, v = (
            self.split(self.q_proj(query)),
            self.split(self.k_proj(key)),
            self.split(self.v_proj(value)),
        )
        heads, _ = scaled_dot_product_attention(q, k, v, mask)
        return self.out_proj(heads.transpose(1, 2).reshape(query.shape))
