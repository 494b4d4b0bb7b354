"""Chapter 6's mistakes: features shared out among heads."""

import torch
from torch import Tensor, nn

from vitlib.attention import (
    Attention,
    merge_heads,
    scaled_dot_product_attention,
    split_heads,
)
from vitlib.mistakes.collection import Chapter, Way, drawn, steady

CHAPTER = Chapter(6)
X, Y, QKV = drawn(2, 4, 8), drawn(2, 2, 4, 4, seed=1), drawn(2, 4, 24, seed=2)
POKED = X + torch.eye(8)[0]  # the first feature of every token is another


def heads_of(x: Tensor, h: int = 2) -> Tensor:
    """(B, N, D) → (B, h, N, D/h)."""
    return x.unflatten(-1, (h, -1)).transpose(1, 2)


def gives_a_head_its_features(way: Way) -> bool:
    """The first head has the first half of each token."""
    return torch.equal(way(X)[:, 0], X[..., :4])


@CHAPTER.mistake(
    right=heads_of,
    test=gives_a_head_its_features,
    seen="with two heads, each sees half of the tokens, torn in two",
    missed="(B, h, N, d) is right, whatever numbers are where; it trains",
)
def view_without_transpose(x: Tensor, h: int = 2) -> Tensor:
    """Wrong: counts tokens out to the heads, not features."""
    return x.reshape(len(x), h, x.shape[1], -1)


def puts_heads_side_by_side(way: Way) -> bool:
    """Each token begins with what the first head found for it."""
    return torch.equal(way(Y)[..., :4], Y[:, 0])


@CHAPTER.mistake(
    right=merge_heads,
    test=puts_heads_side_by_side,
    seen="tokens that are moved do not take their outputs along",
    missed="(B, N, D) is right, whatever numbers are where; it trains",
)
def merged_without_transpose(y: Tensor) -> Tensor:
    """Wrong: (B, h, N, d) is read head by head."""
    return y.reshape(len(y), y.shape[2], -1)


@steady()
def whole_tokens(x: Tensor) -> Tensor:
    """Every head reads all features of a token."""
    return Attention(8, 2)(x)


def mixes_all_features(way: Way) -> bool:
    """Each output depends on the first feature."""
    return (way(POKED) != way(X)).any(dim=1).all()


@CHAPTER.mistake(
    right=whole_tokens,
    test=mixes_all_features,
    seen="far too few parameters: 120 in place of 288",
    missed="(B, N, D) in and out; the MLP joins what heads cannot, and it trains",
)
@steady()
def heads_of_slices(x: Tensor) -> Tensor:
    """Wrong: each head reads its slice of the token alone."""
    parts = [nn.Linear(4, 12)(part) for part in x.chunk(2, dim=-1)]  # ✗
    heads = [scaled_dot_product_attention(*part.chunk(3, dim=-1)) for part in parts]
    return torch.cat([output for output, _ in heads], dim=-1)


def first_head_first(qkv: Tensor) -> Tensor:
    """The queries of each head, from rows in timm's order, (qkv h d)."""
    return split_heads(qkv, 2)[0]


def finds_the_queries(way: Way) -> bool:
    """The first 8 of 24 numbers are the queries, 4 of each head."""
    return torch.equal(merge_heads(way(QKV)), QKV[..., :8])


@CHAPTER.mistake(
    right=first_head_first,
    test=finds_the_queries,
    seen="timm's weights give logits that have nothing to do with timm's",
    missed="every layout has the same shape, and learns from scratch as well",
)
def another_layout(qkv: Tensor) -> Tensor:
    """Wrong for timm's weights: (h d qkv)."""
    return qkv.unflatten(-1, (2, 4, 3))[..., 0].transpose(1, 2)


@CHAPTER.mistake(
    right=first_head_first,
    test=finds_the_queries,
    seen="timm's weights give logits that have nothing to do with timm's",
    missed="every layout has the same shape, and learns from scratch as well",
)
def layout_by_head(qkv: Tensor) -> Tensor:
    """Wrong for timm's weights: (h qkv d)."""
    return qkv.unflatten(-1, (2, 3, 4))[..., 0, :].transpose(1, 2)


def with_projection() -> nn.Module:
    """Attention as in equation 8."""
    return Attention(8, 2)


def has_four_matrices(way: Way) -> bool:
    """W_q, W_k, W_v, U of 8 × 8, and their biases."""
    return sum(p.numel() for p in way().parameters()) == 4 * (8 * 8 + 8)


@CHAPTER.mistake(
    right=with_projection,
    test=has_four_matrices,
    seen="a quarter of attention's parameters is missing",
    missed="the width is right without it, and it trains",
)
def no_output_projection() -> nn.Module:
    """Wrong: heads side by side, which nothing mixes."""
    layer = Attention(8, 2)
    layer.proj = nn.Identity()  # ✗
    return layer
