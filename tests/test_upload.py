"""Files that readers bring: each is shown, or it is said why not."""

import io

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from ipywidgets import FileUpload
from PIL import Image

from vitlib import data
from vitlib.show.widgets import PatchExplorer, own_picture
from vitlib.show.widgets.upload import opened

SCENE = Image.fromarray((255 * data.photograph()).byte().permute(1, 2, 0).numpy())
GREY = SCENE.convert("L")
ORIENTATION = 0x0112  # the EXIF tag that says which way up a photograph was taken


def saved(picture: Image.Image, kind: str = "PNG", **options) -> bytes:
    """A picture as the content of a file."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def difference(content: bytes, expected: Image.Image) -> float:
    """How far what is read from a file is from what it looks like, 0 to 255."""
    pixels = data.from_pixels(np.asarray(expected.convert("RGB")))
    image = opened(content)
    assert image.shape == pixels.shape
    assert image.dtype == torch.float32
    return 255 * (image - pixels).abs().mean().item()


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "PPM", "GIF", "WEBP"])
def test_kinds_of_file_that_keep_each_pixel(kind):
    picture = SCENE.quantize(256) if kind == "GIF" else SCENE
    assert difference(saved(picture, kind, lossless=True), picture) == 0


@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "RGB"), ("JPEG", "CMYK")])
def test_kinds_of_file_that_lose_a_little(kind, mode):
    assert difference(saved(SCENE.convert(mode), kind, quality=95), SCENE) < 4
    assert difference(saved(GREY, kind, quality=95), GREY) < 4


@pytest.mark.parametrize(
    ("picture", "looks"),
    [
        (GREY, GREY),
        (SCENE.convert("1"), SCENE.convert("1")),
        (SCENE.convert("P"), SCENE.convert("P")),
        (SCENE.convert("LA"), GREY),
        (SCENE.convert("RGBA"), SCENE),
        (Image.fromarray(np.asarray(GREY).astype(np.uint16) * 257), GREY),
        (Image.fromarray(np.asarray(GREY).astype(np.int32) * 257), GREY),
    ],
    ids=lambda picture: picture.mode,
)
def test_every_mode_is_shown_as_it_looks(picture, looks):
    kind = "TIFF" if picture.mode == "I" else "PNG"
    assert difference(saved(picture, kind), looks) == 0


def test_transparent_pixels_are_white_whatever_hides_in_them():
    picture = SCENE.convert("RGBA")
    picture.putalpha(Image.new("L", picture.size, 0))
    white = Image.new("RGB", picture.size, "white")
    assert difference(saved(picture), white) == 0
    red = Image.new("P", (80, 70), 3)
    red.putpalette([255, 0, 0] * 4)
    assert difference(saved(red, transparency=3), Image.new("1", (80, 70), 1)) == 0


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_a_photograph_taken_sideways_is_upright(kind):
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # turn clockwise to look at it
    sideways = SCENE.crop((0, 0, 128, 80)).rotate(90, expand=True)
    content = saved(sideways, kind, exif=exif, quality=95)
    assert difference(content, SCENE.crop((0, 0, 128, 80))) < 8


def test_of_an_animation_the_first_frame():
    frames = [Image.new("L", (64, 64), shade) for shade in (255, 0, 128)]
    content = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert difference(content, frames[0]) == 0


@pytest.mark.parametrize(
    ("size", "fitted"),
    [
        ((1, 1), (60, 60)),
        ((28, 28), (84, 84)),
        ((59, 200), (118, 400)),
        ((60, 256), (60, 256)),
        ((257, 257), (256, 256)),
        ((4000, 3000), (256, 192)),
        ((5000, 500), (600, 60)),
        ((20, 200), (60, 600)),
    ],
)
def test_pictures_are_made_to_fit_the_largest_patch(size, fitted):
    image = opened(saved(Image.new("L", size, 255)))
    assert image.shape == (3, *reversed(fitted))
    assert image.eq(1).all()
    PatchExplorer().add_picture("new", image)


def test_small_pictures_keep_their_pixels_apart():
    digit = Image.fromarray(np.arange(64, dtype=np.uint8).reshape(8, 8) * 4)
    enlarged = np.kron(np.asarray(digit), np.ones((8, 8), np.uint8))
    assert difference(saved(digit), Image.fromarray(enlarged)) == 0


def numbers(values: np.ndarray) -> bytes:
    """A file whose pixels are such numbers, 80 by 80."""
    wide = values if values.dtype == np.int32 else values.astype(np.float32)
    return saved(Image.fromarray(wide.reshape(80, 80)), "TIFF")


PNG = saved(SCENE)
REFUSED = {
    "nothing": (b"", "not a picture that can be read; PNG, JPEG, GIF and WebP are"),
    "words": (b"a poem", "not a picture that can be read"),
    "a program": (b"%!PS-Adobe-3.0\n%%BoundingBox: 0 0 9 9\n", "not a picture"),
    "no pixels": (b"P5 0 0 255\n", "not a picture"),
    "a drawing": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "not a picture"),
    "cut off": (PNG[: len(PNG) // 2], "truncated"),
    "too narrow": (saved(Image.new("L", (10, 101))), "10 × 101 pixels, and may be at"),
    "fractions": (numbers(np.linspace(0, 1, 6400)), "float32 from 0 to 1, which do"),
    "no numbers": (numbers(np.full(6400, np.nan)), "float32 from nan to nan, which do"),
    "too deep": (
        numbers(np.arange(6400, dtype=np.int32) * 99),
        "int32 from 0 to 633501",
    ),
    "negative": (numbers(np.arange(-9, 6391, dtype=np.int32)), "int32 from -9 to 6390"),
    "large": (saved(Image.new("1", (10000, 9000))), "more than 89 million pixels"),
    "a bomb": (saved(Image.new("1", (20000, 20000))), "more than 89 million pixels"),
}


def choose(upload: FileUpload, content: bytes) -> None:
    """What the browser sends when the reader chooses a file."""
    about = {"name": "name.png", "type": "", "size": len(content), "last_modified": 0}
    upload.set_state({"value": [{**about, "content": memoryview(content)}]})


@pytest.mark.parametrize(("content", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_shown_is_said_and_changes_nothing(content, message):
    explorer = PatchExplorer()
    before = explorer.state()
    upload, words = own_picture(explorer).children
    choose(upload, content)
    assert words.value.startswith("✗ This file cannot be shown: ")
    assert message in words.value
    assert explorer.state() == before


def test_a_file_is_shown_and_then_another():
    explorer = PatchExplorer()
    upload, words = own_picture(explorer).children
    choose(upload, b"no picture")
    for picture in (SCENE, GREY):
        choose(upload, saved(picture))
        assert (explorer.picture, words.value) == ("your own", "")
        expected = data.from_pixels(np.asarray(picture.convert("RGB")))
        torch.testing.assert_close(explorer.image(), expected, rtol=0, atol=1e-6)
    upload.set_state({"value": []})
    assert (explorer.picture, len(explorer.pictures)) == ("your own", 4)


def test_ipywidgets_7_hands_over_a_dict():
    explorer = PatchExplorer()
    upload, words = own_picture(explorer).children
    files = {"name.png": {"metadata": {"name": "name.png"}, "content": PNG}}
    upload.notify_change({"name": "value", "type": "change", "new": files})
    assert (explorer.picture, words.value) == ("your own", "")


@given(st.sampled_from(["PNG", "JPEG", "GIF", "WEBP", "BMP"]), st.data())
@settings(deadline=None)
def test_a_damaged_file_is_shown_or_said_to_be_damaged(kind, drawn):
    content = bytearray(saved(SCENE.resize((61, 62)), kind))
    for _ in range(drawn.draw(st.integers(1, 8))):
        place = drawn.draw(st.integers(0, len(content) - 1))
        content[place] = drawn.draw(st.integers(0, 255))
    length = drawn.draw(st.integers(0, len(content)))
    explorer = PatchExplorer()
    before = explorer.state()
    upload, words = own_picture(explorer).children
    choose(upload, bytes(content[:length]))
    if words.value:
        assert words.value.startswith("✗ This file cannot be shown: ")
        assert explorer.state() == before
    else:
        assert explorer.picture == "your own"
