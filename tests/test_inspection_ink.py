"""The ink that a pen leaves, counted by Node, against the digits of the data."""

from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.javascript import Node
from vitlib import data
from vitlib.show.widgets import DigitReader

INK = "inspection_ink.js"
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
