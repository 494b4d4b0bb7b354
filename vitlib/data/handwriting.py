"""Handwritten digits, which come with scikit-learn."""

from functools import cache

import torch
from torch import Tensor

from vitlib.data.parts import check_known


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
    check_known("part", part, ("train", "test", "all"))
    images, labels = loaded()
    if part == "all":
        return images.clone(), labels.clone()
    chosen = torch.full(labels.shape, part == "train")
    chosen[labels.argsort(stable=True)[::4]] = part == "test"
    return images[chosen], labels[chosen]


@cache
def loaded() -> tuple[Tensor, Tensor]:
    """All pictures and digits, read from scikit-learn's table once."""
    from sklearn.datasets import load_digits  # here, since importing it takes a second

    pixels, labels = map(torch.from_numpy, load_digits(return_X_y=True))
    images = pixels.float().reshape(-1, 1, 8, 8) / 16  # (1797, 1, 8, 8), from 0…16
    return images, labels.long()  # (1797,)
