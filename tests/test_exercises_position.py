"""What chapter 4's checks say to answers that are right, wrong, or not yet there."""

import itertools
import math

import torch
import torch.nn.functional as F

from tests.exercise_words import check_said, said_to
from vitlib.position import (
    interpolate_position_embedding,
    sinusoidal_position_encoding,
)
from vitlib.show.exercises import position as exercises

order = [0, *range(36, 0, -1)]  # the grid's rows, last first
ROW = (math.sin(1), math.cos(1), math.sin(0.01), math.cos(0.01))


def looped(num_tokens, dim, exponent=2.0, unit=1.0, first=0):
    """The table, a number at a time."""
    table = torch.zeros(num_tokens, dim)
    for n in range(num_tokens):
        for i in range(dim // 2):
            angle = (n + first) * unit / 10_000 ** (exponent * i / dim)
            table[n, 2 * i] = math.sin(angle)
            table[n, 2 * i + 1] = math.cos(angle)
    return table


def sines_first(num_tokens, dim):
    """All sines, then all cosines."""
    table = looped(num_tokens, dim)
    return torch.cat([table[:, 0::2], table[:, 1::2]], dim=1)


def cosine_first(num_tokens, dim):
    """Each cosine before its sine."""
    table = looped(num_tokens, dim)
    return torch.stack([table[:, 1::2], table[:, 0::2]], dim=2).flatten(1)


def one_wrong(num_tokens, dim):
    """The table, with one wrong number in it."""
    table = looped(num_tokens, dim)
    table[-1, -1] = 0.5
    return table


def turning(k, dim):
    """A block for each pair: the hand's turn in k places."""
    turns = torch.arange(0, dim, 2, dtype=torch.float64) / dim
    angle = k / 10_000**turns
    blocks = [torch.tensor([[a.cos(), a.sin()], [-a.sin(), a.cos()]]) for a in angle]
    return torch.block_diag(*blocks)


def turning_halves(k, dim):
    """The same for a table with all sines first."""
    order = torch.arange(dim).unflatten(0, (-1, 2)).T.flatten()
    return turning(k, dim)[order][:, order]


def stretched(pos_embed, **way):
    """The grid stretched by ``F.interpolate``, the class token's row before it."""
    grid = pos_embed[:, 1:].reshape(1, 4, 4, -1).permute(0, 3, 1, 2)
    grid = F.interpolate(grid, (6, 6), **way)
    rows = grid.permute(0, 2, 3, 1).reshape(1, 36, -1)
    return torch.cat([pos_embed[:, :1], rows], dim=1)


def transposed(pos_embed):
    """The grid's rows taken for its columns."""
    rows = stretched(pos_embed, mode="bicubic")[:, 1:].reshape(1, 6, 6, -1)
    rows = rows.transpose(1, 2).flatten(1, 2)
    return torch.cat([pos_embed[:, :1], rows], dim=1)


def as_a_line(pos_embed, first=1):
    """Rows stretched along their line, from ``first`` on."""
    rows = F.interpolate(pos_embed[:, first:].mT, 37 - first, mode="linear").mT
    return torch.cat([pos_embed[:, :first], rows], dim=1)


def like_vitlib(pos_embed):
    """As in vitlib."""
    return interpolate_position_embedding(pos_embed, (4, 4), (6, 6))


ROWS = [
    (None, "… no answer yet"),
    (ROW, "✓ one radian for the fast hand"),
    ([0.8415, 0.5403, 0.01, 1.0], "✓ one radian"),
    (torch.tensor(ROW, requires_grad=True), "✓ one radian"),
    ((ROW[0], ROW[2], ROW[1], ROW[3]), "✗ all sines stand first"),
    (looped(2, 4, unit=math.pi / 180)[1], "✗ the angles are taken for degrees"),
    (looped(2, 4, exponent=1)[1], "✗ the exponent is i/D"),
    (looped(2, 4, exponent=4)[1], "✗ the exponent counts numbers"),
    ((ROW[1], ROW[0], ROW[3], ROW[2]), "✗ cosine before sine"),
    (looped(1, 4, first=2)[0], "✗ places are counted from 0"),
    ((0, 1, 0, 1), "✗ that is place 0"),
    ((1, 2, 3, 4), "✗ got [1.0, 2.0, 3.0, 4.0]"),
    (ROW[:2], "✗ shape (2,) where (4,) is asked"),
    (0.8415, "✗ shape () where (4,) is asked"),
    ("sin 1", "✗ numbers of shape (4,) are asked; got str"),
]


TABLES = [
    (lambda *_: None, "… no answer yet"),
    (looped, "✓ the same table"),
    (lambda *size: looped(*size).tolist(), "✓ the same table"),
    (sinusoidal_position_encoding, "✓ the same table"),
    (lambda *size: looped(*size).T, "✗ shape (2, 3) where (3, 2) is asked: that"),
    (lambda n, dim: looped(n, dim)[0], "✗ shape (2,) where (3, 2) is asked."),
    (lambda *_: 0.5, "✗ shape () where"),
    (lambda *_: "done", "✗ numbers of shape (3, 2) are asked; got str"),
    (lambda *size: [*looped(*size)], "✗ numbers of shape (3, 2) are asked; got"),
    (sines_first, "✗ all sines stand first"),
    (cosine_first, "✗ cosine before sine"),
    (lambda *size: looped(*size, exponent=1), "✗ the exponent is i/D"),
    (lambda *size: looped(*size, exponent=4), "✗ the exponent counts numbers"),
    (lambda *size: looped(*size, unit=math.pi / 180), "✗ the angles are taken"),
    (lambda *size: looped(*size, first=1), "✗ places are counted from 0"),
    (lambda n: looped(n, 2), "✗ the function stopped with TypeError"),
    (one_wrong, "✗ for (3, 2) number 1 of row 2 is 0.5000, not -0.4161."),
    (lambda *size: torch.zeros(size), "✗ for (3, 2) number 1 of row 0 is 0.0000"),
]


TURNS = [
    (lambda *_: None, "… no answer yet"),
    (turning, "✓ one matrix for all places"),
    (lambda k, dim: turning(k, dim).float(), "✓ one matrix"),
    (lambda k, dim: turning(-k, dim), "✗ it turns the hands the other way"),
    (turning_halves, "✗ that is for all sines first"),
    (lambda k, dim: turning(1, dim), "✗ it turns by one place whatever k is"),
    (lambda k, dim: torch.eye(dim), "✗ for k = 1 rows turned by it are off"),
    (lambda k, dim: turning(k, 2), "✗ shape (2, 2) where (8, 8) is asked"),
    (lambda k, dim: k.sin(), "✗ the function stopped with AttributeError"),
    (lambda k, dim: 0.3, "✗ shape () where (8, 8) is asked"),
]


STRETCHED = [
    (lambda _: None, "… no answer yet"),
    (like_vitlib, "✓ bicubic with antialiasing, as in vitlib; the class"),
    (lambda x: stretched(x, mode="bicubic"), "✓ bicubic; the class"),
    (lambda x: stretched(x, mode="bilinear"), "✓ bilinear; the class"),
    (lambda x: stretched(x, mode="nearest"), "✓ nearest; the class"),
    (transposed, "✗ rows and columns of the grid have changed places"),
    (as_a_line, "✗ the rows are stretched as a line"),
    (lambda x: as_a_line(x, 0), "✗ the class token's row is stretched along"),
    (lambda x: like_vitlib(x)[:, 1:], "✗ 36 rows: the class token's is missing"),
    (lambda x: x, "✗ shape (1, 17, 6) where (1, 37, 6) is asked."),
    (lambda x: like_vitlib(x)[0], "✗ shape (37, 6) where"),
    (lambda x: like_vitlib(x).flip(2), "✗ the class token's row changed"),
    (lambda x: like_vitlib(x)[:, order], "✗ right shape, wrong numbers"),
    (lambda x: x.reshape(4, 4), "✗ the function stopped with RuntimeError"),
    (lambda _: [1, 2], "✗ shape (2,) where"),
    (lambda _: "6 × 6", "✗ numbers of shape (1, 37, 6) are asked; got str"),
]

test_what_a_check_says = said_to(
    {
        exercises.check_row: ROWS,
        exercises.check_loops: TABLES,
        exercises.check_turn: TURNS,
        exercises.check_stretched: STRETCHED,
    }
)


def test_check_loops_says_how_long_they_take(capsys, monkeypatch):
    seconds = itertools.accumulate(itertools.cycle([0, 0.0246, 0, 0.0001]))
    monkeypatch.setattr("time.perf_counter", lambda: next(seconds))
    exercises.check_loops(looped)
    check_said(capsys, "✓ the same table to 1e-6; yours takes about 200 times as long")
