"""Chapters 5 and 6. Attention: each token asks all others, in several heads."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

EXPLICIT_TOKENS = 64  # up to here the fused kernel is the slower one on a CPU


def scaled_dot_product_attention(
    q: Tensor, k: Tensor, v: Tensor, scale: float | None = None, mask=None
) -> tuple[Tensor, Tensor]:
    """Attention(Q, K, V) = softmax(Q Kᵀ / √d) V, and the weights of the mean.

    Args:
        q: (…, M, d) queries.
        k: (…, N, d) keys.
        v: (…, N, d_v) values.
        scale: what the scores are multiplied with; 1/√d unless told.
        mask: boolean, broadcast to (…, M, N); True where a query may look.

    Returns:
        (…, M, d_v) means of the values, and (…, M, N) weights whose rows sum to 1.

    Source: Vaswani et al. 2017, equation 1; Dosovitskiy et al. 2021, equations 5 to 7.
    """
    scale = q.shape[-1] ** -0.5 if scale is None else scale
    scores = q @ k.transpose(-2, -1) * scale  # (…, M, N)
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = scores.softmax(dim=-1)  # over the keys
    return weights @ v, weights  # (…, M, d_v), (…, M, N)


class Attention(nn.Module):
    """Multi-head self-attention: MSA(z) = [SA_1(z); …; SA_h(z)] U (equation 8).

    Args:
        dim: D, numbers in a token.
        num_heads: h; each head works on D/h features of the queries, keys and values.
        qkv_bias: whether queries, keys and values get a bias.
        qk_scale: factor on the scores; 1/√(D/h) unless told.
        attn_drop: dropout rate on the weights.
        proj_drop: dropout rate on the output.

    Shapes: (B, N, D) → (B, N, D).

    Raises:
        ValueError: ``num_heads`` does not divide ``dim``.

    Source: Dosovitskiy et al. 2021, appendix A, equations 5 to 8.
    """

    def __init__(
        self,
        dim,
        num_heads=8,
        qkv_bias=True,
        qk_scale=None,
        attn_drop=0.0,
        proj_drop=0.0,
    ):
        super().__init__()
        if num_heads < 1 or dim % num_heads:
            fits = [str(h) for h in range(1, dim + 1) if dim % h == 0]
            raise ValueError(
                f"width {dim} is not divisible into {num_heads} heads; "
                f"{', '.join(fits)} would be"
            )
        self.num_heads = num_heads
        self.scale = (dim // num_heads) ** -0.5 if qk_scale is None else qk_scale
        self.qkv = nn.Linear(dim, 3 * dim, bias=qkv_bias)
        self.attn_drop = nn.Dropout(attn_drop)
        self.proj = nn.Linear(dim, dim)
        self.proj_drop = nn.Dropout(proj_drop)

    def forward(self, x: Tensor, queries: int | None = None) -> Tensor:
        """(B, N, D) → (B, N, D), or (B, M, D) for the first M ``queries`` alone."""
        q, k, v = self.split_heads(x, queries)
        if x.shape[1] <= EXPLICIT_TOKENS:
            y = self.explicit(q, k, v)[0]
        else:
            drop = self.attn_drop.p if self.training else 0.0
            y = F.scaled_dot_product_attention(
                q, k, v, dropout_p=drop, scale=self.scale
            )
        return self.merge_heads(y)

    def forward_with_weights(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(B, N, D) → (B, N, D), and each head's weights (B, h, N, N)."""
        y, weights = self.explicit(*self.split_heads(x))
        return self.merge_heads(y), weights

    def split_heads(self, x: Tensor, queries: int | None = None) -> tuple[Tensor, ...]:
        """Queries, keys and values of every head: (B, N, D) → 3 × (B, h, N, D/h)."""
        batch, count, dim = x.shape
        if queries is None:
            qkv = self.qkv(x).reshape(batch, count, 3, self.num_heads, -1)
            return qkv.permute(2, 0, 3, 1, 4).unbind(0)  # (B, h, N, D/h) each
        weight, bias = self.qkv.weight, self.qkv.bias
        first, rest = (None, None) if bias is None else (bias[:dim], bias[dim:])
        q = F.linear(x[:, :queries], weight[:dim], first)  # (B, M, D)
        kv = F.linear(x, weight[dim:], rest)  # (B, N, 2·D)
        q = q.reshape(batch, -1, 1, self.num_heads, dim // self.num_heads)
        kv = kv.reshape(batch, count, 2, self.num_heads, -1)
        q, kv = q.permute(2, 0, 3, 1, 4), kv.permute(2, 0, 3, 1, 4)
        return q[0], kv[0], kv[1]  # (B, h, M, D/h), (B, h, N, D/h) twice

    def explicit(self, q: Tensor, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        """Attention with the weights in hand."""
        y, weights = scaled_dot_product_attention(q, k, v, self.scale)
        if self.training and self.attn_drop.p:
            y = self.attn_drop(weights) @ v  # (B, h, N, D/h)
        return y, weights

    def merge_heads(self, y: Tensor) -> Tensor:
        """Heads side by side again, and mixed: (B, h, N, D/h) → (B, N, D)."""
        y = y.transpose(1, 2).flatten(2)  # (B, N, D)
        return self.proj_drop(self.proj(y))  # (B, N, D)
