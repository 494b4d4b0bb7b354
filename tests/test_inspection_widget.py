"""The reader of digits, on Python's side."""

import re

import pytest
import torch
from traitlets import TraitError

from tests.settings import leaves, refuses
from vitlib import data, training
from vitlib.show.widgets import DigitReader
from vitlib.show.widgets.inspection import LOOKS, OWN

IMAGES, _ = data.digits("test")


@pytest.fixture
def reader():
    """A reader as the chapter shows it."""
    return DigitReader()


def test_it_starts_with_a_three_and_the_mean_of_the_last_layer(reader):
    assert repr(reader) == "DigitReader(layer=4, look='mean', picture='3')"
    assert reader.verdict()[0] == [3]
    assert reader.images().shape == (1, 1, 8, 8)
    assert (reader.images() == IMAGES).flatten(1).all(1).sum() == 1


def test_a_picture_and_its_pixels_follow_each_other(reader):
    three = reader.pixels
    for reader.picture in ("8", "a misread 0", "3"):
        wanted = DigitReader(picture=reader.picture)
        assert reader.pixels == wanted.pixels
    assert reader.pixels == three
    reader.pixels = [0] * 63 + [16]
    assert (reader.picture, reader.images().sum()) == (OWN, 1)
    reader.picture = "3"
    assert reader.pixels == three
    reader.picture = OWN
    assert reader.pixels == three
    assert DigitReader(pixels=[1] * 64).picture == OWN
    assert DigitReader(picture=OWN).pixels == [0] * 64


def test_a_drawing_is_taken_from_a_tensor(reader):
    for image in (IMAGES[7], IMAGES[7, 0]):
        reader.picture = "5"
        reader.draw(image)
        assert torch.equal(reader.images(), IMAGES[7:8])
        assert reader.picture == OWN


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (torch.zeros(1, 1, 8, 8), "(8, 8) or (1, 8, 8), got (1, 1, 8, 8)"),
        (torch.zeros(28, 28), "got (28, 28)"),
        (torch.full((8, 8), 16), "between 0 and 1, got 16 to 16"),
        (torch.full((8, 8), torch.nan), "got nan"),
    ],
)
def test_what_is_no_drawing_is_refused(reader, image, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        reader.draw(image)
    assert reader.picture == "3"


@pytest.mark.parametrize(
    ("pixels", "words"),
    [
        ([0] * 63, "must be 64 levels of ink, 8 rows of 8, from 0 to 16; got 63"),
        ([17] * 64, "16"),
        ([-1] * 64, "0"),
        ([0.5] * 64, "int"),
        (7, "list"),
    ],
)
def test_what_are_no_pixels_is_refused(reader, pixels, words):
    before = reader.state()
    with pytest.raises(TraitError, match=words):
        reader.pixels = pixels
    assert reader.state() == before


@torch.no_grad()
def test_what_it_shows_is_the_models():
    reader = DigitReader(picture="another 6")
    model = training.digits_model()
    logits = model(reader.images())
    torch.testing.assert_close(reader.probabilities(), logits.softmax(dim=1)[0])
    x, rolled = model.embed(reader.images()), torch.eye(17)
    for layer, block in enumerate(model.blocks):
        torch.testing.assert_close(reader.norms()[layer], x[0].square().sum(1).sqrt())
        _, maps = block.attn.forward_with_weights(block.norm1(x))
        mean = maps[0].mean(dim=0)
        rolled = 0.5 * (mean + torch.eye(17)) @ rolled
        shares = torch.stack([*maps[0, :, 0], mean[0], rolled[0]])
        torch.testing.assert_close(reader.attention()[layer], shares)
        x = block(x)
    torch.testing.assert_close(reader.norms()[4], x[0].norm(dim=1))
    assert reader.attention().shape == (4, len(LOOKS), 17)


test_bad_settings_are_refused_with_what_would_work = refuses(
    DigitReader,
    [
        ("layer", 0, "1"),
        ("layer", 5, "4"),
        ("look", "head 5", "'head 4', 'mean', 'rollout'"),
        ("look", 3, "unicode string"),
        ("picture", "10", "'a misread 0', 'your own'"),
    ],
)


test_its_output_is_small_and_the_same_each_time = leaves(
    DigitReader,
    {"layer", "look", "picture", "pictures", "pixels", "weights"},
    6_000,
    "weights",
    [{"layer": 2}],
)


@pytest.mark.parametrize("picture", ["3", "a misread 0", OWN])
def test_the_still_picture_states_the_verdict_and_all_shares(picture):
    reader = DigitReader(picture=picture, look="head 2", layer=3)
    words = [text.get_text() for text in reader.still().axes[0].texts]
    likely, lines = reader.verdict()
    assert {*lines, "head 2, layer 3: gathers, in %"} <= {*words}
    assert len(likely) == {"3": 1, "a misread 0": 2, OWN: 0}[picture]
    shares = [f"{100 * share:.0f}%" for share in reader.probabilities().tolist()]
    assert [word for word in words if re.fullmatch(r"\d+%", word)][:10] == shares
    stated = [word for word in words if re.fullmatch(r"\d+", word)]
    gathered = (100 * reader.attention()[2, 1]).tolist()
    wanted = [*map(str, range(10)), *(str(round(share)) for share in gathered)]
    assert sorted(stated) == sorted(wanted)
