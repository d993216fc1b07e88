"""The mask is accepted and never handed to the attention.

cell: MultiHeadAttention
confuses: accepting an argument, with using it
title.ko: mask를 인자로 받기만 하고 attention에 넘기지 않았습니다.
feedback.en: >
  Without a mask your module is right; with one, its result is the same as without. The module
  accepts the mask, but nothing that it calls ever sees it. Follow the name through forward, line by
  line, and count how often it is used.
feedback.ko: >
  mask가 없을 때는 맞지만, mask를 주어도 주지 않은 것과 결과가 같습니다. 모듈이 mask를 받기는 하지만 그 안에서 부르는 어떤 함수에도 전달되지 않습니다.
  forward를 한 줄씩 따라가며 mask라는 이름이 몇 번 쓰이는지 세어 보세요.
question.en: >-
  Which quick check, run before any training, would have shown that an argument has no influence?
question.ko: 학습을 시작하기 전에 어떤 간단한 검사를 했다면 인자 하나가 결과에 영향을 주지 않는다는 것을 알 수 있었을까요?
source: >-
  GitHub 649453932/Chinese-Text-Classification-Pytorch, issue 53 (the mask left as a TODO); contrast
  with Vaswani et al. 2017, section 3.2.3
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
        heads, _ = scaled_dot_product_attention(q, k, v)
        return self.out_proj(heads.transpose(1, 2).reshape(query.shape))
