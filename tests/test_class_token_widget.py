"""What the class token gathers, on Python's side."""

import json
import re

import pytest
import torch

from tests.settings import leaves, refuses
from vitlib import data, training
from vitlib.show.widgets import ClassTokenGatherer
from vitlib.show.widgets.looked_at import HELD_OUT, MISREAD

IMAGES, LABELS = data.digits("test")
PLACES = {str(digit): first for digit, (first, _) in HELD_OUT.items()}
PLACES |= {f"another {digit}": second for digit, (_, second) in HELD_OUT.items()}
PLACES |= {"a misread 0": MISREAD}


@pytest.fixture(scope="module")
def model():
    """The trained model."""
    return training.digits_model()


@pytest.fixture
def gatherer():
    """A gatherer as the chapter shows it."""
    return ClassTokenGatherer()


def settings(gatherer: ClassTokenGatherer) -> tuple:
    """What the controls stand at."""
    return gatherer.layer, gatherer.picture, gatherer.other


def test_it_starts_after_the_first_layer_with_a_three_and_an_eight(gatherer):
    assert settings(gatherer) == (1, "3", "8")
    assert list(gatherer.pictures) == list(PLACES)
    assert repr(gatherer) == "ClassTokenGatherer(layer=1, other='8', picture='3')"


def test_the_pictures_are_held_out_digits_that_are_read_as_named(gatherer, model):
    for name, place in PLACES.items():
        gatherer.picture = name
        assert torch.equal(gatherer.images()[0], IMAGES[place])
        assert LABELS[place] == int(name[-1])
        right = model(IMAGES[place][None]).argmax() == LABELS[place]
        assert right == ("misread" not in name)


@torch.no_grad()
def test_rows_and_distances_are_the_models(model):
    gatherer = ClassTokenGatherer(picture="5", other="another 6")
    x = model.embed(IMAGES[[PLACES["5"], PLACES["another 6"]]])
    expected = [x[:, 0]]
    for block in model.blocks:
        x = block(x)
        expected.append(x[:, 0])
    rows = gatherer.class_rows()
    assert rows.shape == (2, 5, 48)
    assert torch.equal(rows, torch.stack(expected, dim=1))
    apart = gatherer.distances()
    assert apart[0] == 0
    wanted = [torch.dist(one, other).item() for one, other in expected]
    assert apart.tolist() == pytest.approx(wanted, rel=1e-6)


@torch.no_grad()
def test_attention_is_the_mean_over_the_heads(gatherer, model):
    x = model.embed(gatherer.images())
    for layer, block in enumerate(model.blocks, 1):
        gatherer.layer = layer
        _, weights = block.attn.forward_with_weights(block.norm1(x))
        shares = gatherer.attention()
        assert shares.shape == (2, 17)
        assert torch.equal(shares, weights.mean(dim=1)[:, 0])
        assert shares.sum(dim=1).tolist() == pytest.approx([1, 1], abs=1e-6)
        x = block(x)


def test_before_the_first_layer_there_is_nothing(gatherer):
    gatherer.layer = 0
    assert gatherer.attention() is None
    one, other = gatherer.answers()
    assert torch.allclose(one, other, rtol=0, atol=1e-6)


@torch.no_grad()
def test_after_the_last_layer_the_answers_are_the_models(gatherer, model):
    gatherer.layer = 4
    expected = model(gatherer.images()).softmax(dim=1)
    torch.testing.assert_close(gatherer.answers(), expected, rtol=0, atol=1e-6)


def test_two_hands_of_a_digit_stay_nearer_than_two_digits(gatherer):
    gatherer.other = "another 3"
    same = gatherer.distances()[-1]
    for other in "01245678":
        gatherer.other = other
        assert gatherer.distances()[-1] > 2 * same


test_bad_settings_are_refused_with_what_would_work = refuses(
    ClassTokenGatherer,
    [
        ("layer", -1, "0"),
        ("layer", 5, "4"),
        ("layer", 1.5, "int"),
        ("picture", "10", "'3', '4'"),
        ("other", "an 8", "'another 8'"),
        ("other", 8, "unicode string"),
    ],
)


test_its_output_is_small_and_the_same_each_time = leaves(
    ClassTokenGatherer,
    {"layer", "other", "picture", "pictures", "weights"},
    6_000,
    "weights",
    [{"layer": layer} for layer in range(5)],
)


def test_a_models_weights_are_77434_halves_in_base64(gatherer):
    assert len(json.dumps(gatherer.state()["weights"])) < 215_000


@pytest.mark.parametrize("layer", range(5))
def test_the_still_picture_states_shares_and_distance(layer):
    gatherer = ClassTokenGatherer(layer=layer)
    words = [text.get_text() for text in gatherer.still().axes[0].texts]
    assert f"{gatherer.distances()[layer]:.1f}" in words
    if layer == 0:
        assert words.count("nothing yet") == 2
        return
    shares = (100 * gatherer.attention()).flatten().tolist()
    wanted = sorted(str(round(share)) for share in shares)
    stated = [word for word in words if re.fullmatch(r"\d+", word)]
    names = [gatherer.picture, gatherer.other, "0", "10", "20"]  # and the curve's scale
    assert sorted(stated) == sorted([*wanted, *names])
