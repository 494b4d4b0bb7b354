"""Chapter 2's mistakes: patches into tokens."""

from collections.abc import Callable
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor

from vitlib.mistakes.collection import Chapter, Way
from vitlib.patches import patchify

CHAPTER = Chapter(2)
SQUARE = torch.arange(16.0).reshape(1, 1, 4, 4)  # 4 patches of 4 numbers
SETTINGS = {"patch_size": 2}


def turned(images: Tensor) -> Tensor:
    """Patches of 2 × 2 pixels, as rows."""
    return F.unfold(images, 2, stride=2).mT


def finds_the_first_patch(way: Way) -> bool:
    """The first row is the first patch."""
    return way(SQUARE)[0, 0].tolist() == [0, 1, 4, 5]


@CHAPTER.mistake(
    right=turned,
    test=finds_the_first_patch,
    seen="each token is made of one pixel of every patch",
    missed="if there are as many patches as numbers in one, all shapes fit",
)
def transpose_forgotten(images: Tensor) -> Tensor:
    """Wrong: patches are columns here."""
    return F.unfold(images, 2, stride=2)


def setting_kept(patch_size: int) -> Callable[[Tensor], Tensor]:
    """What cuts, with a size of its own."""
    return partial(patchify, patch_size=patch_size)


def keeps_its_size(way: Way) -> bool:
    """Two cutters of different sizes, made one after the other."""
    return [cut(SQUARE).shape[1] for cut in (way(2), way(4))] == [4, 1]


@CHAPTER.mistake(
    right=setting_kept,
    test=keeps_its_size,
    seen="an older model changes when a newer one is made",
    missed="with one model in the notebook nothing is wrong",
)
def setting_from_outside(patch_size: int) -> Callable[[Tensor], Tensor]:
    """Wrong: the size is looked up when the cutter is called."""
    SETTINGS["patch_size"] = patch_size
    return lambda images: patchify(images, SETTINGS["patch_size"])
