"""Chapter 10. The pictures that the book works on; its own need no network."""

from vitlib.data.datasets import DATASETS, load
from vitlib.data.downloaded import cifar10, data_folder, mnist
from vitlib.data.handwriting import digits
from vitlib.data.pictures import PICTURES, from_pixels, mountains, photograph
from vitlib.data.scenes import scenes

__all__ = [
    "DATASETS",
    "PICTURES",
    "cifar10",
    "data_folder",
    "digits",
    "from_pixels",
    "load",
    "mnist",
    "mountains",
    "photograph",
    "scenes",
]
