"""The clock hands on their page show what vitlib computes, and do what readers do."""

import math
import re
from typing import ClassVar

import pytest
import torch
from playwright.sync_api import Page

from tests.book_site import NARROW
from tests.widget_page import SCREENS, Shown, check_colours
from vitlib.show import style
from vitlib.show.widgets import ClockHands
from vitlib.show.widgets.patches import unpacked
from vitlib.show.widgets.position import KINDS

PAGE = "notebooks/04_position"
NUMBER = re.compile(r"−?\d[\d,]*(?:\.\d+)?")
EACH_KIND = pytest.mark.parametrize("kind", KINDS)
SCENE_TOP, TABLE_TOP, LEFT, TABLE = 24, 36, 34, 188  # as the widget lays them out


class Hands(Shown):
    """The first clock hands of an open page, beside some in Python."""

    where, widget = PAGE, ClockHands
    traits: ClassVar = {"Kind of position": "kind", "Place": "place", "Pair": "pair"}

    def __init__(self, page: Page):
        super().__init__(page)
        self.scene = self.panel.locator("canvas.vit-scene")
        self.table = self.panel.locator("canvas.vit-table")


def said(facts: str) -> list[float]:
    """The numbers that the panel's facts state, in order."""
    found = (number.strip(",").replace(",", "") for number in NUMBER.findall(facts))
    return [float(number.replace("−", "-")) for number in found]


def about_hand(twin: ClockHands) -> list[float]:
    """What the panel should state of the hand, or of the two numbers."""
    numbers, hand = twin.numbers().tolist(), twin.hand()
    if hand is None:
        return [twin.pair, *numbers]
    steps = round(hand.turned / hand.step)
    around, turns = 2 * math.pi / hand.step, hand.turned / (2 * math.pi)
    return [twin.pair, hand.step, around, steps, hand.turned, turns, *numbers]


def about_likeness(twin: ClockHands) -> list[float]:
    """What the panel should state of the other positions."""
    similar, n = twin.similarity(), twin.place
    others = similar.clone()
    others[n] = -2
    best = (others > others.max() - 1e-6).nonzero().flatten().tolist()
    stated = [n, *best, others.max().item()]
    columns = twin.grid()[1]
    if n % columns + 1 < columns:
        stated += [n + 1, similar[n + 1].item()]
    if n + columns < len(similar):
        stated += [n + columns, similar[n + columns].item()]
    return stated


@pytest.fixture
def hands(reader):
    """The clock hands on their page, with some in Python beside them."""
    return Hands.of(reader)


def check_words(twin: ClockHands, read: dict) -> None:
    """A panel states what Python computes, rounded to two places or three digits."""
    wanted = about_hand(twin) + about_likeness(twin)
    assert said(read["facts"]) == pytest.approx(wanted, rel=0.0051, abs=0.0051)
    row, column = divmod(twin.place, twin.grid()[1])
    words = f"{twin.place}: row {row}, column {column}"
    assert read["said"]["Place"] == words
    words = f"{twin.pair}: numbers {2 * twin.pair} and {2 * twin.pair + 1}"
    assert read["said"]["Pair"] == words


@EACH_KIND
def test_every_place_and_pair_states_what_python_computes(hands, kind):
    hands.put("Kind of position", kind)
    count, pairs = len(hands.twin.table()), hands.twin.dim() // 2
    for name, trait, places in (("Place", "place", count), ("Pair", "pair", pairs)):
        walked = hands.walk(name)
        assert [value for value, _ in walked] == [*range(places)]
        for value, read in walked:
            setattr(hands.twin, trait, value)
            check_words(hands.twin, read)


def cell(hands: Hands) -> tuple[float, float]:
    """A patch's side on the canvas, and where the map begins."""
    height, width = (8, 8) if hands.twin.kind == "learned" else (60, 100)
    half = (hands.scene.bounding_box()["width"] - 12) / 2
    scale = min(half / width, 112 / height)
    return width * scale / hands.twin.grid()[1], half + 12


