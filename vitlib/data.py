"""The pictures that the book works on, which need no network."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

PICTURES = Path(__file__).parent / "pictures"


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


def digits(part: str = "all") -> tuple[Tensor, Tensor]:
    """Handwritten digits: 1,797 pictures of 8 × 8 pixels in 17 shades.

    Sorted by digit, every fourth picture is kept for testing, beginning with the first:
    as many of each digit, and the same ones on every machine. Thirteen people wrote
    them, and who wrote which is not recorded, so most hands are likely in both parts:
    a stranger's digits are harder.

    Args:
        part: "train" for 1,347 pictures, "test" for the other 450, or "all".

    Returns:
        (N, 1, 8, 8) float32 from 0 (paper) to 1 (ink), and the digits, (N,) int64, both
        in scikit-learn's order.

    Raises:
        ValueError: ``part`` is none of the three.

    Source: E. Alpaydin and C. Kaynak, *Optical Recognition of Handwritten Digits*, UCI
    Machine Learning Repository (1998), https://doi.org/10.24432/C50P49, CC BY 4.0; of
    its two files, scikit-learn has the one for testing.
    """
    if part not in ("train", "test", "all"):
        raise ValueError(f"part must be 'train', 'test' or 'all', got {part!r}")
    from sklearn.datasets import load_digits  # here, since importing it takes a second

    pixels, labels = map(torch.from_numpy, load_digits(return_X_y=True))
    images = pixels.float().reshape(-1, 1, 8, 8) / 16  # (1797, 1, 8, 8), from 0…16
    labels = labels.long()  # (1797,)
    if part == "all":
        return images, labels
    chosen = torch.full(labels.shape, part == "train")
    chosen[labels.argsort(stable=True)[::4]] = part == "test"
    return images[chosen], labels[chosen]
