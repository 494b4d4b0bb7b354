"""Chapter 10. The pictures that the book works on; its own need no network."""

from pathlib import Path

from torch import Tensor

from vitlib.data.handwriting import digits
from vitlib.data.pictures import PICTURES, from_pixels, mountains, photograph

DATASETS = {"digits": lambda part, folder: digits(part)}
__all__ = [
    "DATASETS",
    "PICTURES",
    "digits",
    "from_pixels",
    "load",
    "mountains",
    "photograph",
]


def load(name: str, part: str, folder: Path = Path("data")) -> tuple[Tensor, Tensor]:
    """Images and labels of a part of a dataset."""
    return DATASETS[name](part, folder)
