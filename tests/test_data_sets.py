"""Data sets by name, and where what is fetched is kept."""

from pathlib import Path

import pytest
import torch

from vitlib import data
from vitlib.data import DATASETS, load

SHAPES = {"digits": ((450, 1, 8, 8), torch.int64), "scenes": ((500, 1, 24, 40), None)}


@pytest.mark.parametrize("name", SHAPES)
def test_those_without_a_network_are_what_their_functions_give(name):
    images, told = load(name, "test")
    shape, dtype = SHAPES[name]
    assert images.shape == shape
    assert told.dtype == (dtype or torch.float32)
    expected = getattr(data, name)("test")
    assert torch.equal(images, expected[0])
    assert torch.equal(told, expected[1])


def test_what_is_fetched_goes_where_it_is_told(monkeypatch, tmp_path):
    asked = []
    monkeypatch.setitem(DATASETS, "mnist", lambda *given: asked.append(given))
    load("mnist", "test", str(tmp_path))
    monkeypatch.setenv("VITLIB_DATA", str(tmp_path / "mine"))
    load("mnist", "train")
    monkeypatch.delenv("VITLIB_DATA")
    load("mnist", "train")
    home = Path.home() / ".cache" / "vitlib"
    folders = [tmp_path, tmp_path / "mine", home]
    parts = ["test", "train", "train"]
    assert asked == list(zip(parts, folders, strict=True))


@pytest.mark.parametrize("name", ["MNIST", "cifar", "", None, ["digits"]])
def test_an_unknown_name_is_answered_with_those_there_are(name):
    with pytest.raises(ValueError, match="'digits', 'scenes', 'mnist' or 'cifar10'"):
        load(name)


@pytest.mark.parametrize("name", DATASETS)
def test_an_unknown_part_is_refused_whatever_the_data_set(name, tmp_path):
    with pytest.raises(ValueError, match=r"part must be 'train'.*, got 'valid'"):
        load(name, "valid", tmp_path)
