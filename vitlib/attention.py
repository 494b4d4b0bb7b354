"""Chapters 5 and 6. Every token asks all others (Dosovitskiy et al. 2021, eq. 5–8)."""

import torch.nn.functional as F
from torch import Tensor, nn

from vitlib.checks import check_heads, is_plain

EXPLICIT_TOKENS = range(17, 41)  # so many tokens, in heads of so few features: there
EXPLICIT_WIDTH = 24  # the fused kernel's gradient is slow on a CPU


def scaled_dot_product_attention(
    q: Tensor,
    k: Tensor,
    v: Tensor,
    scale: float | None = None,
    mask: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """Attention(Q, K, V) = softmax(Q Kᵀ / √d) V, and the weights A (equations 6, 7).

    Args:
        q, k, v: (…, M, d) queries, (…, N, d) keys and (…, N, d_v) values.
        scale: what the scores are multiplied by; 1/√d unless told.
        mask: boolean, broadcast to (…, M, N); True where a query may look.

    Returns: (…, M, d_v) means of the values, (…, M, N) weights; rows of A sum to 1.
    """
    scale = q.shape[-1] ** -0.5 if scale is None else scale
    scores = (q * scale) @ k.transpose(-2, -1)  # (…, M, N)
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = scores.softmax(dim=-1)  # over the keys
    return weights @ v, weights  # (…, M, d_v), (…, M, N)


def split_heads(qkv: Tensor, num_heads: int) -> tuple[Tensor, ...]:
    """q, k and v of each head (equation 5): (B, N, 3D) → 3 × (B, h, N, D/h)."""
    heads = qkv.unflatten(-1, (3, num_heads, -1))  # (B, N, 3, h, D/h)
    return heads.permute(2, 0, 3, 1, 4).unbind()  # 3 × (B, h, N, D/h)


def merge_heads(y: Tensor) -> Tensor:
    """[SA₁; …; SA_h], side by side: (B, h, N, D/h) → (B, N, D)."""
    return y.transpose(1, 2).flatten(2)  # (B, N, D)


class Attention(nn.Module):
    """Multi-head self-attention: MSA(z) = [SA₁(z); …; SA_h(z)] U (equation 8).

    Args:
        dim, num_heads: D, and h that divides it, or ValueError; D/h features a head.
        qkv_bias, qk_scale: whether q, k, v get a bias; factor on scores, else 1/√(D/h).
        attn_drop, proj_drop: dropout rates of the weights and of the output.
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

    def forward(self, x: Tensor, class_row: bool = False) -> Tensor:
        """(B, N, D) → (B, N, D), or its first row alone, (B, 1, D)."""
        drop = self.attn_drop if self.training else 0.0
        if class_row and is_plain(self.qkv) and not drop:
            return self.forward_class_row(x)
        q, k, v = split_heads(self.qkv(x), self.num_heads)  # (B, h, N, D/h)
        small = x.shape[1] in EXPLICIT_TOKENS and q.shape[-1] <= EXPLICIT_WIDTH
        if small and q.requires_grad and not drop:
            y, _ = scaled_dot_product_attention(q, k, v, self.scale)
        else:
            y = F.scaled_dot_product_attention(q, k, v, None, drop, scale=self.scale)
        return self.proj_drop(self.proj(merge_heads(y[:, :, :1] if class_row else y)))

    def forward_class_row(self, x: Tensor) -> Tensor:
        """(B, N, D) → (B, 1, D): the first row of ``forward``, with less work.

        Since q (x W_k)ᵀ = (q W_kᵀ) xᵀ and A (x W_v) = (A x) W_v, only one row has to
        pass through W_k and W_v, not all N. The keys' bias adds the same to each score
        of a query, which softmax does not notice.
        """
        bias, h = self.qkv.bias, self.num_heads
        w_q, w_k, w_v = self.qkv.weight.unflatten(0, (3, h, -1))  # (h, D/h, D) each
        b_q, _, b_v = (0, 0, 0) if bias is None else bias.reshape(3, h, 1, -1)
        q = x[:, 0] @ w_q.mT + b_q  # (B, D) times (h, D, D/h) is (h, B, D/h)
        wanted = (q @ w_k).transpose(0, 1)  # (B, h, D)
        found, _ = scaled_dot_product_attention(wanted, x, x, self.scale)  # (B, h, D)
        y = (found.transpose(0, 1) @ w_v.mT + b_v).transpose(0, 1)  # (B, h, D/h)
        return self.proj_drop(self.proj(y.flatten(1)[:, None]))  # (B, 1, D)

    def forward_with_weights(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(B, N, D) → (B, N, D), and weights (B, h, N, N) of which none is dropped."""
        q, k, v = split_heads(self.qkv(x), self.num_heads)  # (B, h, N, D/h)
        y, weights = scaled_dot_product_attention(q, k, v, self.scale)
        return self.proj_drop(self.proj(merge_heads(y))), weights
