"""Scaling by the root of the whole embedding size for the root of a head's size.

cell: MultiHeadAttention
confuses: the size of the whole embedding, with the size of one head's vectors
title.ko: 헤드의 크기가 아니라 전체 embedding 크기의 제곱근으로 나누었습니다.
feedback.en: >
  With one head your result is right; with more heads the weights come out too even. The dot
  products of a head are sums over that head's features only, so their spread depends on how many
  there are, not on the whole embedding. For eight features and four heads, count the terms of one
  dot product by hand. If the attention function from the first part does the scaling, where does it
  read the size?
feedback.ko: >
  헤드가 하나일 때는 맞지만, 헤드가 늘면 가중치가 너무 고르게 나옵니다. 한 헤드의 내적은 그 헤드의 feature만 더한 값이므로, 퍼짐을 정하는 것은 전체
  embedding이 아니라 헤드의 feature 수입니다. feature 8개, 헤드 4개일 때 내적 하나에 몇 개의 항이 있는지 세어 보세요. 첫 부분에서 만든 함수가 점수를
  나눈다면, 그 함수는 크기를 어디에서 읽을까요?
question.en: >-
  A model was trained with this mistake. Is it broken, or could its weights have made up for it?
  What happens when somebody fixes the line later?
question.ko: 이 실수가 있는 채로 학습한 모델이 있습니다. 그 모델은 망가진 것일까요, 아니면 가중치가 이를 보완했을까요? 나중에 누군가 이 줄을 고치면 어떻게 될까요?
source: >-
  asked by students of the course; GitHub lucidrains/vit-pytorch, issue 65, and
  aladdinpersson/Machine-Learning-Collection, issue 65
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
        scores = q @ k.transpose(-2, -1) / math.sqrt(query.shape[-1])
        if mask is not None:
            scores = scores.masked_fill(~mask, -math.inf)
        heads = torch.softmax(scores, dim=-1) @ v
        return self.out_proj(heads.transpose(1, 2).reshape(query.shape))
