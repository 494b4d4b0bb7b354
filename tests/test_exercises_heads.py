"""What chapter 6's checks say to answers that are right, wrong, or not yet there."""

import torch
from torch import nn

from tests.exercise_words import said_to
from vitlib.show.exercises import heads as exercises


def split(x, heads):
    """As vitlib does it."""
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)


def by_view(x, heads):
    """The shape that is asked, without transpose."""
    return x.view(x.shape[0], heads, x.shape[1], -1)


def dealt(x, heads):
    """Features given to the heads in turn."""
    return x.unflatten(-1, (-1, heads)).permute(0, 3, 1, 2)


def first_only(x, heads):
    """The first features for each head."""
    part = x[..., : x.shape[2] // heads]
    return part[:, None].expand(-1, heads, -1, -1)


def last_token_lost(x, heads):
    """One number of the last token is another."""
    parts = split(x, heads).clone()
    parts[-1, -1, -1, -1] = 0
    return parts


def in_place(x, heads):
    """Spoils what it was given, and answers rightly."""
    parts = split(x, heads).clone()
    x.zero_()
    return parts


def merge(y):
    """As vitlib does it."""
    return y.transpose(1, 2).flatten(2)


def rows(dim, heads):
    """As in the book."""
    return torch.arange(3 * dim).view(3, heads, -1).permute(1, 2, 0).flatten()


def ordered(*axes):
    """An answer with its axes in another order, of (qkv, h, d)."""
    return lambda dim, heads: torch.arange(3 * dim).view(3, heads, -1).permute(axes)


def flat(*axes):
    """The same as one line."""
    return lambda *size: ordered(*axes)(*size).flatten()


def swapped(dim, heads):
    """Two rows in each other's place."""
    order = rows(dim, heads)
    order[[4, 5]] = order[[5, 4]]
    return order


def learned(dim, heads):
    """Counted in PyTorch's own layer."""
    layer = nn.MultiheadAttention(dim, heads)
    return sum(weight.numel() for weight in layer.parameters())


def each_full(dim, heads):
    """Every head as wide as the model, joined by a projection from D."""
    return heads * 3 * (dim**2 + dim) + dim**2 + dim


SPLIT = [
    (lambda *_: None, "… no answer yet"),
    (split, "✓ every head has all tokens"),
    (lambda x, h: torch.stack(x.chunk(h, -1), 1), "✓ every head"),
    (lambda x, h: split(x, h).requires_grad_(), "✓ every head"),
    (in_place, "✓ every head"),
    (by_view, "✗ view alone tears tokens apart"),
    (dealt, "✗ the features were dealt out in turn"),
    (first_only, "✗ every head got the same features"),
    (lambda x, h: split(x, h).flip(1), "✗ the heads stand in reverse order"),
    (last_token_lost, "✗ right shape, other numbers"),
    (lambda x, h: split(x, h) * float("nan"), "✗ right shape, other numbers"),
    (
        lambda x, h: x.unflatten(1, (h, -1)),
        "✗ shape (2, 3, 2, 12) where (2, 3, 6, 4) is asked: split the features",
    ),
    (lambda x, h: x.unflatten(-1, (h, -1)), "✗ shape (2, 6, 3, 4) where"),
    (lambda x, h: x.unflatten(-1, (-1, h)), "✗ shape (2, 6, 4, 3) where"),
    (lambda x, h: split(x, h).mT, "✗ shape (2, 3, 4, 6) where (2, 3, 6, 4) is a"),
    (lambda x, h: torch.stack(x.chunk(h, -1)), "✗ shape (3, 2, 6, 4) where"),
    (lambda x, h: split(x, h).flatten(0, 1), "✗ shape (6, 6, 4) where"),
    (lambda x, h: x, "✗ shape (2, 6, 12) where (2, 3, 6, 4) is asked: nothing"),
    (lambda x, h: x.view(2, 6, 3, 4).transpose(1, 2), "✗ the function stopped"),
    (lambda x, h: x.chunk(h, -1), "✗ a tensor is asked, got tuple"),
    (lambda x: x, "✗ the function stopped with TypeError"),
]


MERGED = [
    (lambda _: None, "… no answer yet"),
    (merge, "✓ what split takes apart"),
    (lambda y: torch.cat([*y.unbind(1)], -1), "✓ what split takes apart"),
    (lambda y: y.reshape(len(y), y.shape[2], -1), "✗ without transpose a row"),
    (lambda y: y.permute(0, 2, 3, 1).flatten(2), "✗ the heads' features take"),
    (lambda y: merge(y.flip(1)), "✗ the heads stand in reverse order"),
    (lambda y: merge(y).flip(1), "✗ right shape, other numbers"),
    (lambda y: y.flatten(1, 2), "✗ shape (2, 18, 4) where (2, 6, 12) is asked: t"),
    (lambda y: y.flatten(2), "✗ shape (2, 3, 24) where (2, 6, 12) is asked: that"),
    (lambda y: y.transpose(1, 2), "✗ shape (2, 6, 3, 4) where (2, 6, 12) is ask"),
    (lambda y: y.mean(1), "✗ shape (2, 6, 4) where (2, 6, 12) is asked: the heads"),
    (lambda y: y, "✗ shape (2, 3, 6, 4) where (2, 6, 12) is asked: nothing"),
    (
        lambda y: y.transpose(1, 2).view(2, 6, 12),
        "✗ the function stopped with RuntimeError: view size is not compatible",
    ),
]


PARAMETERS = [
    (lambda *_: None, "… no answer yet"),
    (lambda dim, heads: 4 * dim**2 + 4 * dim, "✓ 4 D² + 4 D"),
    (lambda dim, heads: float(4 * dim**2 + 4 * dim), "✓ 4 D² + 4 D"),
    (learned, "✓ 4 D² + 4 D"),
    (lambda dim, heads: heads * learned(dim, heads), "✗ the heads share D"),
    (each_full, "✗ the heads share D"),
    (lambda dim, heads: (3 * heads + 1) * dim**2, "✗ the heads share D between"),
    (lambda dim, _: 4 * dim**2, "✗ the biases are missing"),
    (lambda dim, _: 3 * dim**2 + 3 * dim, "✗ the output projection, D² + D, is"),
    (lambda dim, _: 3 * dim**2, "✗ the output projection and the biases are"),
    (lambda dim, _: 4 * dim**2 + 3 * dim, "✗ the output projection has a bias"),
    (lambda dim, _: 4 * dim**2 + dim, "✗ q, k and v have a bias as well"),
    (lambda dim, heads: 3 * dim**2 // heads, "✗ that is one head, without bias"),
    (lambda dim, heads: 3 * (dim**2 + dim) // heads, "✗ that is one head; there"),
    (lambda dim, _: dim**2 + dim, "✗ there are four matrices"),
    (lambda *_: 288, "✗ D = 48, 4 heads: not 288; qkv is D × 3D, proj D × D."),
    (lambda *_: 2_362_368, "✗ D = 8, 2 heads: not 2,362,368; qkv"),
    (lambda *_: float("nan"), "✗ D = 8, 2 heads: not nan"),
    (lambda *_: (1, 2), "✗ shape (2,) where () is asked"),
    (lambda *_: "many", "✗ numbers of shape () are asked; got str"),
    (lambda dim: 4 * dim, "✗ the function stopped with TypeError"),
]


LAYOUTS = [
    (lambda *_: None, "… no answer yet"),
    (rows, "✓ q, k and v of each feature"),
    (lambda *size: rows(*size).tolist(), "✓ q, k and v of each feature"),
    (lambda *size: rows(*size).argsort(), "✗ that is the way back"),
    (flat(1, 0, 2), "✗ that is (h qkv d)"),
    (flat(2, 1, 0), "✗ that is (d h qkv)"),
    (flat(2, 0, 1), "✗ that is (d qkv h)"),
    (flat(0, 2, 1), "✗ that is (qkv d h)"),
    (flat(0, 1, 2), "✗ nothing moved"),
    (ordered(1, 2, 0), "✗ shape (2, 4, 3): flatten() it"),
    (ordered(1, 0, 2), "✗ shape (2, 3, 4) where (24,) is asked"),
    (swapped, "✗ at place 4 stands row 17, not row 9."),
    (lambda *size: rows(*size) + 1, "✗ each row from 0 to 23 should be there"),
    (lambda dim, _: torch.zeros(3 * dim), "✗ each row from 0 to 23"),
    (lambda dim, _: torch.arange(dim), "✗ shape (8,) where (24,) is asked"),
    (lambda *_: rows(8, 2), "✗ shape (24,) where (36,) is asked"),
    (lambda *_: "h d qkv", "✗ numbers of shape (24,) are asked; got str"),
    (lambda *_: 1 / 0, "✗ the function stopped with ZeroDivisionError"),
]
test_what_a_check_says = said_to(
    {
        exercises.check_split: SPLIT,
        exercises.check_merge: MERGED,
        exercises.check_parameters: PARAMETERS,
        exercises.check_layout: LAYOUTS,
    },
    drawing=[exercises.check_parameters],
)
