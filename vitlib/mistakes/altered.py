"""Attention put together in other ways, each a mistake, from the same weights."""

from collections.abc import Callable
from functools import partial

from torch import Tensor

from vitlib.attention import (
    Attention,
    merge_heads,
    scaled_dot_product_attention,
    split_heads,
)
from vitlib.mistakes import attention, heads


def put_together(
    attn: Attention,
    x: Tensor,
    cut: Callable = split_heads,
    mean: Callable = attention.mean_of_values,
    join: Callable = merge_heads,
) -> Tensor:
    """What attention's layers make of (B, N, D), with a step done otherwise."""
    q, k, v = cut(attn.qkv(x), attn.num_heads)
    return attn.proj(join(mean(q, k, v)))


def torn_rows(qkv: Tensor, h: int) -> list[Tensor]:
    """Heads of torn rows."""
    return [heads.view_without_transpose(x, h) for x in qkv.chunk(3, dim=-1)]


def by_feature(qkv: Tensor, h: int) -> tuple[Tensor, ...]:
    """Rows in the order (h d qkv)."""
    return qkv.unflatten(-1, (h, -1, 3)).permute(4, 0, 2, 1, 3).unbind()


def by_head(qkv: Tensor, h: int) -> tuple[Tensor, ...]:
    """Rows in the order (h qkv d)."""
    return qkv.unflatten(-1, (h, 3, -1)).permute(3, 0, 2, 1, 4).unbind()


def scaled(q: Tensor, k: Tensor, v: Tensor, by: Callable[[int, int], int]) -> Tensor:
    """Scores divided by the root of something made of h heads of d features."""
    scale = by(q.shape[1], q.shape[-1]) ** -0.5
    return scaled_dot_product_attention(q, k, v, scale)[0]


WAYS: dict[str, dict[str, Callable]] = {  # by the mistake's key
    "softmax-over-queries": {"mean": attention.softmax_over_queries},
    "softmax-then-divide": {"mean": attention.softmax_then_divide},
    "value-added": {"mean": attention.value_added},
    "scores-not-divided": {"mean": partial(scaled, by=lambda h, d: 1)},
    "divided-by-root-of-heads": {"mean": partial(scaled, by=lambda h, d: h)},
    "divided-by-root-of-width": {"mean": partial(scaled, by=lambda h, d: h * d)},
    "view-without-transpose": {"cut": torn_rows},
    "merged-without-transpose": {"join": heads.merged_without_transpose},
    "another-layout": {"cut": by_feature},
    "layout-by-head": {"cut": by_head},
}
