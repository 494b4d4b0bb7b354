"""The two pictures that the book works on."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

PICTURES = Path(__file__).parents[1] / "pictures"


def mountains(channels: int = 1) -> Tensor:
    """*Mountains at dusk*, an original pixel-art scene of 60 × 100 pixels.

    Args:
        channels: 1 for eleven shades 0.0 (dark), 0.1, … 1.0 (the moon); 3 for colour.

    Returns:
        (channels, 60, 100), float32 in [0, 1].

    Raises:
        ValueError: ``channels`` is neither 1 nor 3.

    Source: painted by ``figures/mountains.py``.
    """
    if channels not in (1, 3):
        raise ValueError(f"the mountains have 1 or 3 channels, not {channels!r}")
    with Image.open(PICTURES / "mountains.png") as picture:
        if channels == 3:
            return from_pixels(np.asarray(picture.convert("RGB")))  # (3, 60, 100)
        shades = np.asarray(picture)  # (60, 100), 0…10
    return (torch.from_numpy(shades.copy()).float() / 10)[None]  # (1, 60, 100)


def photograph() -> Tensor:
    """A pavilion above a lake, a photograph of 128 × 128 pixels in colour.

    Returns:
        (3, 128, 128), float32 in [0, 1].

    Source: cut by ``figures/photograph.py`` from a photograph by danielbuechele, CC BY
    2.0, https://www.flickr.com/photos/danielbuechele/6061409035.
    """
    with Image.open(PICTURES / "photograph.png") as picture:
        return from_pixels(np.asarray(picture.convert("RGB")))  # (3, 128, 128)


def from_pixels(pixels: np.ndarray) -> Tensor:
    """(H, W, 3) bytes as (3, H, W) float32 in [0, 1]."""
    channels = torch.from_numpy(pixels.copy()).permute(2, 0, 1)  # (3, H, W)
    return channels.contiguous().float() / 255
