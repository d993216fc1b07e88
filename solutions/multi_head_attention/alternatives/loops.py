"""Loops over batches, heads, queries and keys; only numbers that are allowed are ever added."""

import math

import torch
from torch import nn


def scaled_dot_product_attention(query, key, value, mask=None):
    lead, t = query.shape[:-2], query.shape[-2]
    s, d = key.shape[-2:]
    if mask is None:
        mask = torch.ones(1, dtype=torch.bool)
    mask = mask.expand(*lead, t, s).reshape(-1, t, s).tolist()
    qs, ks, vs = (x.reshape(-1, *x.shape[-2:]) for x in (query, key, value))
    outputs, all_weights = [], []
    for n in range(len(qs)):
        for i in range(t):
            scores = {j: qs[n, i].dot(ks[n, j]) / math.sqrt(d) for j in range(s) if mask[n][i][j]}
            largest = max(score.item() for score in scores.values())
            powers = {j: torch.exp(score - largest) for j, score in scores.items()}
            total = sum(powers.values())
            row = [powers[j] / total if j in powers else qs.new_zeros(()) for j in range(s)]
            outputs.append(sum(weight * vs[n, j] for j, weight in enumerate(row)))
            all_weights.append(torch.stack(row))
    output = torch.stack(outputs).reshape(*lead, t, value.shape[-1])
    return output, torch.stack(all_weights).reshape(*lead, t, s)


class MultiHeadAttention(nn.Module):
    def __init__(self, embed_dim, num_heads):
        super().__init__()
        if embed_dim % num_heads:
            raise ValueError("num_heads must divide embed_dim")
        self.num_heads = num_heads
        self.head_dim = embed_dim // num_heads
        self.q_proj = nn.Linear(embed_dim, embed_dim)
        self.k_proj = nn.Linear(embed_dim, embed_dim)
        self.v_proj = nn.Linear(embed_dim, embed_dim)
        self.out_proj = nn.Linear(embed_dim, embed_dim)

    def forward(self, query, key, value, mask=None):
        q, k, v = self.q_proj(query), self.k_proj(key), self.v_proj(value)
        if mask is not None:
            mask = mask.expand(query.shape[0], self.num_heads, query.shape[1], key.shape[1])
        parts = []
        for h in range(self.num_heads):
            mine = slice(h * self.head_dim, (h + 1) * self.head_dim)
            of_head = None if mask is None else mask[:, h]
            part, _ = scaled_dot_product_attention(
                q[..., mine], k[..., mine], v[..., mine], of_head
            )
            parts.append(part)
        return self.out_proj(torch.cat(parts, dim=-1))
