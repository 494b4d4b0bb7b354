"""Chapter 11's mistakes: maps that say something else."""

import torch
from torch import Tensor

from vitlib.inspection import attention_rollout, class_attention
from vitlib.mistakes.collection import Chapter, Way

CHAPTER = Chapter(11)
FLAT = torch.tensor([0.248, 0.250, 0.251, 0.251])  # a map that says nothing
STAY = torch.eye(3)
FIRST = STAY[[0, 2, 2]]  # a block in which patch 1 takes from patch 2
LAST = STAY[[1, 1, 2]]  # and one in which the class token takes from patch 1
MAPS = torch.stack([FIRST, LAST])[None, :, None]  # (1, 2, 1, 3, 3)


def from_zero(shares: Tensor) -> Tensor:
    """How dark a patch is drawn: by its share of the highest."""
    return shares / shares.max()


def draws_flat_as_flat(way: Way) -> bool:
    """Almost equal shares look almost equal."""
    return way(FLAT).max() - way(FLAT).min() < 0.1


@CHAPTER.mistake(
    right=from_zero,
    test=draws_flat_as_flat,
    seen="an untrained model's map shows something, too",
    missed="every number lies between 0 and 1, and the picture looks good",
)
def stretched_to_the_ends(shares: Tensor) -> Tensor:
    """Wrong: the lowest becomes 0, the highest 1, however near they are."""
    return (shares - shares.min()) / (shares.max() - shares.min())


def row_of_the_class_token(maps: Tensor) -> Tensor:
    """What the class token looks at."""
    return class_attention(maps)


def finds_where_it_looks(way: Way) -> bool:
    """The class token looks at the first patch."""
    return way(LAST).tolist() == [1, 0]


@CHAPTER.mistake(
    right=row_of_the_class_token,
    test=finds_where_it_looks,
    seen="a map of who looks at the class token",
    missed="a row and a column are equally long",
)
def column_for_row(maps: Tensor) -> Tensor:
    """Wrong: column 0, not row 0."""
    return maps[..., 1:, 0]


def in_order(maps: Tensor) -> Tensor:
    """Rollout of blocks from the first to the last."""
    return attention_rollout(maps, keep=0.0)


def follows_the_way(way: Way) -> bool:
    """From the class token over patch 1 to patch 2."""
    return way(MAPS)[0, 0].tolist() == [0, 0, 1]


@CHAPTER.mistake(
    right=in_order,
    test=follows_the_way,
    seen="another picture, no worse to look at",
    missed="same shape, and rows still sum to 1",
)
def blocks_in_wrong_order(maps: Tensor) -> Tensor:
    """Wrong: the first block last."""
    return attention_rollout(maps.flip(1), keep=0.0)
