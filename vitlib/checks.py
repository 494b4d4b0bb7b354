"""What the model refuses, and in which words: the value, and what would work."""

from math import gcd
from typing import Any

import torch
from torch import Tensor, nn

Size = int | tuple[int, int]  # in pixels: the side of a square, or (height, width)
Grid = tuple[int, int]  # rows and columns of patches
KNOWN = {"pool": ("cls", "mean"), "pos_embed": ("learned", "sinusoidal", "none")}


def as_pair(size: Size, name: str) -> tuple[int, int]:
    """``size`` as (height, width), both checked to be positive integers."""
    pair = tuple(size) if isinstance(size, tuple | list) else (size, size)
    if len(pair) != 2:
        raise ValueError(f"{name} must be an integer or (height, width), got {size}")
    height, width = (as_integer(side, name) for side in pair)
    if min(height, width) < 1:
        raise ValueError(f"{name} must be at least 1 pixel, got {min(height, width)}")
    return height, width


def as_integer(side: int, name: str) -> int:
    """``side`` as Python's integer, also from NumPy's; ``True`` and 4.0 are none."""
    if type(side) is int or isinstance(side, torch.SymInt):  # SymInt: in torch.export
        return side
    if isinstance(side, bool | Tensor) or not hasattr(side, "__index__"):
        kind = type(side).__name__
        raise TypeError(f"{name} must be an integer, got {side!r} ({kind})")
    return side.__index__()


def check_images(images: Tensor) -> None:
    """Raise unless ``images`` is a tensor of shape (B, C, H, W)."""
    if not isinstance(images, Tensor):
        kind = type(images).__name__
        raise TypeError(
            f"images must be a torch.Tensor, got {kind}; torch.as_tensor it"
        )
    if images.ndim != 4:
        missing = "; images[None] adds the batch axis" if images.ndim == 3 else ""
        shape = tuple(images.shape)
        raise ValueError(f"images must have shape (B, C, H, W), got {shape}{missing}")


def check_patches(patches: Tensor, count: int, pixels: int) -> int:
    """Channels of ``patches``; raise unless it is (B, count, channels · pixels)."""
    if not isinstance(patches, Tensor):
        kind = type(patches).__name__
        raise TypeError(
            f"patches must be a torch.Tensor, got {kind}; torch.as_tensor it"
        )
    shape = tuple(patches.shape)
    if len(shape) != 3:
        raise ValueError(f"patches must have shape (B, N, C·P²), got {shape}")
    if shape[1] != count:
        raise ValueError(f"these sizes make {count} patches, got {shape[1]} in {shape}")
    if shape[2] % pixels or not shape[2]:
        raise ValueError(
            f"a patch has {pixels} pixels a channel, so a row must hold a multiple of "
            f"{pixels} numbers, got {shape[2]} in {shape}"
        )
    return shape[2] // pixels


def misfit(name: str, side: int, size: int, image_size: tuple[int, int]) -> str:
    """What to say of a patch size that does not divide a side of an image."""
    height, width = image_size
    words = f"image {name} {side} is not divisible by patch size {size}; "
    words += f"{one_of(divisors(side))} would be"
    if height != width:
        both = one_of(divisors(gcd(height, width)))
        words += f" (squares that fit {height} × {width}: {both})"
    return words


def divisors(side: int) -> list[int]:
    """All patch sizes that divide ``side``, in ascending order."""
    return [size for size in range(1, side + 1) if side % size == 0]


def one_of(things: list) -> str:
    """``[1, 2, 4]`` as "1, 2 or 4"."""
    *first, last = [str(thing) for thing in things]
    return f"{', '.join(first)} or {last}" if first else last


def check_input(images: Tensor, expected: tuple[int, int, int], like: Tensor) -> None:
    """Raise unless ``images`` is (B, *expected), of the weights' dtype, without NaN.

    NaN is looked for on a CPU, where looking costs nothing: a GPU would have to wait.
    """
    check_images(images)
    if images.shape[1:] != expected:
        wanted, shape = ", ".join(map(str, expected)), tuple(images.shape)
        raise ValueError(
            f"this model takes images of shape (B, {wanted}), got {shape}; resize them,"
            " or make a model of their size and let load_checkpoint stretch positions"
        )
    device = images.device.type
    if images.dtype != like.dtype and not torch.is_autocast_enabled(device):
        raise TypeError(
            f"this model computes in {like.dtype}, got images of {images.dtype}; "
            f"images.to({like.dtype}), after scaling if they are bytes"
        )
    if device == "cpu" and not torch.compiler.is_compiling() and has_nan(images):
        count = int(images.isnan().sum())
        raise ValueError(f"{count} of {images.numel()} numbers in the images are NaN")


