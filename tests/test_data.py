"""The pictures that travel with the package, and data sets by name."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from sklearn import datasets

from vitlib import data
from vitlib.data import DATASETS, load

PICTURES = {
    "mountains": (data.mountains, (1, 60, 100), 10),
    "mountains in colour": (lambda: data.mountains(channels=3), (3, 60, 100), 255),
    "photograph": (data.photograph, (3, 128, 128), 255),
}
SHAPES = {"digits": ((450, 1, 8, 8), torch.int64), "scenes": ((500, 1, 24, 40), None)}


@pytest.fixture(params=PICTURES)
def picture(request):
    """How to load a picture, its shape, and the whole number that stands for 1."""
    return PICTURES[request.param]


def test_pictures_are_float_tensors_between_0_and_1(picture):
    load, shape, levels = picture
    image = load()
    assert image.shape == shape
    assert image.dtype == torch.float32
    assert image.is_contiguous()
    assert image.min() >= 0
    assert image.max() <= 1
    assert torch.equal(image, (image * levels).round() / levels)


def test_each_call_returns_a_picture_of_its_own(picture):
    load, *_ = picture
    first, second = load(), load()
    assert torch.equal(first, second)
    first.zero_()
    assert torch.equal(load(), second)
    assert second.any()


def test_the_mountains_have_eleven_flat_shades():
    shades = data.mountains().unique()
    assert torch.equal(shades, torch.arange(11) / 10)


def test_patch_12_shows_at_least_four_shades():
    assert len(data.mountains()[0, 40:60, 20:40].unique()) >= 4


def test_each_shade_has_one_colour_and_each_colour_one_shade():
    shades, colours = data.mountains()[0], data.mountains(channels=3)
    pairs = torch.cat([shades[None], colours]).flatten(1).unique(dim=1)  # (4, pairs)
    assert pairs.shape[1] == 11
    assert colours.flatten(1).unique(dim=1).shape[1] == 11


def test_digits_are_pictures_with_their_labels():
    images, labels = data.digits()
    assert images.shape == (1797, 1, 8, 8)
    assert images.dtype == torch.float32
    assert torch.equal(images.unique(), torch.arange(17) / 16)
    assert (labels.shape, labels.dtype) == ((1797,), torch.int64)
    assert torch.equal(labels[:10], torch.arange(10))
    known = datasets.load_digits()
    assert torch.equal(images[:, 0] * 16, torch.from_numpy(known.images).float())
    assert torch.equal(labels, torch.from_numpy(known.target))


def test_each_digit_picture_is_either_learned_from_or_tested_on():
    parts = [data.digits(part) for part in ("train", "test")]
    assert [len(labels) for _, labels in parts] == [1347, 450]
    whole, _ = data.digits("all")
    both = torch.cat([images for images, _ in parts])
    assert len(whole.flatten(1).unique(dim=0)) == len(whole)  # no two are the same
    assert torch.equal(both.flatten(1).unique(dim=0), whole.flatten(1).unique(dim=0))


@pytest.mark.parametrize("part", ["all", "train", "test"])
def test_whoever_draws_on_the_digits_draws_on_copies(part):
    kept = [whole.clone() for whole in data.digits(part)]
    for whole in data.digits(part):
        whole.zero_()
    for again, before in zip(data.digits(part), kept, strict=True):
        assert torch.equal(again, before)


def test_the_test_digits_are_the_same_everywhere_and_as_many_of_each():
    whole, labels = data.digits()
    order = sorted(range(1797), key=lambda i: (int(labels[i]), i))
    tested = sorted(order[::4])
    assert tested[:6] == [0, 2, 4, 7, 16, 18]
    images, found = data.digits("test")
    assert torch.equal(images, whole[tested])
    assert torch.equal(found, labels[tested])
    quarter = labels.bincount() / 4
    assert (found.bincount() - quarter).abs().max() < 1


@pytest.mark.parametrize("part", ["valid", "Test", None, True])
def test_other_parts_of_the_digits_are_refused(part):
    with pytest.raises(ValueError, match=f"'train', 'test' or 'all', got {part!r}"):
        data.digits(part)


def loaded_by(*statements: str) -> list[set[str]]:
    """Modules that a fresh Python has loaded after each statement in turn."""
    tell = "import sys; print(*sys.modules)"
    code = "\n".join(line for said in statements for line in (said, tell))
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return [set(line.split()) for line in run.stdout.splitlines()]


def test_the_model_loads_neither_plots_nor_widgets_nor_pictures():
    heavy = {"matplotlib", "ipywidgets", "anywidget", "IPython", "PIL", "vitlib.show"}
    heavy |= {"sklearn"}
    names = ("vitlib", "vitlib.data", "vitlib.show.widgets")
    model, data, widgets = loaded_by(*(f"import {name}" for name in names))
    assert not heavy & model
    assert not (heavy - {"PIL"}) & data
    assert heavy - {"sklearn"} <= widgets


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
