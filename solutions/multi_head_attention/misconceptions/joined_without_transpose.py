"""The heads are joined without moving them back behind the positions first.

cell: MultiHeadAttention
confuses: the order of a tensor's numbers in memory, with the order that its shape suggests
title.ko: 헤드를 합칠 때 헤드 축을 먼저 위치 뒤로 옮기지 않았습니다.
feedback.en: >
  Your result has the right shape, but a position's features come partly from other positions: the
  heads were laid end to end as they lie in memory. At that point the tensor is ordered (B, heads,
  T, D), and a reshape never reorders anything, it only draws new borders. Take two heads and two
  positions, number the entries from 0, and write down which numbers position 0 should hold and
  which it gets.
feedback.ko: >
  결과의 shape는 맞지만 한 위치의 feature에 다른 위치의 값이 섞여 있습니다. 헤드들을 메모리에 놓인 순서대로 이어 붙였기 때문입니다. 이 시점의 텐서는 (B,
  heads, T, D) 순서이고, reshape는 순서를 바꾸지 않고 경계만 새로 긋습니다. 헤드 2개, 위치 2개인 텐서에 0부터 번호를 매기고, 위치 0이 가져야 할 번호와
  실제로 가진 번호를 적어 비교해 보세요.
question.en: >-
  Training with this mistake often still lowers the loss. What can the network learn in spite of it,
  and which task would expose it?
question.ko: 이 실수가 있어도 loss는 줄어드는 일이 많습니다. 그래도 배울 수 있는 것은 무엇이고, 어떤 과제라면 실수가 드러날까요?
source: >-
  GitHub jsbaan/transformer-from-scratch, pull request 6 (a permute missing before the reshape; a
  test of training passed all the same)
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
        return self.out_proj(heads.reshape(query.shape))
