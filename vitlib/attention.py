"""Chapters 5 and 6. Attention: every token asks all others, in several heads."""

import torch.nn.functional as F
from torch import Tensor, nn

from vitlib.checks import check_heads

EXPLICIT_TOKENS = 64  # up to here the fused kernel is the slower one on a CPU


def scaled_dot_product_attention(
    q: Tensor, k: Tensor, v: Tensor, scale: float | None = None, mask=None
) -> tuple[Tensor, Tensor]:
    """Attention(Q, K, V) = softmax(Q Kᵀ / √d) V, and the weights of that mean.

    Args:
        q: (…, M, d) queries.
        k: (…, N, d) keys.
        v: (…, N, d_v) values.
        scale: what the scores are multiplied by; 1/√d unless told.
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
    """Multi-head self-attention: MSA(z) = [SA₁(z); …; SA_h(z)] U (equation 8).

    Args:
        dim: D, numbers in a token.
        num_heads: h; each head works on D/h features of queries, keys and values.
        qkv_bias: whether queries, keys and values get a bias.
        qk_scale: factor on the scores; 1/√(D/h) unless told.
        attn_drop, proj_drop: dropout rates of the weights and of the output.

    Raises:
        ValueError: ``num_heads`` does not divide ``dim``.

    Source: Dosovitskiy et al. 2021, appendix A.
    """

    def __init__(
        self, dim, num_heads, qkv_bias=True, qk_scale=None, attn_drop=0.0, proj_drop=0.0
    ):
        super().__init__()
        check_heads(dim, num_heads)
        self.num_heads = num_heads
        self.scale = (dim // num_heads) ** -0.5 if qk_scale is None else qk_scale
        self.qkv = nn.Linear(dim, 3 * dim, bias=qkv_bias)
        self.attn_drop = attn_drop
        self.proj = nn.Linear(dim, dim)
        self.proj_drop = nn.Dropout(proj_drop)

    def forward(self, x: Tensor, queries: int | None = None) -> Tensor:
        """(B, N, D) → (B, N, D), or (B, M, D) for the first M ``queries`` alone."""
        q, k, v = self.split_heads(x, queries)
        drop = self.attn_drop if self.training else 0.0
        if drop or x.shape[1] > EXPLICIT_TOKENS:
            y = F.scaled_dot_product_attention(q, k, v, None, drop, scale=self.scale)
        else:
            y, _ = scaled_dot_product_attention(q, k, v, self.scale)
        return self.merge_heads(y)

    def forward_with_weights(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(B, N, D) → (B, N, D), and the weights of each head, (B, h, N, N)."""
        y, weights = scaled_dot_product_attention(*self.split_heads(x), self.scale)
        return self.merge_heads(y), weights

    def split_heads(self, x: Tensor, queries: int | None = None) -> tuple[Tensor, ...]:
        """Queries, keys, values of every head: (B, N, D) → 3 × (B, h, N, D/h)."""
        batch, _, dim = x.shape
        if queries is None:
            parts = self.qkv(x).chunk(3, dim=-1)  # 3 × (B, N, D)
        else:  # the same product without the queries that nobody asks
            weights = self.qkv.weight.split([dim, 2 * dim])
            biases = (None, None)
            if self.qkv.bias is not None:
                biases = self.qkv.bias.split([dim, 2 * dim])
            q = F.linear(x[:, :queries], weights[0], biases[0])  # (B, M, D)
            parts = (q, *F.linear(x, weights[1], biases[1]).chunk(2, dim=-1))
        heads = (batch, -1, self.num_heads, dim // self.num_heads)
        return tuple(part.reshape(heads).transpose(1, 2) for part in parts)

    def merge_heads(self, y: Tensor) -> Tensor:
        """Heads side by side again, and mixed: (B, h, N, D/h) → (B, N, D)."""
        y = y.transpose(1, 2).flatten(2)  # (B, N, D)
        return self.proj_drop(self.proj(y))  # (B, N, D)
