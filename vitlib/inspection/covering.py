"""What an answer depends on: cover patches, and see what it becomes."""

import math

import torch
from torch import Tensor

from vitlib.checks import Size
from vitlib.inspection.checks import (
    check_fill,
    check_labels,
    check_model,
    check_order,
    check_rows,
)
from vitlib.inspection.stream import at_rest
from vitlib.model import ViT
from vitlib.patches import patchify, unpatchify


def cover(
    images: Tensor, covered: Tensor, patch_size: Size, fill: float | Tensor = 0.0
) -> Tensor:
    """Images with some of their patches covered.

    Args:
        images: (B, C, H, W); they stay as they are.
        covered: (B, N) booleans, True where a patch is to go.
        fill: what stands there instead: a number, or a picture, (C, 1, 1) or (C, H, W).

    Returns: (B, C, H, W).
    Raises: TypeError, ValueError: patches that do not fit, or no such fill.
    """
    patches = patchify(images, patch_size)  # (B, N, C·P²)
    check_rows("covered", covered, tuple(patches.shape[:2]))
    other = check_fill(fill, images).expand_as(images)
    blank = patchify(other, patch_size)  # (B, N, C·P²)
    mixed = torch.where(covered.bool()[..., None], blank, patches)
    return unpatchify(mixed, patch_size, tuple(images.shape[2:]))  # (B, C, H, W)


def occlusion(
    model: ViT, images: Tensor, labels: Tensor, fill: float | Tensor = 0.0
) -> Tensor:
    """How much the right answer's probability falls when one patch is covered.

        o_n = p(label | image) − p(label | image with patch n covered)

    Below zero, the answer became likelier. It takes N + 1 forward passes.

    Args: a ViT; images, (B, C, H, W); labels, (B,); fill, as for ``cover``.
    Returns: (B, N), from −1 to 1.
    Raises: TypeError, ValueError: no ViT of vitlib's, or not its images or labels.
    Source: M. Zeiler and R. Fergus, *Visualizing and Understanding Convolutional
    Networks* (2014), section 4.2.
    """
    check_model(model)
    before = probability(model, images, labels)  # (B,)
    falls, count = [], math.prod(model.patch_embed.grid_size)
    for n in range(count):
        covered = torch.zeros(len(images), count, dtype=torch.bool).to(images.device)
        covered[:, n] = True
        changed = cover(images, covered, model.config.patch_size, fill)
        falls.append(before - probability(model, changed, labels))  # (B,)
    return torch.stack(falls, dim=1)  # (B, N)


def probability(model: ViT, images: Tensor, labels: Tensor) -> Tensor:
    """What a model gives for each image's label: (B,), from 0 to 1."""
    with at_rest(model):
        logits = model(images)  # (B, K)
    check_labels(labels, logits)
    return logits.softmax(dim=1).gather(1, labels[:, None])[:, 0]  # (B,)


def deletion(
    model: ViT,
    images: Tensor,
    labels: Tensor,
    order: Tensor,
    count: int,
    fill: float | Tensor = 0.0,
) -> float:
    """Share of images still read rightly when the first ``count`` patches are covered.

    If a map tells what an answer depends on, covering in its order must hurt more than
    covering at random, and covering in the reverse order less.

    Args:
        model, images, labels: a ViT; (B, C, H, W); (B,).
        order: (B, N), each image's patches from the first to go to the last; of a map
            (B, N) that is ``map.argsort(dim=1, descending=True)``.
        count, fill: from 0 to N; as for ``cover``.

    Raises: TypeError, ValueError: no ViT of vitlib's, or not its images or labels, or
        an order in which patches are missing.
    """
    check_model(model)
    patches = math.prod(model.patch_embed.grid_size)
    check_order(order, (len(images), patches), count)
    covered = torch.zeros_like(order, dtype=torch.bool)  # (B, N)
    covered.scatter_(1, order[:, :count], True)
    changed = cover(images, covered, model.config.patch_size, fill)  # (B, C, H, W)
    with at_rest(model):
        logits = model(changed)  # (B, K)
    check_labels(labels, logits)
    return (logits.argmax(dim=1) == labels).double().mean().item()
