"""Einsum throughout, a softmax of its own, and the mask added as 0 or minus infinity."""

import torch
import torch.nn as nn


def scaled_dot_product_attention(query, key, value, mask=None):
    query = query / torch.sqrt(torch.tensor(query.shape[-1]))
    scores = torch.einsum("...td,...sd->...ts", query, key)
    if mask is not None:
        scores = scores + torch.log(mask.to(scores.dtype))
    powers = torch.exp(scores - scores.max(dim=-1, keepdim=True).values)
    weights = powers / powers.sum(dim=-1, keepdim=True)
    return torch.einsum("...ts,...sv->...tv", weights, value), weights


class MultiHeadAttention(nn.Module):
    def __init__(self, embed_dim, num_heads):
        super().__init__()
        self.heads, rest = divmod(embed_dim, num_heads)
        if rest != 0:
            raise ValueError(f"{embed_dim=} {num_heads=}")
        self.heads = num_heads
        for name in ["q_proj", "k_proj", "v_proj", "out_proj"]:
            layer = nn.Linear(embed_dim, embed_dim)
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
            setattr(self, name, layer)

    def forward(self, query, key, value, mask=None):
        b, _, e = query.shape
        q = self.q_proj(query).reshape(b, -1, self.heads, e // self.heads)
        k = self.k_proj(key).reshape(b, -1, self.heads, e // self.heads)
        v = self.v_proj(value).reshape(b, -1, self.heads, e // self.heads)
        scores = torch.einsum("bthd,bshd->bhts", q, k) * (e // self.heads) ** -0.5
        if mask is not None:
            scores = torch.where(mask, scores, torch.finfo(scores.dtype).min)
        weights = torch.softmax(scores, dim=-1)
        return self.out_proj(torch.einsum("bhts,bshd->bthd", weights, v).reshape(b, -1, e))
