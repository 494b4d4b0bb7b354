"""What looking inside refuses, and in which words: the value, and what would work."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from vitlib.checks import Grid, as_integer, check_grid
from vitlib.model import ViT


def check_model(model: nn.Module) -> None:
    """Raise unless ``model`` is a ViT of this book's."""
    if not isinstance(model, ViT):
        kind = type(model).__name__
        raise TypeError(
            f"this looks into a vitlib.ViT, not into {kind}; for timm, transformers "
            "and torchvision there is peer_attention_maps, and a compiled model holds "
            "its own as _orig_mod"
        )


def check_maps(maps: Tensor) -> None:
    """Raise unless ``maps`` are attention weights, (B, L, h, N+1, N+1)."""
    if not isinstance(maps, Tensor):
        kind = type(maps).__name__
        raise TypeError(f"maps must be a torch.Tensor, got {kind}; torch.stack them")
    shape = tuple(maps.shape)
    if maps.ndim != 5 or shape[-1] != shape[-2]:
        raise ValueError(
            f"maps must have shape (B, L, h, N+1, N+1), got {shape}; as attention_maps "
            "returns them"
        )


def check_patch_count(count: int, grid: Grid) -> int:
    """``count``; raise unless so many patches lie on ``grid``."""
    check_grid(grid)
    rows, columns = grid
    if rows * columns != count:
        raise ValueError(
            f"a grid of {rows} × {columns} has {rows * columns} patches, got {count}"
        )
    return count


def check_rows(name: str, table: Tensor, shape: Sequence[int]) -> None:
    """Raise unless ``table`` is a tensor of a shape."""
    if not isinstance(table, Tensor):
        kind = type(table).__name__
        raise TypeError(
            f"{name} must be a torch.Tensor, got {kind}; torch.as_tensor it"
        )
    if tuple(table.shape) != tuple(shape):
        got = tuple(table.shape)
        raise ValueError(f"{name} must have shape {tuple(shape)}, got {got}")


def check_alike(one: Tensor, other: Tensor) -> None:
    """Raise unless two maps are (B, N) alike."""
    if one.shape != other.shape or one.ndim != 2:
        shapes = f"{tuple(one.shape)} and {tuple(other.shape)}"
        raise ValueError(
            f"maps to compare must both have one shape (B, N), got {shapes}"
        )


def check_labels(labels: Tensor, logits: Tensor) -> None:
    """Raise unless there is a class for each image, of those that a model knows."""
    batch, classes = logits.shape
    check_rows("labels", labels, (batch,))
    if labels.dtype != torch.int64:
        raise TypeError(f"labels must be int64, got {labels.dtype}; labels.long()")
    if batch and not 0 <= labels.min() <= labels.max() < classes:
        wrong = labels[(labels < 0) | (labels >= classes)][0].item()
        raise ValueError(f"labels must be from 0 to {classes - 1}, got {wrong}")


def check_order(order: Tensor, shape: tuple[int, int], count: int) -> None:
    """Raise unless each row of ``order`` names all patches, and ``count`` so many."""
    check_rows("order", order, shape)
    every = torch.arange(shape[1], device=order.device).expand(shape)
    if not torch.equal(order.sort(dim=1).values, every):
        raise ValueError(
            f"each row of order must hold 0 to {shape[1] - 1} once; of a map (B, N) "
            "take map.argsort(dim=1, descending=True)"
        )
    if not 0 <= as_integer(count, "count") <= shape[1]:
        raise ValueError(f"count must be from 0 to {shape[1]}, got {count}")


def check_fill(fill: float | Tensor, images: Tensor) -> Tensor:
    """``fill`` like the images; raise unless it can stand in their place."""
    other = torch.as_tensor(fill).to(images)
    wanted = [(), (images.shape[1], 1, 1), tuple(images.shape[1:])]
    if tuple(other.shape) not in wanted:
        shapes = f"a number, {wanted[1]} or {wanted[2]}"
        raise ValueError(f"fill must be {shapes}, got shape {tuple(other.shape)}")
    return other


def check_picture(picture: Tensor, grid: Grid) -> None:
    """Raise unless ``picture`` is (C, H, W) from 0 to 1, and patches divide it."""
    if not isinstance(picture, Tensor) or picture.ndim != 3:
        got = tuple(getattr(picture, "shape", ())) or type(picture).__name__
        raise ValueError(f"a picture has shape (C, H, W), got {got}")
    height, width = picture.shape[1:]
    if height % grid[0] or width % grid[1]:
        raise ValueError(
            f"{grid[0]} × {grid[1]} patches do not divide a picture of {height} × "
            f"{width} pixels; a grid is (rows, columns)"
        )
    if picture.min() < 0 or picture.max() > 1:
        low, high = picture.min().item(), picture.max().item()
        raise ValueError(f"a picture is from 0 to 1, got {low:g} to {high:g}")


def check_map(shares: Tensor, grid: Grid) -> None:
    """Raise unless ``shares`` is a map (N,) for ``grid``, none below zero."""
    check_rows("a map", shares, (math.prod(grid),))
    if not shares.min() >= 0:
        raise ValueError(
            f"a map to fade by is from 0, got {shares.min().item():g}; clamp(min=0) "
            "leaves out what counts against"
        )


def check_recorded(maps: Sequence[Tensor], model: nn.Module) -> None:
    """Raise unless each block of another library's model gave weights of one shape."""
    shapes = {tuple(found.shape) for found in maps or ()}
    if len(shapes) != 1 or len(next(iter(shapes))) != 4:
        found = ", ".join(map(str, sorted(shapes))) or "none"
        raise ValueError(
            f"{type(model).__name__} has no attention weights (B, h, T, T), alike in "
            f"all blocks; found {found}"
        )
