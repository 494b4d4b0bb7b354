"""What is published beside weights: how pictures are prepared, what classes mean."""

from typing import NamedTuple

import torch
from torch import Tensor

from vitlib.checkpoints.facts import read_json
from vitlib.checkpoints.pretrained import PICTURES, fetch


class Preprocessing(NamedTuple):
    """Pixels from 0 to 1 go in as ``(pixels - mean) / std``, in pictures of a size."""

    mean: Tensor  # (C, 1, 1)
    std: Tensor  # (C, 1, 1)
    size: tuple[int, int]  # height and width


def read_preprocessing(name: str, revision: str | None = None) -> Preprocessing:
    """Mean, std and size of the pictures that a published ViT has learned from.

    They are for pixels from 0 to 1, whatever the file's own are multiplied by.

    Args: as of :func:`vitlib.checkpoints.from_pretrained`.
    Raises: ConnectionError, ValueError: out of reach; missing, or of another kind.
    """
    said = {"do_rescale": True, "rescale_factor": 1 / 255, "do_normalize": True}
    said |= read_beside(name, PICTURES, revision)
    try:
        pair = (said["image_mean"], said["image_std"])
        pair = pair if said["do_normalize"] else ([0.0], [1.0])
        white = 255 * said["rescale_factor"] if said["do_rescale"] else 255
        mean, std = torch.tensor(pair).div(white)[..., None, None]  # (C, 1, 1) each
        size = said["size"]
        sides = {"height": size, "width": size} if isinstance(size, int) else size
        found = Preprocessing(mean, std, (sides["height"], sides["width"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{PICTURES} of {name!r}: {error!r}") from error
    if not (std > 0).all():
        raise ValueError(f"{PICTURES} of {name!r} has image_std {said['image_std']}")
    return found


def read_labels(name: str, revision: str | None = None) -> list[str]:
    """What the classes of a published ViT are called, in the order of its logits.

    Args: as of :func:`vitlib.checkpoints.from_pretrained`.
    Raises: ConnectionError, ValueError: out of reach; missing, or not one a class.
    """
    labels = read_beside(name, "config.json", revision).get("id2label")
    labels = labels if isinstance(labels, dict) else {}
    numbers = list(map(str, range(len(labels))))
    if not labels or labels.keys() != set(numbers):
        raise ValueError(f"config.json of {name!r} has no name for each class")
    return [labels[number] for number in numbers]


def read_beside(name: str, file: str, revision: str | None) -> dict:
    """What a JSON file of a folder or repository says."""
    path = fetch(name, file, revision)
    if path is None:
        raise ValueError(f"{name!r} lacks {file}")
    return read_json(path)
