"""Korean names; the layers live in a ModuleList, and the four names point into it."""

import torch
import torch.nn.functional as F
from torch import nn


def 점수_계산(질의, 키):
    차원 = 질의.size(-1)
    return torch.matmul(질의, 키.mT) / 차원**0.5


def scaled_dot_product_attention(query, key, value, mask=None):
    점수 = 점수_계산(query, key)
    if mask is not None:
        점수 = 점수.masked_fill(mask.logical_not(), -1e9)
    가중치 = F.softmax(점수, dim=-1)
    return [torch.matmul(가중치, value), 가중치]


class 머리_나누기(nn.Module):
    def __init__(self, 개수):
        super().__init__()
        self.개수 = 개수

    def forward(self, 입력):
        return torch.stack(입력.chunk(self.개수, dim=-1), dim=1)


class MultiHeadAttention(nn.Module):
    def __init__(self, embed_dim, num_heads):
        if embed_dim % num_heads != 0:
            raise ValueError("머리의 수로 나누어떨어지지 않습니다")
        super().__init__()
        self.층 = nn.ModuleList([nn.Linear(embed_dim, embed_dim) for _ in range(4)])
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = self.층
        self.나누기 = 머리_나누기(num_heads)

    def forward(self, query, key, value, mask=None):
        머리들 = [self.나누기(층(입력)) for 층, 입력 in zip(self.층, (query, key, value))]
        결과, self.마지막_가중치 = scaled_dot_product_attention(*머리들, mask=mask)
        return self.out_proj(torch.cat([머리 for 머리 in 결과.unbind(dim=1)], dim=-1))
