"""Weights to disk, wholly or not at all."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from vitlib.checkpoints.facts import facts_of
from vitlib.checkpoints.layouts import export_state_dict
from vitlib.model import ViT


def save_checkpoint(model: ViT, path: str | os.PathLike) -> None:
    """Write a model's weights, in timm's layout, with what they do not show of it.

    Whatever happens, ``path`` is either what it was before, or the whole new file.

    Raises:
        ValueError: ``path`` does not end in ``.safetensors``.
    """
    from safetensors.torch import save

    path = Path(os.path.realpath(path))  # of a link, what it leads to is replaced
    check_place(path)
    state = export_state_dict(model, "timm")  # copies: tied weights share no memory
    metadata = {"format": "pt", "vitlib": json.dumps(facts_of(model.config))}
    with replacing(path) as file:
        file.write(ordered(save(state, metadata)))


def check_place(path: Path) -> None:
    """Raise unless a checkpoint can have this name, in a folder that is there."""
    if path.suffix != ".safetensors":
        raise ValueError(f"a checkpoint's name ends in .safetensors, not {path.name!r}")
    check_folder(path)


def check_folder(path: Path) -> None:
    """Raise unless the folder of a file to be written is there."""
    if not path.parent.is_dir():
        raise FileNotFoundError(
            f"{str(path.parent)!r} is no folder; make it, or give another path"
        )


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write, which takes the place of ``path`` when it is on the disk.

    Raises: FileNotFoundError: there is no such folder.
    """
    check_folder(path)
    with tempfile.TemporaryDirectory(prefix=".saving-", dir=path.parent) as folder:
        file = Path(folder) / path.name
        with file.open("wb") as opened:
            yield opened
            opened.flush()
            os.fsync(opened.fileno())  # before the old file goes
        os.replace(file, path)


def ordered(content: bytes) -> bytes:
    """A safetensors file whose header is in alphabetical order.

    The library writes metadata in an order that changes from run to run; so equal
    weights make equal files.
    """
    length = int.from_bytes(content[:8], "little")
    header, weights = json.loads(content[8 : 8 + length]), content[8 + length :]
    text = json.dumps(header, sort_keys=True, separators=(",", ":")).encode()
    length = -(-len(text) // 8) * 8  # weights begin at a multiple of 8 bytes
    return length.to_bytes(8, "little") + text.ljust(length) + weights
