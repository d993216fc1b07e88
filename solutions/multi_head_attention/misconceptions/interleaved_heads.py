"""The heads take every n-th feature instead of a block of neighbouring ones.

cell: MultiHeadAttention
confuses: a block of neighbouring features, with every n-th feature
title.ko: 이웃한 feature를 한 묶음으로 나누지 않고 헤드마다 하나씩 건너뛰며 나누었습니다.
feedback.en: >
  Your heads share the features evenly, but not as asked: a head gets every n-th feature instead of
  a block of neighbours. With weights of its own the network would not mind, but with given weights
  the results differ, and weights trained elsewhere would not fit. Write down for six features and
  two heads which features the text gives to head 0, and which your split does. Of the two sizes
  that the last dimension is split into, which has to stand first?
feedback.ko: >
  feature를 고르게 나누기는 했지만 요구한 방식이 아닙니다. 헤드가 이웃한 feature의 묶음이 아니라 일정한 간격으로 떨어진 feature를 받았습니다. 처음부터
  학습한다면 상관없겠지만, 가중치가 주어지면 결과가 달라지고 다른 곳에서 학습한 가중치도 쓸 수 없습니다. feature 6개, 헤드 2개일 때 헤드 0의 몫이 설명에서는
  무엇이고 자신의 코드에서는 무엇인지 적어 보세요. 마지막 차원을 둘로 쪼갤 때 어느 크기가 앞에 와야 할까요?
question.en: >-
  If a network is trained from scratch, does it matter which features belong to which head? Who else
  relies on the order?
question.ko: 처음부터 학습하는 신경망이라면 어느 feature가 어느 헤드에 속하는지가 중요할까요? 그 순서에 기대는 것은 또 무엇이 있을까요?
source: >-
  common in submissions; contrast with Vaswani et al. 2017, section 3.2.2 (heads concatenated one
  after the other)
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
        return x.view(x.shape[0], x.shape[1], self.head_dim, self.num_heads).permute(0, 3, 1, 2)

    def forward(self, query, key, value, mask=None):
        q, k, v = (
            self.split(self.q_proj(query)),
            self.split(self.k_proj(key)),
            self.split(self.v_proj(value)),
        )
        heads, _ = scaled_dot_product_attention(q, k, v, mask)
        return self.out_proj(heads.permute(0, 2, 3, 1).reshape(query.shape))


# variant: the heads are joined as blocks of neighbouring features
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
        return x.view(x.shape[0], x.shape[1], self.head_dim, self.num_heads).permute(0, 3, 1, 2)

    def forward(self, query, key, value, mask=None):
        q, k, v = (
            self.split(self.q_proj(query)),
            self.split(self.k_proj(key)),
            self.split(self.v_proj(value)),
        )
        heads, _ = scaled_dot_product_attention(q, k, v, mask)
        return self.out_proj(heads.transpose(1, 2).reshape(query.shape))
