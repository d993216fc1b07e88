"""Heads folded into the batch, batched matrix products, and in-place work on fresh tensors."""

import math

import torch
from torch import nn


def flatten_lead(x):
    return x.reshape(math.prod(x.shape[:-2]), x.shape[-2], x.shape[-1])


def scaled_dot_product_attention(query, key, value, mask=None):
    lead = query.shape[:-2]
    t, s = query.shape[-2], key.shape[-2]
    scores = torch.bmm(flatten_lead(query), flatten_lead(key).transpose(1, 2))
    scores = scores.view(*lead, t, s)
    scores.mul_(1 / math.sqrt(query.shape[-1]))
    if mask is not None:
        full = torch.broadcast_to(mask, scores.shape)
        scores[~full] = float("-inf")
    scores -= scores.detach().amax(-1, keepdim=True)
    weights = scores.exp()
    weights = weights / weights.sum(-1).unsqueeze(-1)
    output = torch.bmm(flatten_lead(weights), flatten_lead(value))
    return output.view(*lead, t, -1), weights


class MultiHeadAttention(nn.Module):
    def __init__(self, embed_dim, num_heads):
        super().__init__()
        if embed_dim // num_heads * num_heads != embed_dim:
            raise ValueError("the heads must share the features evenly")
        self.h, self.d = num_heads, embed_dim // num_heads
        self.q_proj, self.k_proj = nn.Linear(embed_dim, embed_dim), nn.Linear(embed_dim, embed_dim)
        self.v_proj, self.out_proj = (
            nn.Linear(embed_dim, embed_dim),
            nn.Linear(embed_dim, embed_dim),
        )
        self.unused_temperature = nn.Parameter(torch.ones(1))

    def fold(self, x):
        b, length, _ = x.shape
        x = x.view(b, length, self.h, self.d).permute(0, 2, 1, 3).contiguous()
        return x.view(b * self.h, length, self.d)

    def forward(self, query, key, value, mask=None):
        b, t, e = query.shape
        q, k, v = (
            self.fold(self.q_proj(query)),
            self.fold(self.k_proj(key)),
            self.fold(self.v_proj(value)),
        )
        if mask is not None:
            mask = mask.expand(b, self.h, t, key.shape[1]).reshape(b * self.h, t, key.shape[1])
        output, _ = scaled_dot_product_attention(q, k, v, mask)
        output = output.view(b, self.h, t, self.d).permute(0, 2, 1, 3).contiguous().view(b, t, e)
        return self.out_proj(output)
