"""The joined heads are returned as they are: out_proj is there and never used.

cell: MultiHeadAttention
confuses: joining the heads, with mixing them
title.ko: 헤드를 이어 붙이기만 하고 out_proj를 거치지 않았습니다.
feedback.en: >
  What you return are the joined heads: out_proj exists and never takes part. Side by side, the
  heads know nothing of each other; each feature of the result still belongs to one head only.
  Compare the last formula in the text with the last line of your forward, and ask which of the four
  layers gets no gradient.
feedback.ko: >
  돌려준 것은 이어 붙인 헤드들이고, out_proj는 만들어 놓고 쓰지 않았습니다. 나란히 놓기만 하면 헤드들은 서로를 알지 못해서, 결과의 각 feature가 여전히 한
  헤드에만 속합니다. 설명의 마지막 식과 forward의 마지막 줄을 비교하고, 네 layer 가운데 gradient를 받지 못하는 것이 무엇인지 찾아보세요.
question.en: >-
  The next layer of a Transformer mixes features anyway. What does the output projection add, and
  could it be merged into something else?
question.ko: Transformer의 다음 layer도 어차피 feature를 섞습니다. 그렇다면 out_proj는 무엇을 더해 줄까요? 다른 것과 합칠 수도 있을까요?
source: >-
  asked by students of the course; contrast with Vaswani et al. 2017, section 3.2.2 (the matrix W^O)
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
            self.split(self.v_proj(value)),
        )
        heads, _ = scaled_dot_product_attention(q, k, v, mask)
        return heads.transpose(1, 2).reshape(query.shape)
