"""The patch explorer, on Python's side."""

import re

import numpy as np
import pytest
import torch

from tests.settings import refuses
from vitlib import data, patchify
from vitlib.show.widgets import PatchExplorer

PICTURES = {
    "mountains": data.mountains(),
    "mountains in colour": data.mountains(channels=3),
    "photograph": data.photograph(),
}
EACH_PICTURE = pytest.mark.parametrize("name", PICTURES)


@pytest.fixture
def explorer():
    """An explorer as the chapter shows it."""
    return PatchExplorer()


def settings(explorer: PatchExplorer) -> tuple:
    """What the sliders stand at."""
    return explorer.picture, explorer.patch_size, explorer.patch, explorer.number


def test_it_starts_with_patch_12_of_the_mountains(explorer):
    assert settings(explorer) == ("mountains", 20, 12, 71)
    assert list(explorer.pictures) == list(PICTURES)
    assert repr(explorer) == (
        "PatchExplorer(number=71, patch=12, patch_size=20, picture='mountains')"
    )
    expected = data.mountains()[0, 40:60, 20:40].flatten()
    assert torch.equal(explorer.row(), expected)


@EACH_PICTURE
def test_a_picture_is_shown_as_it_is(name):
    image = PatchExplorer(picture=name).image()
    torch.testing.assert_close(image, PICTURES[name], rtol=0, atol=1e-7)


@EACH_PICTURE
@pytest.mark.parametrize("size", range(1, 61))
def test_every_patch_size(name, size):
    explorer = PatchExplorer(picture=name, patch_size=size)
    image = explorer.image()
    rows, columns = image.shape[1] // size, image.shape[2] // size
    assert explorer.grid() == (rows, columns)
    whole = patchify(image[None, :, : rows * size, : columns * size], size)[0]
    for patch in {1, 2, columns, columns + 1, rows * columns} & {*range(1, len(whole))}:
        explorer.patch = patch
        assert torch.equal(explorer.row(), whole[patch - 1])
    explorer.patch = 10**6
    assert explorer.patch == rows * columns
    explorer.number = 10**6
    assert explorer.number == len(explorer.row()) == len(image) * size**2


def test_the_chosen_patch_and_number_follow_the_patch_size(explorer):
    explorer.patch, explorer.number = 15, 400
    explorer.patch_size = 10
    assert settings(explorer) == ("mountains", 10, 15, 100)
    explorer.patch = 60
    explorer.patch_size = 60
    assert settings(explorer) == ("mountains", 60, 1, 100)


def test_the_chosen_patch_and_number_follow_the_picture():
    explorer = PatchExplorer(picture="photograph", patch=36, number=1200)
    assert settings(explorer) == ("photograph", 20, 36, 1200)
    explorer.picture = "mountains"
    assert settings(explorer) == ("mountains", 20, 15, 400)


test_bad_settings_are_refused_with_what_would_work = refuses(
    PatchExplorer,
    [
        ("patch_size", 0, "1"),
        ("patch_size", 61, "60"),
        ("patch_size", 2.5, "int"),
        ("patch_size", "20", "int"),
        ("patch", 0, "1"),
        ("number", -3, "1"),
        ("picture", "lake", "'mountains', 'mountains in colour', 'photograph'"),
        ("picture", None, "unicode string"),
    ],
)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_picture_can_be_added(explorer, channels):
    image = torch.rand(channels, 60, 61, dtype=torch.float64, requires_grad=True)
    explorer.add_picture("new", image)
    assert explorer.picture == "new"
    assert explorer.patch == 9
    torch.testing.assert_close(
        explorer.image(), image.detach().float(), rtol=0, atol=0.5 / 255 + 1e-6
    )
    assert "new" not in PatchExplorer().pictures


def test_a_picture_added_under_the_same_name_takes_its_place(explorer):
    explorer.add_picture("new", torch.zeros(1, 100, 100))
    explorer.patch = 25
    explorer.add_picture("new", torch.ones(1, 60, 60))
    assert (len(explorer.pictures), explorer.patch) == (4, 9)
    assert explorer.row().eq(1).all()


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (torch.zeros(60, 60), "must be (1, H, W) or (3, H, W), got (60, 60)"),
        (torch.zeros(2, 60, 60), "must be (1, H, W) or (3, H, W), got (2, 60, 60)"),
        (torch.zeros(1, 1, 60, 60), "(3, H, W), got (1, 1, 60, 60)"),
        (torch.zeros(3, 59, 60), "sides must be at least 60 pixels, got (3, 59, 60)"),
        (torch.full((1, 60, 60), 255), "must be between 0 and 1, got 255 to 255"),
        (torch.linspace(-1, 1, 3600).reshape(1, 60, 60), "0 and 1, got -1 to 1"),
        (torch.full((1, 60, 60), torch.nan), "must be between 0 and 1, got nan"),
    ],
)
def test_what_is_no_picture_is_refused(explorer, image, message):
    before = repr(explorer), dict(explorer.pictures)
    with pytest.raises(ValueError, match=re.escape(message)):
        explorer.add_picture("new", image)
    assert (repr(explorer), explorer.pictures) == before


def test_an_array_is_a_picture_too(explorer):
    explorer.add_picture("new", np.eye(60)[None])
    assert torch.equal(explorer.image()[0], torch.eye(60))
