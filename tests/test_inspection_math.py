"""The reader of digits' own mathematics, run by Node, against vitlib's and torch's."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vitlib import data, training
from vitlib.show.widgets import DigitReader
from vitlib.show.widgets.inspection import LOOKS
from vitlib.show.widgets.inspection_words import DARKEST, PALEST, SURE, verdict
from vitlib.show.widgets.looked_at import digits_model

MATH, WORDS = "inspection_math.js", "inspection_words.js"
LEVELS = st.lists(st.integers(0, 16), min_size=64, max_size=64)


@pytest.fixture(scope="module")
def unpacked(node):
    """The trained model, in JavaScript's hands."""
    model = node.call("model_math.js", "unpackModel", DigitReader().weights)
    return node.keep(model)


@settings(max_examples=4)
@given(st.lists(LEVELS, min_size=8, max_size=8))
def test_all_that_is_shown_of_drawings_is_what_torch_computes(node, unpacked, drawings):
    read = node.each(MATH, "read", [unpacked], [[pixels] for pixels in drawings])
    for pixels, found in zip(drawings, read, strict=True):
        reader = DigitReader(pixels=pixels)
        for name, wanted in {
            "probabilities": reader.probabilities(),
            "shares": reader.attention(),
            "norms": reader.norms(),
        }.items():
            assert np.abs(np.array(found[name]) - wanted.numpy()).max() < 1e-4, name


def test_the_digits_to_start_from_are_read_as_python_reads_them(node, unpacked):
    readers = [DigitReader(picture=picture) for picture in DigitReader().pictures]
    read = node.each(MATH, "read", [unpacked], [[reader.pixels] for reader in readers])
    for reader, found in zip(readers, read, strict=True):
        wanted = reader.probabilities().numpy()
        assert np.abs(np.array(found["probabilities"]) - wanted).max() < 1e-5
        told = node.call(WORDS, "verdict", reader.pixels, found["probabilities"])
        assert (told["likely"], told["lines"]) == reader.verdict()


@given(LEVELS, st.lists(st.integers(0, 100), min_size=10, max_size=10, unique=True))
def test_the_words_are_pythons(node, pixels, weights):
    shares = [(weight + 0.3) / (sum(weights) + 3) for weight in weights]
    found = node.call(WORDS, "verdict", pixels, shares)
    assert (found["likely"], found["lines"]) == verdict(pixels, shares)


def framed(ink: int, rows: int) -> list[int]:
    """So much ink in so many rows from the top."""
    cells = 8 * rows
    return [ink // cells + (i < ink % cells) for i in range(cells)] + [0] * (64 - cells)


@pytest.mark.parametrize(
    ("pixels", "top", "words"),
    [
        ([0] * 64, 1.0, "Nothing drawn yet."),
        (framed(PALEST - 1, 8), 1.0, "Too little ink to be a digit."),
        (framed(PALEST, 7), 1.0, "Unlike any digit that it learned."),
        (framed(PALEST, 8), SURE, "An 8, 85%"),
        (framed(DARKEST, 8), 0.91, "An 8, 91%"),
        (framed(DARKEST, 8), SURE - 0.02, "Unsure: an 8 (83%) or a 3 (17%)"),
        (framed(DARKEST + 1, 8), 1.0, "Too much ink to be a digit."),
    ],
)
def test_what_is_no_digit_gets_no_answer(node, pixels, top, words):
    shares = [0.0] * 10
    shares[8], shares[3] = top, 1 - top
    for found in (
        tuple(node.call(WORDS, "verdict", pixels, shares).values()),
        verdict(pixels, shares),
    ):
        assert found[1][0] == words
        assert bool(found[0]) == (words[:2] in ("An", "Un") and "digit" not in words)


def test_where_most_comes_from_is_said_of_each_look(node):
    shares = [0.1, 0.2, 0.1, 0.6, 0]
    assert node.each(
        WORDS, "gathersMost", [shares, 3], [[look, 2] for look in LOOKS[-3:]]
    ) == [
        "In layer 3, in head 4, the class token gathers most from patch row 2, "
        "column 1 (60%).",
        "In layer 3, by the mean of its heads, the class token gathers most from patch "
        "row 2, column 1 (60%).",
        "Rolled out over 3 layers, most comes from patch row 2, column 1 (60%).",
    ]
    own = node.call(WORDS, "gathersMost", [0.5, 0.2, 0.3], 1, "rollout", 2)
    assert own == "Rolled out over 1 layer, most comes from itself (50%)."


def test_the_looks_are_pythons(node, unpacked):
    found = node.call(MATH, "read", unpacked, [8] * 64)["shares"]
    assert [len(maps) for maps in found] == [len(LOOKS)] * 4
    sums = np.array(found).sum(axis=2)
    assert np.abs(sums - 1).max() < 1e-12


def test_what_is_said_of_the_data_is_so():
    images, _ = data.digits()
    ink = (16 * images).round().sum((1, 2, 3))
    assert (ink.min(), ink.max()) == (PALEST, DARKEST)
    assert (images > 0).any(3).all()
    images, labels = data.digits("test")
    with torch.no_grad():
        sure, digits = digits_model()(images).softmax(1).max(1)
    wrong = digits != labels
    counts = [(sure >= SURE).sum(), (wrong & (sure >= SURE)).sum()]
    counts += [(sure < SURE).sum(), (wrong & (sure < SURE)).sum()]
    assert counts == [431, 1, 19, 4]
    recipe = training.Recipe()
    taught = 1 - recipe.label_smoothing * 0.9
    assert sure.median().item() == pytest.approx(taught, abs=0.005)
    assert sure.max() < taught + 0.015
