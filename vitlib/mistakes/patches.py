"""Chapter 1's mistakes: images cut into patches."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from vitlib.mistakes.collection import Chapter, Way, drawn
from vitlib.patches import grid_size, patchify

CHAPTER = Chapter(1)
NUMBERED = torch.arange(24.0).reshape(1, 1, 4, 6)  # each pixel its own number
COLOUR, KERNEL = drawn(1, 3, 4, 6), drawn(5, 3, 2, 2)
DIGIT = torch.zeros(1, 1, 28, 28)


def cut(images: Tensor) -> Tensor:
    """Patches of 2 × 2 pixels."""
    return patchify(images, 2)


def finds_the_second_patch(way: Way) -> bool:
    """The second patch of a numbered picture."""
    return way(NUMBERED)[0, 1].tolist() == [2, 3, 8, 9]


@CHAPTER.mistake(
    right=cut,
    test=finds_the_second_patch,
    seen="on larger patches it learns far worse; positions look like stripes",
    missed="the shape is right, and rows of strips can be learned from",
)
def plain_reshape(images: Tensor) -> Tensor:
    """Wrong: lines of the picture, folded up."""
    return images.reshape(len(images), 6, 4)


@CHAPTER.mistake(
    right=cut,
    test=finds_the_second_patch,
    seen="maps over the picture are turned; weights from elsewhere give nonsense",
    missed="every patch is real; learned positions get used to any order",
)
def columns_before_rows(images: Tensor) -> Tensor:
    """Wrong: true patches, lined up column by column."""
    squares = images.unfold(2, 2, 2).unfold(3, 2, 2)  # (B, C, rows, columns, 2, 2)
    turned = squares.permute(0, 3, 2, 1, 4, 5)  # ✗
    return turned.reshape(len(images), 6, -1)


def agrees_with_a_convolution(way: Way) -> bool:
    """A kernel, flattened, gives what the convolution gives."""
    rows = F.conv2d(COLOUR, KERNEL, stride=2).flatten(2).mT
    return torch.allclose(way(COLOUR) @ KERNEL.flatten(1).T, rows, atol=1e-5)


@CHAPTER.mistake(
    right=cut,
    test=agrees_with_a_convolution,
    seen="weights of a convolution, moved over, give other tokens",
    missed="as many numbers; a model that learns from scratch does not mind",
)
def channel_last(images: Tensor) -> Tensor:
    """Wrong for a convolution's weights: the colours of a pixel side by side."""
    squares = images.unfold(2, 2, 2).unfold(3, 2, 2)  # (B, C, rows, columns, 2, 2)
    return squares.permute(0, 2, 3, 4, 5, 1).reshape(len(images), 6, -1)


def patches_counted(channels: int, height: int, width: int, size: int) -> int:
    """How many patches there are."""
    return math.prod(grid_size((height, width), size))


def counts_what_is_cut(way: Way) -> bool:
    """As many as ``patchify`` cuts."""
    return way(3, 32, 32, 16) == patchify(torch.zeros(1, 3, 32, 32), 16).shape[1]


@CHAPTER.mistake(
    right=patches_counted,
    test=counts_what_is_cut,
    seen="588 positions for 196 patches",
    missed="nothing is wrong as long as pictures are grey; then adding them fails",
)
def channels_counted_twice(channels: int, height: int, width: int, size: int) -> int:
    """Wrong: a patch holds all channels already."""
    return channels * height * width // size**2


def so_many_across(images: Tensor, across: int) -> Tensor:
    """So many patches a side."""
    return patchify(images, images.shape[-1] // across)


def cuts_so_many(way: Way) -> bool:
    """Seven times seven patches."""
    return way(DIGIT, 7).shape[1] == 7 * 7


@CHAPTER.mistake(
    right=so_many_across,
    test=cuts_so_many,
    seen="16 patches of 49 pixels where 49 of 16 were meant",
    missed="both cuts exist, and both learn",
)
def size_for_count(images: Tensor, across: int) -> Tensor:
    """Wrong: patches of 7 pixels, not 7 patches."""
    return patchify(images, across)


def cut_or_refused(images: Tensor) -> Tensor | None:
    """Patches of 4 × 4 pixels, or nothing if they do not fit."""
    fits = images.shape[2] % 4 == images.shape[3] % 4 == 0
    return patchify(images, 4) if fits else None


def loses_no_pixel(way: Way) -> bool:
    """All pixels are there, or none is taken."""
    return (cut := way(NUMBERED)) is None or cut.sum() == NUMBERED.sum()


@CHAPTER.mistake(
    right=cut_or_refused,
    test=loses_no_pixel,
    seen="what happens at the right and lower border is never noticed",
    missed="a convolution leaves out what does not fit, and says nothing",
)
def border_cropped(images: Tensor) -> Tensor:
    """Wrong: two columns of six are in no patch."""
    pixels = torch.eye(16).reshape(16, 1, 4, 4)
    return F.conv2d(images, pixels, stride=4).flatten(2).mT
