"""Every data set by its name, for training and its command line."""

from collections.abc import Callable
from pathlib import Path

from torch import Tensor

from vitlib.data.downloaded import cifar10, data_folder, mnist
from vitlib.data.handwriting import digits
from vitlib.data.parts import check_known
from vitlib.data.scenes import scenes

DATASETS: dict[str, Callable[[str, Path], tuple[Tensor, Tensor]]] = {
    "digits": lambda part, folder: digits(part),
    "scenes": lambda part, folder: scenes(part),
    "mnist": mnist,
    "cifar10": cifar10,
}


def load(
    name: str, part: str = "train", folder: Path | str | None = None
) -> tuple[Tensor, Tensor]:
    """A data set by its name: its images, and what is to be told of each.

    Args:
        name: a key of ``DATASETS``; "mnist" and "cifar10" are fetched the first time.
        part: "train" or "test"; the digits are also there as "all".
        folder: where what is fetched is kept; ``data_folder()`` if none is given.

    Returns:
        (N, C, H, W) float32 in [0, 1]; (N,) classes, int64, or for "scenes" hours,
        float32.

    Raises:
        ValueError: there is no such data set or part, or what was fetched is damaged.
        ConnectionError: it is not here, and cannot be fetched.
    """
    check_known("data set", name, DATASETS)
    return DATASETS[name](part, Path(folder or data_folder()))
