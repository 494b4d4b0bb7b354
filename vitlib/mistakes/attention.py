"""Chapter 5's mistakes: scores, softmax, means of values."""

import math

import torch
from torch import Tensor, nn

from vitlib.attention import scaled_dot_product_attention
from vitlib.mistakes.collection import Chapter, Way, drawn, steady

CHAPTER = Chapter(5)
Q, K, V = drawn(2, 5, 4), drawn(2, 5, 4, seed=1), drawn(2, 5, 4, seed=2)
MANY_Q, MANY_K = drawn(64, 64), drawn(64, 64, seed=1)
TOKENS, MASK = drawn(3, 5, 8), torch.ones(5, 5).tril().bool()
OTHERS = torch.cat([TOKENS[:, :1], drawn(3, 4, 8, seed=1)], dim=1)


def mean_of_values(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Attention, without its weights."""
    return scaled_dot_product_attention(q, k, v)[0]


def is_a_mean(way: Way) -> bool:
    """The mean of ones is one."""
    return torch.allclose(way(Q, K, torch.ones_like(V)), torch.ones_like(V))


@CHAPTER.mistake(
    right=mean_of_values,
    test=is_a_mean,
    seen="the rows of the weights do not add up to 1",
    missed="a square table is as square over the other axis; the loss falls",
)
def softmax_over_queries(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Wrong: a column sums to 1, not a row."""
    return (q @ k.mT / math.sqrt(q.shape[-1])).softmax(dim=-2) @ v


@CHAPTER.mistake(
    right=mean_of_values,
    test=is_a_mean,
    seen="the rows of the weights add up to 1/√d",
    missed="same shapes; the next layer's weights make up for the factor",
)
def softmax_then_divide(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Wrong: divides the shares, not the scores."""
    return (q @ k.mT).softmax(dim=-1) / math.sqrt(q.shape[-1]) @ v


@CHAPTER.mistake(
    right=mean_of_values,
    test=is_a_mean,
    seen="outputs lie outside of all values",
    missed="same shapes; one more skip trains well",
)
def value_added(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Wrong: a mean, and one value on top."""
    return mean_of_values(q, k, v) + v


def scores(q: Tensor, k: Tensor) -> Tensor:
    """Scores of spread 1."""
    return q @ k.mT / math.sqrt(q.shape[-1])


def has_spread_one(way: Way) -> bool:
    """Scores of normal numbers spread as these do."""
    return 0.9 < way(MANY_Q, MANY_K).std() < 1.1


@CHAPTER.mistake(
    right=scores,
    test=has_spread_one,
    seen="from the start each query looks at one or two keys only",
    missed="same shapes; softmax takes scores of any size",
)
def scores_not_divided(q: Tensor, k: Tensor) -> Tensor:
    """Wrong: the larger the heads, the larger the scores."""
    return q @ k.mT


@CHAPTER.mistake(
    right=scores,
    test=has_spread_one,
    seen="from the start each query looks at few keys",
    missed="same shapes; softmax takes scores of any size",
)
def divided_by_root_of_heads(q: Tensor, k: Tensor) -> Tensor:
    """Wrong: √12 for 12 heads of 64 features."""
    return q @ k.mT / math.sqrt(12)


@CHAPTER.mistake(
    right=scores,
    test=has_spread_one,
    seen="from the start each query looks at all keys alike",
    missed="same shapes; weights grow until scores are large enough",
)
def divided_by_root_of_width(q: Tensor, k: Tensor) -> Tensor:
    """Wrong: √768 for 12 heads of 64 features."""
    return q @ k.mT / math.sqrt(768)


def hidden(scores: Tensor, mask: Tensor) -> Tensor:
    """Scores that softmax makes 0 where the mask is False."""
    scores = scores.masked_fill(~mask, float("-inf"))  # ✓
    return scores


def hides(way: Way) -> bool:
    """No share where nobody may look."""
    return way(Q @ K.mT, MASK).softmax(dim=-1)[:, ~MASK].sum() == 0


@CHAPTER.mistake(
    right=hidden,
    test=hides,
    seen="AttributeError: there is no such method",
    missed="only if the line is never reached",
)
def no_such_method(scores: Tensor, mask: Tensor) -> Tensor:
    """Wrong: the name."""
    return scores.mask_fill(~mask, float("-inf"))


@CHAPTER.mistake(
    right=hidden,
    test=hides,
    seen="the mask changes nothing",
    missed="the loss falls all the better: nothing is hidden",
)
def result_not_kept(scores: Tensor, mask: Tensor) -> Tensor:
    """Wrong: ``masked_fill`` returns a new table, which nobody keeps."""
    scores.masked_fill(~mask, float("-inf"))  # ✗
    return scores


@steady()
def batch_first(x: Tensor) -> Tensor:
    """PyTorch's layer, told that the batch is the first axis."""
    layer = nn.MultiheadAttention(8, 2, batch_first=True)  # ✓
    return layer(x, x, x)[0]


def keeps_images_apart(way: Way) -> bool:
    """An image alone gets what it gets among others."""
    return torch.allclose(way(TOKENS)[:1], way(TOKENS[:1]), atol=1e-6)


@CHAPTER.mistake(
    right=batch_first,
    test=keeps_images_apart,
    seen="an image's answer depends on the others; chance, if pictures are unlike",
    missed="(B, N, D) in, (B, N, D) out; it learns how frequent classes are",
)
@steady()
def batch_not_first(x: Tensor) -> Tensor:
    """Wrong: tokens look at the same place of other images."""
    layer = nn.MultiheadAttention(8, 2)  # ✗
    return layer(x, x, x)[0]


@steady()
def mask_of_the_hidden(x: Tensor) -> Tensor:
    """This layer's mask is True where nobody may look."""
    layer = nn.MultiheadAttention(8, 2, batch_first=True)
    return layer(x, x, x, attn_mask=~MASK)[0]


def first_sees_itself_alone(way: Way) -> bool:
    """Token 0, which may look at itself alone, minds no other."""
    return torch.equal(way(TOKENS)[:, 0], way(OTHERS)[:, 0])


@CHAPTER.mistake(
    right=mask_of_the_hidden,
    test=first_sees_itself_alone,
    seen="tokens see exactly what they must not",
    missed="a boolean mask of the right shape; F.scaled_dot_product_attention takes "
    "it the other way round",
)
@steady()
def mask_turned_round(x: Tensor) -> Tensor:
    """Wrong: True is "may look" elsewhere, and "hidden" here."""
    layer = nn.MultiheadAttention(8, 2, batch_first=True)
    return layer(x, x, x, attn_mask=MASK)[0]
