"""The reader of digits' own mathematics, run by Node, against vitlib's and torch's."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.javascript import Node
from vitlib import data, training
from vitlib.show.widgets import DigitReader
from vitlib.show.widgets.inspection import LOOKS
from vitlib.show.widgets.inspection_words import DARKEST, PALEST, SURE, verdict
from vitlib.show.widgets.looked_at import digits_model

MATH, INK, WORDS = (f"inspection_{part}.js" for part in ("math", "ink", "words"))
LEVELS = st.lists(st.integers(0, 16), min_size=64, max_size=64)
HANDS = (  # ten digits as a pen goes: x y x y … in tenths of a cell, / between
    "40 4 22 12 15 40 22 68 40 76 58 68 65 40 58 12 40 4",
    "26 20 44 4 44 76",
    "16 18 26 6 46 4 60 15 56 32 16 74 65 74",
    "17 8 40 4 58 16 52 32 34 37 56 43 63 58 50 73 28 76 15 69",
    "46 4 15 52 66 52 / 50 32 48 76",
    "62 5 22 5 19 34 44 30 62 44 60 64 42 76 16 70",
    "52 4 26 24 16 50 24 72 44 76 63 64 60 46 42 40 20 50",
    "15 6 64 6 46 36 32 76 / 24 40 58 40",
    "40 38 22 26 24 10 40 4 56 10 58 26 40 38 20 54 24 71 40 76 56 71 60 54 40 38",
    "58 22 46 5 26 6 18 22 26 38 46 38 58 22 58 50 50 76",
)


@pytest.fixture(scope="module")
def unpacked(node):
    """The trained model, in JavaScript's hands."""
    return node.call("model_math.js", "unpackModel", DigitReader().weights)


@pytest.fixture(scope="module")
def drawn(node):
    """The levels of ten digits that a pen drew, by JavaScript."""
    return [levels(node, drawing(node, strokes)) for strokes in HANDS]


def drawing(node: Node, strokes: str) -> list[int]:
    """The ink of some strokes on an empty surface."""
    ink = ink_of(node, [0] * 64)
    for line in strokes.split("/"):
        numbers = [int(number) / 10 for number in line.split()]
        places = [*zip(numbers[::2], numbers[1::2], strict=True)]
        for start, end in pairwise(places):
            ink = stroke(node, ink, start, end)
    return ink


def ink_of(node: Node, wanted: list[int]) -> list[int]:
    """Ink with these levels."""
    return node.call(INK, "inkOf", wanted)


def levels(node: Node, ink: list[int]) -> list[int]:
    """What the cells of some ink count."""
    return node.call(INK, "levelsOf", ink)


def stroke(node: Node, ink: list[int], *way, erase: bool = False) -> list[int]:
    """The ink after a stroke."""
    return node.call(INK, "stroked", ink, *way, erase)


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


@given(LEVELS)
def test_ink_counts_what_it_was_made_of(node, pixels):
    ink = ink_of(node, pixels)
    assert levels(node, ink) == pixels


def test_a_pens_digits_have_the_datas_ink(drawn):
    pen = torch.tensor(drawn)
    images, _ = data.digits()
    real = (16 * images).round().int().flatten(1)
    for count, apart in ((16, 2), (0, 3)):  # full cells and empty ones
        both = [(found == count).sum(1).float().mean() for found in (pen, real)]
        assert abs(both[0] - both[1]) < apart
    ink = [found.sum(1).float().mean().item() for found in (pen, real)]
    assert ink[0] == pytest.approx(ink[1], rel=0.05)
    assert (pen.reshape(10, 8, 8) > 0).any(2).all()


def test_a_pens_digits_are_read_rightly(drawn):
    for digit, pixels in enumerate(drawn):
        assert DigitReader(pixels=pixels).verdict()[0] == [digit]


def table(pixels: list[int]) -> torch.Tensor:
    """Levels (8, 8) as a drawing lies."""
    return torch.tensor(pixels).reshape(8, 8)


@pytest.mark.parametrize(("x", "y"), [(1, 0), (-1, 0), (0, 1), (0, -1), (3, -2)])
@settings(max_examples=20)
@given(pixels=LEVELS)
def test_a_shift_moves_all_cells_and_loses_what_leaves(node, x, y, pixels):
    moved = levels(node, node.call(INK, "shifted", ink_of(node, pixels), x, y))
    wanted = table(pixels).roll((y, x), (0, 1))
    rows, columns = torch.arange(8) - y, torch.arange(8) - x
    inside = [(at >= 0) & (at < 8) for at in (rows, columns)]
    assert torch.equal(table(moved), wanted * inside[0][:, None] * inside[1])


@pytest.mark.parametrize(
    "way", [((2, 2.5), (5, 4)), ((1, 7), (3, 6)), ((6, 1), (6.2, 1.1))]
)
def test_a_small_drawing_is_fitted_to_the_frame(node, way):
    small = stroke(node, ink_of(node, [0] * 64), *way)
    fitted = table(levels(node, node.call(INK, "fitted", small)))
    middle = (fitted.sum(0) * (torch.arange(8) + 0.5)).sum() / fitted.sum()
    assert fitted.any(1).all()
    assert fitted[:, 1:7].sum() == fitted.sum()
    assert middle == pytest.approx(4, abs=0.6)


def test_a_flat_line_is_not_stretched_to_a_block(node):
    flat = stroke(node, ink_of(node, [0] * 64), (1, 4), (7, 4))
    fitted = table(levels(node, node.call(INK, "fitted", flat)))
    assert fitted.any(1).sum() <= 3
    empty = ink_of(node, [0] * 64)
    assert node.call(INK, "fitted", empty) == empty


@given(*[st.floats(-3, 11)] * 4)
def test_a_stroke_is_the_same_both_ways_and_its_rubber_clears_it(node, a, b, c, d):
    empty = ink_of(node, [0] * 64)
    there = stroke(node, empty, (a, b), (c, d))
    back = stroke(node, empty, (c, d), (a, b))
    assert sum(one != other for one, other in zip(there, back, strict=True)) <= 2
    assert sum(stroke(node, there, (a, b), (c, d), erase=True)) == 0


def test_a_stroke_in_parts_is_the_stroke(node):
    empty = ink_of(node, [0] * 64)
    parts = [(1, 1), (2, 1.5), (4, 2.5), (7, 4)]
    ink = empty
    for start, end in pairwise(parts):
        ink = stroke(node, ink, start, end)
    assert ink == stroke(node, empty, parts[0], parts[-1])


@settings(max_examples=30)
@given(LEVELS, st.integers(0, 63), st.sampled_from([-4, 4]))
def test_a_dab_changes_one_cell_and_stays_within_the_levels(node, pixels, cell, change):
    found = levels(node, node.call(INK, "dabbed", ink_of(node, pixels), cell, change))
    wanted = [*pixels]
    wanted[cell] = min(max(pixels[cell] + change, 0), 16)
    assert found == wanted


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
