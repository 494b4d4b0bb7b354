"""Chapter 4's mistakes: where a token stands."""

import torch
import torch.nn.functional as F
from torch import Tensor

from vitlib.mistakes.collection import Chapter, Way, drawn
from vitlib.position import interpolate_position_embedding, sinusoidal_position_encoding

CHAPTER = Chapter(4)
TOKENS, TABLE = drawn(3, 5, 4), drawn(7, 4, seed=1)
ORDER = torch.tensor([2, 0, 4, 1, 3])
PATCHES = drawn(15, 400).sigmoid() @ drawn(400, 8, seed=1) / 400**0.5  # as tokens
STRIPES = torch.arange(2.0).repeat_interleave(2)[None, :, None].expand(1, 4, 3)


def one_for_each_place(tokens: Tensor) -> Tensor:
    """A row of the table for each place."""
    return tokens + TABLE[: tokens.shape[1]]


def notices_a_shuffle(way: Way) -> bool:
    """Shuffled tokens are not shuffled rows."""
    return not torch.equal(way(TOKENS[:, ORDER]), way(TOKENS)[:, ORDER])


@CHAPTER.mistake(
    right=one_for_each_place,
    test=notices_a_shuffle,
    seen="shuffled patches, the same answer",
    missed="(1, 1, D) is added to (B, N, D) without complaint; the loss falls",
)
def one_position_for_all(tokens: Tensor) -> Tensor:
    """Wrong: every place gets the same vector."""
    return tokens + TABLE[:1][None]


@CHAPTER.mistake(
    right=one_for_each_place,
    test=notices_a_shuffle,
    seen="shuffled patches, the same answer; and another one at another place "
    "in the batch",
    missed="(B, 1, D) is added to (B, N, D) without complaint; the loss falls",
)
def one_for_each_image(tokens: Tensor) -> Tensor:
    """Wrong: a vector for each place in the batch."""
    return tokens + TABLE[: len(tokens), None]


@CHAPTER.mistake(
    right=one_for_each_place,
    test=notices_a_shuffle,
    seen="shuffled patches, the same answer",
    missed="a row is added to every token without complaint; the loss falls",
)
def row_for_rows(tokens: Tensor) -> Tensor:
    """Wrong: row N, not the first N rows."""
    return tokens + TABLE[tokens.shape[1]]


def quiet_start() -> Tensor:
    """A table as the paper starts it."""
    return 0.02 * torch.randn(15, 8)


def is_no_louder_than_patches(way: Way) -> bool:
    """Positions spread less than tokens differ from patch to patch."""
    return way().std() < PATCHES.std(dim=0).mean()


@CHAPTER.mistake(
    right=quiet_start,
    test=is_no_louder_than_patches,
    seen="a very different picture hardly moves an untrained model's answer",
    missed="shapes are right, and the loss falls, if slowly",
)
def positions_drown_patches() -> Tensor:
    """Wrong: several times as loud as what is to be told apart."""
    return torch.randn(15, 8)


def angles_in_pairs(num_tokens: int, dim: int) -> Tensor:
    """Sine and cosine of one angle, side by side."""
    return sinusoidal_position_encoding(num_tokens, dim)


def depends_on_distance_alone(way: Way) -> bool:
    """Neighbours are equally alike everywhere."""
    return (way(12, 8) @ way(12, 8).T).diag(1).std() < 1e-4


@CHAPTER.mistake(
    right=angles_in_pairs,
    test=depends_on_distance_alone,
    seen="equal distances are not equally alike",
    missed="sines and cosines between −1 and 1, as they should be",
)
def an_angle_for_each_number(num_tokens: int, dim: int) -> Tensor:
    """Wrong: sine and cosine of a pair must share an angle."""
    angle = torch.arange(num_tokens)[:, None] / 10_000 ** (torch.arange(dim) / dim)  # ✗
    return torch.where(torch.arange(dim) % 2 == 0, angle.sin(), angle.cos())


def stretched_as_a_grid(table: Tensor) -> Tensor:
    """From a grid of 2 × 2 patches to one of 4 × 4."""
    return interpolate_position_embedding(table, (2, 2), (4, 4))


def keeps_rows_apart(way: Way) -> bool:
    """What is the same all along a row of patches stays so."""
    return way(STRIPES).unflatten(1, (4, 4)).std(dim=2).max() < 1e-5


@CHAPTER.mistake(
    right=stretched_as_a_grid,
    test=keeps_rows_apart,
    seen="on pictures of another size it reads far worse",
    missed="as many rows as there are patches now",
)
def stretched_as_a_line(table: Tensor) -> Tensor:
    """Wrong: the end of a row of patches is no neighbour of the next one's start."""
    return F.interpolate(table.mT, 16, mode="linear").mT