@EACH_KIND
@SCREENS
def test_the_map_and_the_table_show_the_numbers(reader, kind, screen):
    hands = Hands.of(reader, screen, device_scale_factor=2)
    hands.put("Kind of position", kind)
    hands.put("Place", 9)
    hands.put("Pair", 5)
    similar, table = hands.twin.similarity(), hands.twin.table()
    (count, dim), columns = table.shape, hands.twin.grid()[1]
    side, left = cell(hands)
    at = torch.arange(count)
    row, column = at // columns, at % columns
    far = torch.maximum((row - 9 // columns).abs(), (column - 9 % columns).abs()) > 1
    places = torch.stack([left + (column + 0.5) * side,
                          SCENE_TOP + (row + 0.5) * side], 1)  # fmt: skip
    low = hands.twin.low()
    shares = (similar - low) / (1 - low)
    check_colours(hands.scene, places[far], shares[far], style.SIMILARITY)
    width = (hands.table.bounding_box()["width"] - LEFT - 3) / dim
    n, d = torch.meshgrid(torch.arange(count), torch.arange(dim), indexing="ij")
    places = torch.stack([LEFT + (d + 0.5) * width,
                          TABLE_TOP + (n + 0.5) * TABLE / count], -1)  # fmt: skip
    far = ((n - 9).abs() > 2) & ((d - 10.5).abs() > 2) & (d != dim // 2)
    far &= d != dim // 2 - 1
    shares = (table / table.abs().max() + 1) / 2
    check_colours(hands.table, places[far], shares[far], style.SIGNED)


@EACH_KIND
@SCREENS
def test_a_click_chooses_the_place_under_it(reader, kind, screen):
    hands = Hands.of(reader, screen)
    hands.put("Kind of position", kind)
    rows, columns = hands.twin.grid()
    side, left = cell(hands)
    for row, column in ((0, 0), (rows - 1, columns - 1), (1, 2)):
        for start, inside in ((0, 0.2), (left, 0.8)):
            x, y = start + (column + inside) * side, SCENE_TOP + (row + inside) * side
            hands.scene.click(position={"x": x, "y": y})
            assert hands.control("Place").input_value() == str(row * columns + column)
    hands.scene.click(position={"x": 5, "y": 5})  # a heading
    assert hands.control("Place").input_value() == str(columns + 2)


@EACH_KIND
def test_a_tap_on_the_table_chooses_place_and_pair(reader, kind):
    hands = Hands.of(reader, NARROW, has_touch=True, is_mobile=True)
    hands.put("Kind of position", kind)
    count, dim = hands.twin.table().shape
    width = (hands.table.bounding_box()["width"] - LEFT - 3) / dim
    for place, pair in ((0, 0), (count - 1, dim // 2 - 1), (7, 11)):
        x, y = (
            LEFT + (2 * pair + 1) * width,
            TABLE_TOP + (place + 0.5) * TABLE / count,
        )
        hands.table.tap(position={"x": x, "y": y})
        assert hands.control("Place").input_value() == str(place)
        assert hands.control("Pair").input_value() == str(pair)
    hands.table.tap(position={"x": 10, "y": 100})  # left of the table
    assert hands.control("Pair").input_value() == "11"


def test_a_digit_is_dark_ink_on_light_paper(hands):
    hands.put("Kind of position", "learned")
    side = cell(hands)[0]
    y, x = torch.meshgrid(torch.arange(8), torch.arange(8), indexing="ij")
    far = (x > 3) | (y > 3)  # of the outlined place
    places = (torch.stack([x, y], -1)[far] + 0.5) * side / 2
    places[:, 1] += SCENE_TOP
    paper = 1 - unpacked(hands.twin.pictures["digit"])[0][far]
    check_colours(hands.scene, places, paper, style.MOUNTAINS)


def test_the_keys_choose_a_kind(hands):
    hands.control("Kind of position").focus()
    for kind in KINDS[1:]:
        hands.page.keyboard.press("ArrowDown")
        assert hands.control("Kind of position").input_value() == kind
    assert "no hand" in hands.panel.locator(".vit-facts").inner_text()
