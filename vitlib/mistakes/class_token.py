"""Chapter 3's mistakes: the class token, and the mean in its place."""

import torch
from torch import Tensor, nn

from vitlib.mistakes.collection import Chapter, Way, drawn
from vitlib.model import pool
from vitlib.tokens import prepend_class_token

CHAPTER = Chapter(3)
TOKENS, ROWS = drawn(3, 5, 4), drawn(3, 1, 4, seed=1)
TOLD = ROWS[:1]  # one class token
OTHER_CLASS = torch.cat([TOKENS[:, :1] + 1, TOKENS[:, 1:]], dim=1)


def one_class_token(tokens: Tensor) -> Tensor:
    """The same class token for every image."""
    return prepend_class_token(TOLD, tokens)


def treats_images_alike(way: Way) -> bool:
    """All images begin with the same row."""
    return len(way(TOKENS)[:, 0].unique(dim=0)) == 1


@CHAPTER.mistake(
    right=one_class_token,
    test=treats_images_alike,
    seen="one picture gets another answer in another place of the batch",
    missed="shapes fit as long as every batch is full, and each row learns",
)
def batch_in_the_parameter(tokens: Tensor) -> Tensor:
    """Wrong: a class token for each place in the batch."""
    return torch.cat([ROWS, tokens], dim=1)


def puts_it_first(way: Way) -> bool:
    """Row 0, which the head reads, is the class token."""
    return torch.equal(way(TOKENS)[:, :1], TOLD.expand(3, -1, -1))


@CHAPTER.mistake(
    right=one_class_token,
    test=puts_it_first,
    seen="x[:, 0] is the first patch; weights from elsewhere move logits by 0.7",
    missed="as many rows, and the head learns to read the patch that it gets",
)
def class_token_last(tokens: Tensor) -> Tensor:
    """Wrong for a head that reads row 0."""
    return torch.cat([tokens, TOLD.expand(len(tokens), -1, -1)], dim=1)


def learned() -> nn.Module:
    """A module whose class token is a parameter."""
    module = nn.Module()
    module.cls_token = nn.Parameter(torch.zeros(1, 1, 4))  # ✓
    return module


def is_a_parameter(way: Way) -> bool:
    """The optimizer is given it."""
    return "cls_token" in dict(way().named_parameters())


@CHAPTER.mistake(
    right=learned,
    test=is_a_parameter,
    seen="the class token is the same after training; it is in no state_dict",
    missed="the shape is right, and the other weights learn around it",
)
def plain_tensor() -> nn.Module:
    """Wrong: neither learned nor saved, nor moved to the GPU."""
    module = nn.Module()
    module.cls_token = torch.zeros(1, 1, 4)  # ✗
    return module


def mean_of_patches(x: Tensor) -> Tensor:
    """The patches' mean, without the class token."""
    return pool(x, "mean")


def leaves_the_class_token_out(way: Way) -> bool:
    """Another class row, the same mean."""
    return torch.equal(way(OTHER_CLASS), way(TOKENS))


@CHAPTER.mistake(
    right=mean_of_patches,
    test=leaves_the_class_token_out,
    seen="with weights that learned the other mean, off by a few per cent",
    missed="the shape is right, and whoever trains so gets used to it",
)
def mean_of_everything(x: Tensor) -> Tensor:
    """Wrong if unawares: the class token is averaged along."""
    return x.mean(dim=1)
