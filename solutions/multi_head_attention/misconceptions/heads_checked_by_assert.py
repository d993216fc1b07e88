"""Heads that do not divide the size are stopped by an assert, not by a ValueError.

cell: MultiHeadAttention
confuses: an assertion about one's own code, with an error for the caller
title.ko: 나누어떨어지지 않는 헤드 수를 ValueError가 아니라 assert로 막았습니다.
feedback.en: >
  You do notice that the heads do not divide the size, but what is raised is an AssertionError. An
  assertion says that the author believes something about the program, and Python leaves assertions
  out when it is run with -O; a caller who hands in a wrong number should get an error that is
  always raised and that can be caught by its kind. Look up in the text which kind that is here.
feedback.ko: >
  헤드 수가 나누어떨어지지 않는 것을 알아차리기는 하지만 AssertionError가 납니다. assert는 작성자가 프로그램에 대해 믿는 바를 적는 것이고, Python을
  -O로 실행하면 사라집니다. 잘못된 값을 넣은 사람에게는 언제나 발생하고 종류로 잡을 수 있는 오류를 주어야 합니다. 이 과제에서 그 오류의 종류가 무엇인지 설명에서
  찾아보세요.
question.en: >-
  Where in your own programs would you use an assertion, and where an exception? Find one case where
  you disagree.
question.ko: 여러분의 프로그램에서는 어디에 assert를 쓰고 어디에 예외를 쓰겠습니까? 서로 의견이 갈리는 경우를 하나 찾아보세요.
source: >-
  torch's own nn.MultiheadAttention raises an AssertionError here, and karpathy/nanoGPT uses an
  assert; contrast with the Python language reference, section on the assert statement
"""


class MultiHeadAttention(nn.Module):
    def __init__(self, embed_dim, num_heads):
        super().__init__()
        assert embed_dim % num_heads == 0, "the heads do not divide the embedding"
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
        return self.out_proj(heads.transpose(1, 2).reshape(query.shape))
