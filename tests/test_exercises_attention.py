"""What chapter 5's checks say to answers that are right, wrong, or not yet there."""

import math

import pytest
import torch
import torch.nn.functional as F

from tests.exercise_words import said_to
from vitlib.attention import scaled_dot_product_attention
from vitlib.show import six_tokens
from vitlib.show.exercises import attention as exercises

SCORES = [4, 2, 0, -2, 0, 2]  # of token 1: its query is (2, 2)
ROOT = math.sqrt(2)


def shares(scores, divisor=ROOT):
    """Softmax by hand."""
    powers = [math.exp(score / divisor) for score in scores]
    return [power / sum(powers) for power in powers]


ROW = [
    (None, "… no answer yet"),
    (shares(SCORES), "✓ the six shares of token 1"),
    ([0.62, 0.15, 0.04, 0.01, 0.04, 0.15], "✓ the six shares"),
    (torch.tensor(shares(SCORES), requires_grad=True), "✓ the six shares"),
    (shares(SCORES, 1), "✗ divide each score by √d = √2"),
    (shares(SCORES, 2), "✗ divided by d = 2"),
    (shares(SCORES, 1 / ROOT), "✗ multiplied by √2"),
    ([w / ROOT for w in shares(SCORES, 1)], "✗ softmax first and √2 after"),
    (SCORES, "✗ these are the scores; ÷ √2 and softmax"),
    ([s / ROOT for s in SCORES], "✗ these are the scores ÷ √2;"),
    ([math.exp(s / ROOT) for s in SCORES], "✗ these are the powers"),
    ([0.324, 0.130, 0.038, 0.046, 0.120, 0.258], "✗ softmax ran over the queries"),
    ([s / sum(SCORES) for s in SCORES], "✗ the scores were divided by their sum"),
    (shares([4, 3, 2, -1, -1, 0]), "✗ that is the row of token 2;"),
    (shares([0, 1, 2, 1, -1, -2]), "✗ that is the row of token 4;"),
    ([100 * share for share in shares(SCORES)], "✗ they sum to 100.00"),
    ([math.nan] * 6, "✗ they sum to nan"),
    ([0.15, 0.5, 0.12, 0.04, 0.04, 0.15], "✗ the share of token 1 is not 0.15"),
    (shares(SCORES)[:5], "✗ shape (5,) where (6,) is asked"),
    (0.62, "✗ shape () where (6,) is asked"),
    ("0.62", "✗ numbers of shape (6,) are asked; got str"),
]


def attention(q, k, v, factor=1.0, dim=-1):
    """Softmax(q kᵀ / √d) v, right unless options say otherwise."""
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    return (factor * scores).softmax(dim) @ v


def in_place(q, k, v):
    """Right, but the caller's queries are divided, too."""
    q /= math.sqrt(q.shape[-1])
    return (q @ k.mT).softmax(-1) @ v


def divided_by(number):
    """A function that divides by the root of this number instead of d."""
    return lambda q, k, v: attention(q, k, v, math.sqrt(q.shape[-1] / number))


def weights(q, k):
    """The shares alone."""
    return attention(q, k, torch.eye(k.shape[-2]))


def in_numpy(q, k, v):
    """No tensor."""
    return attention(q, k, v).numpy()


def across(q, k, v):
    """Softmax over a batch, where there is one."""
    return attention(q, k, v, dim=-1 if q.ndim < 4 else 0)


def all_axes(q, k, v):
    """The keys' transpose turns the batch, too."""
    turned = k.permute(*range(k.ndim - 1, -1, -1))
    return (q @ turned / math.sqrt(3)).softmax(-1) @ v


ATTENTION = [
    (lambda *_: None, "… no answer yet"),
    (attention, "✓ one matrix, a batch, and a batch of heads"),
    (F.scaled_dot_product_attention, "✓ one matrix"),
    (lambda *three: attention(*three).double(), "✓ one matrix"),
    (lambda *three: attention(*three, dim=-2), "✗ softmax ran over the queries, dim"),
    (lambda *three: attention(*three, dim=0), "✗ softmax ran over the queries, dim"),
    (lambda *three: attention(*three, dim=1), "✗ softmax ran over the queries, dim"),
    (lambda *three: attention(*three, dim=-3), "✗ the function stopped with Index"),
    (divided_by(1), "✗ the scores are not divided by √d"),
    (divided_by(9), "✗ divided by d; the divisor is its root"),
    (divided_by(1 / 3), "✗ multiplied by √d"),
    (divided_by(6), "✗ divided by √N"),
    (divided_by(12), "✗ divided by √12, the heads"),
    (divided_by(64), "✗ divided by √64, the features of a head"),
    (divided_by(768), "✗ divided by √768, the features of ViT-B"),
    (
        lambda q, k, v: (q @ k.mT).softmax(-1) / math.sqrt(3) @ v,
        "✗ softmax first and √d after",
    ),
    (lambda q, k, v: q @ k.mT / math.sqrt(3) @ v, "✗ softmax is missing"),
    (lambda q, k, v: attention(k, q, v), "✗ q and k have changed places"),
    (lambda q, k, v: weights(q, k).mT @ v, "✗ the weights are on their side"),
    (lambda q, k, v: attention(q, k, k), "✗ these are means of the keys"),
    (lambda q, k, v: attention(q, k, q), "✗ these are means of the queries"),
    (lambda q, k, v: v, "✗ the values as they were"),
    (lambda q, k, v: weights(q, k), "✗ shape (6, 6) where (6, 3) is asked: those"),
    (scaled_dot_product_attention, "✗ return the output alone"),
    (lambda *three: attention(*three).mT, "✗ shape (3, 6) where (6, 3) is asked: that"),
    (in_place, "✗ q, k or v was changed in place"),
    (
        lambda q, k, v: attention(q, k, v) if q.ndim == 2 else v.mean(),
        "✗ shape () where (4, 6, 3) is asked",
    ),
    (lambda q, k, v: torch.zeros_like(v), "✗ right shape, other numbers"),
    (lambda q, k, v: v * math.nan, "✗ right shape, other numbers"),
    (across, "✗ softmax ran across the batch, dim=-4"),
    (
        all_axes,
        "✗ the function stopped with RuntimeError … "
        "(It got (4, 6, 3); k.transpose(-2, -1) turns the last two axes.)\n",
    ),
    (in_numpy, "✗ a tensor is asked, got ndarray"),
    (lambda q, k: q, "✗ the function stopped with TypeError"),
    ("softmax(q @ k.T) @ v", "✗ the function stopped with TypeError"),
]
test_what_a_check_says = said_to(
    {exercises.check_row: ROW, exercises.check_attention: ATTENTION}
)


def test_the_six_tokens_are_as_they_stand_in_the_text():
    assert six_tokens.QUERIES[1].tolist() == [1, 2]
    assert six_tokens.KEYS[0].tolist() == [0, 2]
    assert six_tokens.SCORES[1].tolist() == [4, 3, 2, -1, -1, 0]
    assert six_tokens.WEIGHTS[1].tolist() == pytest.approx(shares([4, 3, 2, -1, -1, 0]))
