"""MNIST and CIFAR-10: from torchvision, over a download that survives being cut off."""

import os
import warnings
from pathlib import Path
from types import ModuleType

import torch
from torch import Tensor

from vitlib.data.fetching import FOLDER, Archive, fetch, writing_into
from vitlib.data.parts import check_known


def mnist(part: str = "train", folder: Path | None = None) -> tuple[Tensor, Tensor]:
    """MNIST: handwritten digits of 28 × 28 pixels, fetched once (12 MB).

    Args:
        part: "train" for 60,000 pictures, which take 188 MB of memory, or "test" for
            10,000.
        folder: where they are kept, see :func:`data_folder`.

    Returns:
        (N, 1, 28, 28) float32 from 0 (paper) to 1 (ink); the digits, (N,) int64.

    Raises:
        ValueError: ``part`` is neither of the two, or an archive that came is damaged.
        ConnectionError: they are not here, and cannot be fetched.
        OSError: there is no room for them, or the folder cannot be written.
        ImportError: torchvision is missing.

    Source: Y. LeCun, C. Cortes and C. J. C. Burges, https://yann.lecun.com/exdb/mnist.
    """
    return pictures("MNIST", part, folder)


def cifar10(part: str = "train", folder: Path | None = None) -> tuple[Tensor, Tensor]:
    """CIFAR-10: photographs of 32 × 32 pixels in ten classes, fetched once (170 MB).

    Args:
        part: "train" for 50,000 pictures, which take 614 MB of memory, or "test" for
            10,000.
        folder: where they are kept, see :func:`data_folder`.

    Returns:
        (N, 3, 32, 32) float32 in [0, 1]; the classes in alphabetical order, (N,) int64:
        airplane, automobile, bird, cat, deer, dog, frog, horse, ship, truck.

    Raises: as :func:`mnist`.

    Source: A. Krizhevsky, *Learning Multiple Layers of Features from Tiny Images*
    (2009), https://www.cs.toronto.edu/~kriz/cifar.html.
    """
    return pictures("CIFAR10", part, folder)


def data_folder() -> Path:
    """Where downloads are kept: $VITLIB_DATA, or ~/.cache/vitlib without it."""
    return Path(os.environ.get(FOLDER) or "~/.cache/vitlib").expanduser()


def pictures(name: str, part: str, folder: Path | None) -> tuple[Tensor, Tensor]:
    """One of torchvision's data sets as tensors, fetched and unpacked if need be."""
    check_known("part", part, ("train", "test"))
    found = unpacked(name, part == "train", Path(folder or data_folder()))
    pixels = torch.as_tensor(found.data)  # (N, H, W) or (N, H, W, C), 0…255
    if pixels.ndim == 3:
        pixels = pixels[..., None]  # (N, H, W, 1)
    images = pixels.permute(0, 3, 1, 2).contiguous().float()  # (N, C, H, W)
    return images.div_(255), torch.as_tensor(found.targets)


def unpacked(name: str, train: bool, folder: Path) -> torch.utils.data.Dataset:
    """What torchvision reads from a folder; the archives are unpacked anew if it can't.

    It compares CIFAR-10's files with their checksums, but takes MNIST's as they are:
    one whose unpacking broke off stops its reader with one of several errors.
    """
    datasets = torchvision().datasets
    source = getattr(datasets, name)
    try:
        return read(source, folder, train)
    except (RuntimeError, AssertionError, ValueError):
        for archive in archives(source, folder):
            fetch(archive)
            with writing_into(archive.path.parent):
                datasets.utils.extract_archive(archive.path, archive.path.parent)
    return read(source, folder, train)


def read(source: type, folder: Path, train: bool) -> torch.utils.data.Dataset:
    """What torchvision reads, without what NumPy says of old pickles."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"(?s).*align", category=Warning)
        return source(folder, train)


def archives(source: type, folder: Path) -> list[Archive]:
    """What torchvision would fetch for a data set, and where it looks for it."""
    if hasattr(source, "resources"):
        raw = folder / source.__name__ / "raw"
        return [
            Archive(raw / name, md5, tuple(mirror + name for mirror in source.mirrors))
            for name, md5 in source.resources
        ]
    return [Archive(folder / source.filename, source.tgz_md5, (source.url,))]


def torchvision() -> ModuleType:
    """The package, also beside a torch that its wheel was not built for."""
    from vitlib.checkpoints import declare_operators  # here: it loads the whole model

    declare_operators()
    try:
        import torchvision
    except ImportError as error:
        raise ImportError("for these pictures: pip install 'vitlib[peers]'") from error
    return torchvision