def has_nan(images: Tensor) -> bool:
    """Whether any number is NaN; inside ``vmap`` nobody can tell, so it is False."""
    try:
        return bool(images.isnan().any())
    except RuntimeError:
        return False


def check_config(config: Any) -> None:
    """Raise unless a ViT can be built from ``config``; whether patches fit apart."""
    for name in ("image_size", "patch_size"):
        as_pair(getattr(config, name), name)
    counts = {"in_chans": 1, "embed_dim": 1, "depth": 1, "num_heads": 1}
    for name, least in (counts | {"num_classes": 0}).items():
        check_at_least(name, as_integer(getattr(config, name), name), least)
    check_heads(config.embed_dim, config.num_heads)
    check_at_least("embed_dim · mlp_ratio", config.embed_dim * config.mlp_ratio, 1)
    for name in ("drop_rate", "attn_drop_rate", "drop_path_rate"):
        if not 0 <= getattr(config, name) < 1:
            rate = getattr(config, name)
            raise ValueError(f"{name} must be at least 0 and below 1, got {rate!r}")
    for name, known in KNOWN.items():
        if getattr(config, name) not in known:
            wanted = one_of([repr(word) for word in known])
            value = getattr(config, name)
            raise ValueError(f"{name} must be {wanted}, got {value!r}")


def check_heads(width: int, num_heads: int) -> None:
    """Raise unless ``num_heads`` divides ``width``."""
    if num_heads < 1 or width % num_heads:
        raise ValueError(
            f"width {width} is not divisible by {num_heads} heads; "
            f"{one_of(divisors(width))} would be"
        )


def check_at_least(name: str, value: float, least: float) -> None:
    """Raise unless ``value`` is ``least`` or more."""
    if not value >= least:
        raise ValueError(f"{name} must be at least {least}, got {value!r}")


def check_table(rows: int, width: int, pairs: int) -> None:
    """Raise unless so many rows can hold ``pairs`` of sine and cosine, or multiples."""
    check_at_least("number of tokens", as_integer(rows, "number of tokens"), 0)
    step, width = 2 * pairs, as_integer(width, "width")
    if width < step or width % step:
        below = max(width // step, 1) * step
        raise ValueError(
            f"width must be a multiple of {step}, got {width}; {below} or "
            f"{below + step} would be"
        )


def check_grid(grid: Grid) -> None:
    """Raise unless ``grid`` is (rows, columns) of at least one patch."""
    if not isinstance(grid, tuple | list) or len(grid) != 2:
        raise ValueError(f"a grid is (rows, columns), both from 1, got {grid!r}")
    if min(as_integer(side, "rows and columns of a grid") for side in grid) < 1:
        raise ValueError(f"a grid is (rows, columns), both from 1, got {grid!r}")


def check_positions(pos_embed: Tensor, old: Grid, new: Grid) -> int:
    """Rows of a table before its grid's; raise unless it can be put on a new grid."""
    shape = tuple(pos_embed.shape)
    if len(shape) != 3 or shape[0] != 1:
        raise ValueError(f"a table of positions has shape (1, N, D), got {shape}")
    check_grid(old)
    check_grid(new)
    extra = shape[1] - old[0] * old[1]
    if extra < 0:
        raise ValueError(
            f"a grid of {old[0]} × {old[1]} patches needs {old[0] * old[1]} positions,"
            f" the table has {shape[1]}; give the grid that it was learned on"
        )
    return extra


def is_plain(layer: nn.Module) -> bool:
    """Whether a layer's weights tell all that it does, so that they stand for its call.

    Not those of one with hooks, nor of what takes its place: LoRA, pruned, quantised.
    """
    hooks = (layer._forward_pre_hooks, layer._forward_hooks)
    hooks += (layer._backward_pre_hooks, layer._backward_hooks)
    return type(layer) in (nn.Linear, nn.Conv2d) and not any(hooks)
