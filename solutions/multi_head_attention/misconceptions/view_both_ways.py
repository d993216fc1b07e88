"""view on the way to the heads and on the way back: the heads hold pieces of the sequence.

cell: MultiHeadAttention
confuses: undoing a view with another view, with having split the features
title.ko: 나눌 때와 합칠 때 모두 view만 써서, 헤드가 문장을 토막으로 나누어 가졌습니다.
feedback.en: >
  Your split and your join cancel each other, so without attention in between everything would look
  right; but in between each head holds whole stretches of the sequence instead of its share of
  every position's features. That the way back fits the way there does not show that the way there
  was right. Look at one head before the attention: which positions and which features are in it,
  and which should be?
feedback.ko: >
  나누기와 합치기가 서로를 되돌려서 사이에 attention이 없다면 모든 것이 맞아 보입니다. 그러나 그 사이에서 각 헤드는 모든 위치의 feature 일부가 아니라 문장의 한
  토막을 통째로 가지고 있습니다. 돌아오는 길이 가는 길과 맞는다고 해서 가는 길이 옳은 것은 아닙니다. attention에 들어가기 전의 헤드 하나를 들여다보고, 어느 위치의
  어떤 feature가 들어 있는지, 무엇이 들어 있어야 하는지 확인해 보세요.
question.en: >-
  With this mistake, which positions can still exchange information with which? Draw it for six
  positions and three heads.
question.ko: 이 실수가 있으면 어느 위치끼리 정보를 주고받을 수 있을까요? 위치 6개, 헤드 3개로 그려 보세요.
source: >-
  GitHub 649453932/Chinese-Text-Classification-Pytorch, issue 53 (a view on the way in and on the
  way back)
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
        return self.out_proj(heads.reshape(query.shape))
