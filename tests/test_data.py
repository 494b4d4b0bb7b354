"""The pictures that travel with the package."""

import subprocess
import sys

import pytest
import torch

from vitlib import data

PICTURES = {
    "mountains": (data.mountains, (1, 60, 100), 10),
    "mountains in colour": (lambda: data.mountains(channels=3), (3, 60, 100), 255),
    "photograph": (data.photograph, (3, 128, 128), 255),
}


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


def loaded_by(statement: str) -> set[str]:
    """Modules that a fresh Python has loaded after the statement."""
    code = f"{statement}; import sys; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return set(run.stdout.split())


def test_the_model_loads_neither_plots_nor_widgets_nor_pictures():
    heavy = {"matplotlib", "ipywidgets", "anywidget", "IPython", "PIL", "vitlib.show"}
    assert not heavy & loaded_by("import vitlib")
    assert not (heavy - {"PIL"}) & loaded_by("import vitlib.data")
    assert heavy <= loaded_by("import vitlib.show.widgets")
