"""Chapter 4. Checks of the exercises."""

import math
from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from vitlib.position import (
    interpolate_position_embedding,
    sinusoidal_position_encoding,
)
from vitlib.show.exercises import as_long, called, numbers, right, unanswered, wrong

OLD, NEW = (4, 4), (6, 6)
WAYS = {  # how F.interpolate may stretch a grid; all keep what is where
    "bicubic with antialiasing": {"mode": "bicubic", "antialias": True},
    "bicubic": {"mode": "bicubic"},
    "bilinear": {"mode": "bilinear"},
    "bicubic, corners on corners": {"mode": "bicubic", "align_corners": True},
    "bilinear, corners on corners": {"mode": "bilinear", "align_corners": True},
    "nearest": {"mode": "nearest"},
}


def near(one: Tensor, other: Tensor, most: float = 1e-6) -> bool:
    """Whether no two numbers are further apart than ``most``."""
    return bool((one - other).abs().max() <= most)


def waves(count: int, dim: int, power: float = 2.0, first: int = 0) -> Tensor:
    """The table with exponent ``power`` · i/D, from place ``first`` on, in float64."""
    place = torch.arange(first, first + count, dtype=torch.float64)[:, None]
    pair = torch.arange(dim // 2, dtype=torch.float64)
    angle = place / 10_000 ** (power * pair / dim)  # (N, D/2)
    return torch.stack([angle.sin(), angle.cos()], dim=2).flatten(1)  # (N, D)


def halves(table: Tensor) -> Tensor:
    """All sines first, then all cosines."""
    return torch.cat([table[:, 0::2], table[:, 1::2]], dim=1)


def mistakes(count: int, dim: int) -> dict[str, Tensor]:
    """Tables that readers make instead of the one that is asked, by what went wrong."""
    table, degrees = waves(count, dim), math.pi / 180
    place = torch.arange(count)[:, None] * degrees
    pair = 10_000 ** (2 * torch.arange(dim // 2, dtype=torch.float64) / dim)
    angle = place / pair
    in_degrees = torch.stack([angle.sin(), angle.cos()], dim=2).flatten(1)
    swapped = table.unflatten(1, (-1, 2)).flip(2).flatten(1)
    return {
        "all sines stand first: here sine and cosine of a pair are neighbours.": halves(
            table
        ),
        "the angles are taken for degrees; they are radians.": in_degrees,
        "the exponent is i/D; the formula says 2i/D for pair i.": waves(count, dim, 1),
        "the exponent counts numbers, not pairs: 2i/D, with i the pair.": waves(
            count, dim, 4
        ),
        "cosine before sine: number 2i is the sine.": swapped,
        "places are counted from 0, so this row is one place further.": waves(
            count, dim, first=1
        ),
    }


def check_row(answer: Sequence[float] | None) -> None:
    """The row at place 1 for D = 4: sin 1, cos 1, sin 0.01, cos 0.01."""
    if unanswered(answer):
        return
    found = numbers(answer, (4,))
    if found is None:
        return
    if near(found, waves(2, 4)[1], 5e-4):
        right("one radian for the fast hand, a hundredth for the slow one.")
        return
    for words, table in mistakes(2, 4).items():
        if near(found, table[1], 5e-4):
            return wrong(words)
    if near(found, waves(2, 4)[0], 5e-4):
        return wrong("that is place 0, where each hand stands upright.")
    shown = [round(number, 4) for number in found.tolist()]
    wrong(f"got {shown}; pair 0 turns by 1 radian a place, pair 1 by 1/100.")


def check_loops(table: Callable[[int, int], Tensor]) -> None:
    """A function (num_tokens, dim) that makes the table number by number."""
    for size in ((3, 2), (5, 8), (60, 64)):
        found = numbers(called(table, *size), size)
        if found is None:
            return
        if near(found, sinusoidal_position_encoding(*size).double()):
            continue
        for words, other in mistakes(*size).items():
            if near(found, other):
                return wrong(words)
        n, k = divmod(int((found - waves(*size)).abs().argmax()), size[1])
        got = f"{found[n, k]:.4f}, not {waves(*size)[n, k]:.4f}"
        return wrong(f"for {size} number {k} of row {n} is {got}.")
    took = as_long(table, sinusoidal_position_encoding, *size)
    right(f"the same table to 1e-6; yours takes {took} vitlib's, without a loop.")


def check_turn(turn: Callable[[int, int], Tensor]) -> None:
    """A function (k, dim) → M (dim, dim) with PE[n + k] = M PE[n] for every n."""
    dim = 8
    table = waves(40, dim)
    for k in (1, 7):
        matrix = numbers(called(turn, k, dim), (dim, dim))
        if matrix is None:
            return
        before, after = table[:-k], table[k:]
        if near(before @ matrix.T, after, 1e-5):
            continue
        if near(before @ matrix, after, 1e-5):
            return wrong("it turns the hands the other way: back by k places.")
        if near(halves(before) @ matrix.T, halves(after), 1e-5):
            return wrong("that is for all sines first; here a pair's are neighbours.")
        if near(table[:-1] @ matrix.T, table[1:], 1e-5):
            return wrong(f"it turns by one place whatever k is; k was {k}.")
        far = (before @ matrix.T - after).abs().max()
        return wrong(f"for k = {k} rows turned by it are off by up to {far:.2g}.")
    right("one matrix for all places: each hand turns on by k times its step.")


def resized(pos_embed: Tensor, way: dict) -> Tensor:
    """Positions (1, 17, D) whose grid is stretched in one way, (1, 37, D)."""
    grid = pos_embed[:, 1:].unflatten(1, OLD).permute(0, 3, 1, 2)  # (1, D, 4, 4)
    rows = F.interpolate(grid, NEW, **way).flatten(2).mT  # (1, 36, D)
    return torch.cat([pos_embed[:, :1], rows], dim=1)  # (1, 37, D)


def mirrored(rows: Tensor, size: tuple[int, int]) -> Tensor:
    """A table (1, 1 + N, D) whose grid has its rows for columns."""
    grid = rows[:, 1:].unflatten(1, size).transpose(1, 2).flatten(1, 2)
    return torch.cat([rows[:, :1], grid], dim=1)


def missed(pos_embed: Tensor, found: Tensor) -> str:
    """What is wrong with stretched positions (1, 37, D) that have the right shape."""
    for mode in ("linear", "nearest"):
        if near(found, F.interpolate(pos_embed.mT, 37, mode=mode).mT, 1e-5):
            return "the class token's row is stretched along; take it out first."
        line = F.interpolate(pos_embed[:, 1:].mT, 36, mode=mode).mT
        if near(found[:, 1:], line, 1e-5):
            return "the rows are stretched as a line; fold them to a grid first."
    if not near(found[:, 0], pos_embed[:, 0]):
        return "the class token's row changed; it stands in no grid."
    if any(
        near(found, mirrored(resized(pos_embed, w), NEW), 1e-5) for w in WAYS.values()
    ):
        return "rows and columns of the grid have changed places."
    return "right shape, wrong numbers: are D and the two sides of the grid in place?"


def check_stretched(stretched: Callable[[Tensor], Tensor]) -> None:
    """A function that stretches positions (1, 1 + 16, D) to (1, 1 + 36, D)."""
    drawn = torch.Generator().manual_seed(4)
    pos_embed = torch.randn(1, 17, 6, generator=drawn)
    result = called(stretched, pos_embed.clone())
    if result is None:
        return
    if isinstance(result, Tensor) and result.shape == (1, 36, 6):
        return wrong("36 rows: the class token's is missing, 1 + 36 are asked.")
    found = numbers(result, (1, 37, 6))
    if found is None:
        return
    for name, way in WAYS.items():
        if near(found, resized(pos_embed, way), 1e-5):
            ours = interpolate_position_embedding(pos_embed, OLD, NEW)
            same = ", as in vitlib" if near(found, ours, 1e-5) else ""
            return right(f"{name}{same}; the class token's row stays as it was.")
    wrong(missed(pos_embed, found))
