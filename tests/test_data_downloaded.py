"""MNIST and CIFAR-10 as tensors, from small archives in their formats."""

import sys
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
import torch

from tests import archives
from tests.archives import listed, md5, serving
from vitlib import data
from vitlib.data.downloaded import torchvision

SOURCES = torchvision().datasets
NOWHERE = "http://127.0.0.1:9/"  # the port that drops what comes; nobody listens


@pytest.fixture
def small(monkeypatch):
    """Let torchvision expect small archives at an address; gives what is in them."""

    def expected(address: str = NOWHERE) -> tuple[dict, dict, dict]:
        files, digits = archives.mnist()
        checksums = [(name, md5(content)) for name, content in files.items()]
        monkeypatch.setattr(SOURCES.MNIST, "resources", checksums)
        monkeypatch.setattr(SOURCES.MNIST, "mirrors", [NOWHERE, address])
        packed, inside, photographs = archives.cifar10()
        sums = [[name, md5(content)] for name, content in inside.items()]
        source, name = SOURCES.CIFAR10, SOURCES.CIFAR10.filename
        monkeypatch.setattr(source, "url", address + name)
        monkeypatch.setattr(source, "tgz_md5", md5(packed))
        monkeypatch.setattr(source, "train_list", sums[:5])
        monkeypatch.setattr(source, "test_list", sums[5:6])
        monkeypatch.setattr(source, "meta", source.meta | {"md5": sums[6][1]})
        return files | {name: packed}, digits, photographs

    return expected


@pytest.fixture
def put(small, tmp_path) -> tuple[Path, dict, dict]:
    """A folder with the archives where they belong, and what is in them."""
    files, digits, photographs = small()
    for name, content in files.items():
        folder = tmp_path if name.startswith("cifar") else tmp_path / "MNIST" / "raw"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return tmp_path, digits, photographs


def same(found, pixels: np.ndarray, labels) -> None:
    """Images are these bytes, as shares of 255, and the labels these."""
    images, told = found
    assert (images.dtype, told.dtype) == (torch.float32, torch.int64)
    assert images.is_contiguous()
    expected = torch.from_numpy(pixels).float() / 255
    assert torch.equal(images, expected.reshape(images.shape))
    assert told.tolist() == list(labels)


@pytest.mark.parametrize(("part", "inside"), [("train", "train"), ("test", "t10k")])
def test_mnist_is_what_its_files_hold(put, part, inside):
    folder, digits, _ = put
    found = data.mnist(part, folder)
    assert found[0].shape[1:] == (1, 28, 28)
    same(found, *digits[inside])


def test_cifar10_is_what_its_batches_hold_channels_first(put):
    folder, _, photographs = put
    found = data.cifar10("test", folder)
    assert found[0].shape == (4, 3, 32, 32)
    same(found, *photographs["test_batch"])
    batches = [photographs[f"data_batch_{i}"] for i in range(1, 6)]
    pixels, labels = zip(*batches, strict=True)
    same(data.cifar10("train", folder), np.concatenate(pixels), chain(*labels))


def test_both_are_fetched_over_a_connection_that_breaks(small, tmp_path):
    files, digits, photographs = small()
    with serving(files, breaks=(300, None, 10, 20)) as (address, asked):
        small(address)
        same(data.mnist("train", tmp_path), *digits["train"])
        same(data.cifar10("test", str(tmp_path)), *photographs["test_batch"])
        count = len(asked)
        data.mnist("test", tmp_path)
        data.cifar10("train", tmp_path)
        assert len(asked) == count == 8
    assert not [name for name in listed(tmp_path) if name.endswith(".part")]


def test_without_a_network_it_says_what_to_put_where(small, tmp_path):
    small()
    with pytest.raises(ConnectionError) as refused:
        data.mnist("train", tmp_path)
    said = str(refused.value)
    assert said.startswith("train-images-idx3-ubyte.gz is not here")
    assert f"put it into {tmp_path / 'MNIST' / 'raw'}" in said
    with pytest.raises(ConnectionError, match=r"cifar-10-python\.tar\.gz is not"):
        data.cifar10("train", tmp_path)
    assert listed(tmp_path) == []


def test_a_damaged_archive_is_refused_and_nothing_of_it_stays(small, tmp_path):
    files, *_ = small()
    name = SOURCES.CIFAR10.filename
    with serving({name: files[name][::-1]}) as (address, _):
        small(address)
        with pytest.raises(ValueError, match=f"something else than {name}"):
            data.cifar10("train", tmp_path)
    assert listed(tmp_path) == []


@pytest.mark.parametrize("left", [0, 3, 100, 1000])
def test_what_was_half_unpacked_is_unpacked_anew(put, left):
    folder, digits, photographs = put
    data.mnist("train", folder)
    data.cifar10("test", folder)
    for name in ("MNIST/raw/train-images-idx3-ubyte", f"{archives.FOLDER}/test_batch"):
        file = folder / name
        file.write_bytes(file.read_bytes()[:left])
    same(data.mnist("train", folder), *digits["train"])
    same(data.cifar10("test", folder), *photographs["test_batch"])


def test_archives_are_not_needed_once_they_are_unpacked(put):
    folder, digits, photographs = put
    data.mnist("test", folder)
    data.cifar10("test", folder)
    for packed in folder.rglob("*.gz"):
        packed.unlink()
    same(data.mnist("test", folder), *digits["t10k"])
    same(data.cifar10("test", folder), *photographs["test_batch"])


@pytest.mark.parametrize("pictures", [data.mnist, data.cifar10])
def test_other_parts_are_refused_before_anything_is_fetched(pictures, tmp_path):
    with pytest.raises(ValueError, match="must be 'train' or 'test', got 'all'"):
        pictures("all", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_without_torchvision_it_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "torchvision", None)
    with pytest.raises(ImportError, match=r"pip install 'vitlib\[peers\]'"):
        data.mnist("train", tmp_path)


@pytest.mark.parametrize("pictures", [data.mnist, data.cifar10])
def test_a_folder_that_cannot_be_written_is_named_with_what_would_work(
    small, tmp_path, monkeypatch, pictures
):
    small()
    (tmp_path / "file").touch()
    said = r"takes no more files\. Make room, or name another folder, in VITLIB_DATA or"
    with pytest.raises(OSError, match=rf"file\b.* {said}"):
        pictures("test", tmp_path / "file" / "new")

    def shut(*_: object, **more: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", shut)
    with pytest.raises(PermissionError, match=rf"Permission denied: .* {said}"):
        pictures("test", tmp_path / "new")


def test_on_a_disk_that_fills_while_unpacking_the_archive_stays(put, monkeypatch):
    folder, digits, _ = put

    def full(archive: Path, into: Path) -> None:
        (into / archive.stem).write_bytes(bytes(100))
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(SOURCES.utils, "extract_archive", full)
        with pytest.raises(OSError, match=r"No space left on device: .* no more files"):
            data.mnist("train", folder)
    assert (folder / "MNIST" / "raw" / "train-images-idx3-ubyte").exists()
    same(data.mnist("train", folder), *digits["train"])
