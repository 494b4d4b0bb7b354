"""What chapter 9's checks say of rows in another order and of a folded mean and std."""

import torch

from tests.exercise_words import said_to
from vitlib.show.exercises import model as exercises


def rows(*order, shape="3hd"):
    """A function that orders timm's rows otherwise."""

    def index(dim, heads):
        sizes = {"3": 3, "h": heads, "d": dim // heads}
        every = torch.arange(3 * dim).view(*(sizes[letter] for letter in shape))
        return every.permute(order).flatten()

    return index


right_rows = rows(1, 2, 0)
ROWS = [
    (lambda *_: None, "… no answer yet"),
    (right_rows, "✓ q, k and v take turns"),
    (lambda *sizes: right_rows(*sizes).tolist(), "✓ q, k and v take turns"),
    (lambda *sizes: right_rows(*sizes).numpy(), "✓ q, k and v take turns"),
    (lambda *sizes: right_rows(*sizes).argsort(), "✗ that is the way back"),
    (rows(2, 0, 1, shape="hd3"), "✗ that is the way back"),
    (rows(1, 0, 2), "✗ that is (h qkv d)"),
    (rows(2, 1, 0), "✗ that is (d h qkv): heads and features have changed"),
    (rows(2, 0, 1), "✗ that is (d qkv h)"),
    (rows(0, 2, 1), "✗ that is (qkv d h)"),
    (rows(0, 1, 2), "✗ that is timm's own order"),
    (lambda *sizes: right_rows(*sizes).flip(0), "✗ for (8, 2) row 0 is timm's 23, n"),
    (lambda *sizes: right_rows(8, 2), "✗ shape (24,) where (60,) is asked"),
    (lambda d, h: torch.arange(d), "✗ shape (8,) where (24,) is asked"),
    (lambda d, h: torch.zeros(3 * d), "✗ 1 of the 24 rows are there"),
    (lambda d, h: right_rows(d, h) + 1, "✗ 23 of the 24 rows are there"),
    (lambda d, h: right_rows(d, h) + 0.5, "✗ 0 of the 24 rows are there"),
    (lambda d, h: torch.full((3 * d,), torch.nan), "✗ 0 of the 24 rows are there"),
    (lambda d, h: right_rows(d, h).view(3, -1), "✗ shape (3, 8) where (24,)"),
    (lambda d, h: "rows", "✗ numbers of shape (24,) are asked; got str"),
    (lambda d: d, "✗ the function stopped with TypeError"),
]


def wide(numbers):
    """Numbers of channels (C,), to be multiplied with a kernel (D, C, P, P)."""
    return numbers[:, None, None]


def fold(weight, bias, mean, std):
    """Right."""
    weight = weight / wide(std)
    return weight, bias - (weight * wide(mean)).sum((1, 2, 3))


def with_bias(change):
    """The right weight, and a bias that (new weight, bias, mean, std) makes."""

    def folded(weight, bias, mean, std):
        weight = weight / wide(std)
        return weight, change(weight, bias, mean, std)

    return folded


def taken(change):
    """The right weight; of the bias, the sum is taken of what is made."""
    return with_bias(lambda w, b, m, s: b - change(w, wide(m), wide(s)).sum((1, 2, 3)))


def in_place(weight, bias, mean, std):
    """The right numbers, written over those that were given."""
    weight /= wide(std)
    bias -= (weight * wide(mean)).sum((1, 2, 3))
    return weight, bias


FOLDED = [
    (lambda *_: None, "… no answer yet"),
    (fold, "✓ the same tokens"),
    (lambda *given: list(fold(*(x.double() for x in given))), "✓ the same tokens"),
    (in_place, "✗ right numbers, but written over"),
    (lambda w, b, m, s: (w * wide(s), b), "✗ multiplied by std; x was divided"),
    (lambda w, b, m, s: (w, b), "✗ the weight is as it was"),
    (lambda w, b, m, s: (w / s.mean(), b), "✗ one std for all channels"),
    (lambda w, b, m, s: ((w - wide(m)) / wide(s), b), "✗ the mean goes into the bias"),
    (lambda w, b, m, s: (w + 1, b), "✗ the weight is off by up to"),
    (with_bias(lambda w, b, m, s: b), "✗ the bias is as it was"),
    (taken(lambda w, m, s: -w * m), "✗ the sign"),
    (taken(lambda w, m, s: w * s * m), "✗ std is missing in the bias"),
    (taken(lambda w, m, s: w * s * s * m), "✗ multiplied by std in the bias"),
    (taken(lambda w, m, s: w / s * m), "✗ divided by std twice in the bias"),
    (taken(lambda w, m, s: w * m.mean()), "✗ one mean for all channels"),
    (
        with_bias(lambda w, b, m, s: b - (w * wide(m)).mean((1, 2, 3))),
        "✗ averaged, not summed",
    ),
    (with_bias(lambda w, b, m, s: -(w * wide(m)).sum((1, 2, 3))), "✗ b itself is lost"),
    (with_bias(lambda w, b, m, s: b - (m / s).sum()), "✗ the weight is missing in the"),
    (with_bias(lambda w, b, m, s: b / 2), "✗ the bias is off by up to"),
    (with_bias(lambda w, b, m, s: b * torch.nan), "✗ the bias is off by up to nan"),
    (
        with_bias(lambda w, b, m, s: b[:, None, None] - (w * wide(m)).sum(1)),
        "✗ shape (6, 2, 4) where (6,) is asked: sum over a patch's pixels too",
    ),
    (
        with_bias(lambda w, b, m, s: b[:, None] - (w * wide(m)).sum((2, 3))),
        "✗ shape (6, 3) where (6,) is asked: sum over the channels too",
    ),
    (
        with_bias(lambda w, b, m, s: (w * wide(m)).sum(0)),
        "✗ shape (3, 2, 4) where (6,) is asked: each feature has a bias",
    ),
    (
        with_bias(lambda w, b, m, s: (w * wide(m)).sum((0, 2, 3))),
        "✗ shape (3,) where (6,) is asked: that has a number for each channel",
    ),
    (with_bias(lambda w, b, m, s: m.sum()), "✗ shape () where (6,) is asked: each"),
    (lambda w, b, m, s: (w.flatten(1), b), "✗ shape (6, 24) where (6, 3, 2, 4)"),
    (lambda w, b, m, s: w / wide(s), "✗ two tensors are asked"),
    (lambda w, b, m, s: (w / wide(s), 3.0), "✗ a tensor is asked, got float"),
    (lambda w, b, m, s: w / s, "✗ the function stopped with RuntimeError"),
    (lambda w, b: w, "✗ the function stopped with TypeError"),
]
test_what_a_check_says = said_to(
    {exercises.check_qkv_rows: ROWS, exercises.check_folded: FOLDED}
)


def test_with_rows_in_the_other_order_each_head_has_the_same_numbers():
    dim, heads, x = 20, 4, torch.randn(2, 5, 20)
    weight = torch.randn(60, 20)
    ours = (x @ weight.T).unflatten(2, (3, heads, -1)).permute(2, 0, 3, 1, 4)
    theirs = x @ weight[right_rows(dim, heads)].T
    theirs = theirs.unflatten(2, (heads, -1, 3)).permute(4, 0, 2, 1, 3)
    assert torch.equal(ours, theirs)
