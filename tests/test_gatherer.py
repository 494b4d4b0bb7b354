"""The class token's widget on its page shows what vitlib computes, and is used."""

import re
from typing import ClassVar

import pytest
import torch
from playwright.sync_api import Page

from tests.book_site import NARROW
from tests.widget_page import SCREENS, Shown, check_colours
from vitlib.show import style
from vitlib.show.widgets import ClassTokenGatherer

PAGE = "notebooks/03_class_token"
PICTURES = list(ClassTokenGatherer().pictures)
LEFT, RIGHT = 30, 16  # beside the curve, as the widget lays it out
TOP, GAP, LARGEST = 24, 16, 150  # as the widget lays its maps out
MOST, LIMIT = 0.5, 2  # where its scales end


class Gatherer(Shown):
    """The first gatherer of an open page, beside one in Python."""

    where, widget = PAGE, ClassTokenGatherer
    traits: ClassVar = {
        "Picture": "picture",
        "Other picture": "other",
        "Layer": "layer",
    }

    def __init__(self, page: Page):
        super().__init__(page)
        self.looks = self.panel.locator("canvas.vit-look").all()
        self.rows = self.panel.locator("canvas.vit-rows")
        self.curve = self.panel.locator("canvas.vit-apart")

    def choose(self, picture: str, other: str) -> None:
        """Other pictures, here and in Python."""
        self.put("Picture", picture)
        self.put("Other picture", other)


def stated(text: str) -> list[str]:
    """The numbers that a text states, in order, without the pictures' names."""
    return re.findall(r"\d+(?:\.\d+)?", re.sub("“.*?”", "", text))


def facts(twin: ClassTokenGatherer) -> list[float]:
    """The numbers that the panel should state."""
    answers = twin.answers().max(dim=1)
    says = []
    for digit, share in zip(answers.indices, answers.values, strict=True):
        says += [digit.item(), 100 * share.item()]
    if twin.layer == 0:
        return [1, 0, *says]
    apart = twin.distances().tolist()
    found = [twin.layer, apart[twin.layer], apart[twin.layer - 1], twin.layer]
    for shares in twin.attention():
        most = int(shares.argmax())
        place = [(most - 1) // 4 + 1, (most - 1) % 4 + 1] if most else []
        found += [*place, 100 * shares.max().item()]
    return [*found, *says, *([4] if twin.layer < 4 else [])]


def check_words(twin: ClassTokenGatherer, read: dict) -> None:
    """A panel as it was read states what Python computes, rounded."""
    for said, fact in zip(stated(read["facts"]), facts(twin), strict=True):
        half = 0.051 if "." in said else 0.501  # distances have a decimal
        assert float(said) == pytest.approx(fact, abs=half)
    curve = [float(number) for number in stated(read["labels"][-1])]
    assert curve == pytest.approx(twin.distances().tolist(), abs=0.051)
    layer = twin.layer
    words = f"after {layer} of 4" if layer else "0: before layer 1"
    assert read["said"]["Layer"] == words


@pytest.fixture
def gatherer(reader):
    """The gatherer on its page, with one in Python beside it."""
    return Gatherer.of(reader)


@pytest.mark.parametrize("picture", PICTURES)
def test_every_layer_of_every_picture_states_what_python_computes(gatherer, picture):
    other = PICTURES[(PICTURES.index(picture) + 5) % len(PICTURES)]
    gatherer.choose(picture, other)
    walked = gatherer.walk("Layer")
    assert [layer for layer, _ in walked] == [*range(5)]
    for gatherer.twin.layer, read in walked:
        check_words(gatherer.twin, read)


def check_map(gatherer: Gatherer, i: int) -> None:
    """The cells of a map have their greys, in a corner that no word covers."""
    width = gatherer.looks[i].bounding_box()["width"]
    side = min((width - GAP) / 2, LARGEST)
    cell, n = side / 4, torch.arange(16)
    x = side + GAP + (n % 4 + 0.12) * cell
    y = TOP + (n // 4 + 0.12) * cell
    places = torch.stack([x, y], dim=1)
    itself = torch.tensor([[side + GAP + 0.14 * cell, TOP + side + 10 + 0.12 * cell]])
    shares = gatherer.twin.attention()[i] / MOST
    places = torch.cat([itself, places])
    check_colours(gatherer.looks[i], places, shares, style.WEIGHTS)


def check_picture(gatherer: Gatherer, i: int) -> None:
    """The digit is dark ink on light paper, as in the figures."""
    width = gatherer.looks[i].bounding_box()["width"]
    pixel = min((width - GAP) / 2, LARGEST) / 8
    y, x = torch.meshgrid(torch.arange(8), torch.arange(8), indexing="ij")
    places = (torch.stack([x, y], -1).flatten(0, 1) + 0.5) * pixel
    places[:, 1] += TOP
    paper = 1 - gatherer.twin.images()[i].flatten()
    check_colours(gatherer.looks[i], places, paper, style.MOUNTAINS)


def check_rows(gatherer: Gatherer) -> None:
    """The strips have the colours of the class rows' numbers."""
    step = gatherer.rows.bounding_box()["width"] / 48
    at = torch.arange(1, 47)
    for i, rows in enumerate(gatherer.twin.class_rows()):
        x, y = (at + 0.5) * step, torch.full((46,), TOP + 58 * i + 33.0)
        shares = (rows[gatherer.twin.layer, 1:47] / LIMIT + 1) / 2
        check_colours(gatherer.rows, torch.stack([x, y], 1), shares, style.SIGNED)


@SCREENS
@pytest.mark.parametrize("pair", [("3", "8"), ("another 7", "a misread 0")])
def test_the_maps_and_the_rows_show_the_numbers(reader, screen, pair):
    gatherer = Gatherer.of(reader, screen, device_scale_factor=2)
    gatherer.choose(*pair)
    check_picture(gatherer, 0)
    check_picture(gatherer, 1)
    for layer in range(5):
        gatherer.put("Layer", layer)
        check_rows(gatherer)
        for i in range(2) if layer else ():
            check_map(gatherer, i)
            most = gatherer.looks[i].get_attribute("aria-label")
            share = 100 * gatherer.twin.attention()[i].max().item()
            assert float(re.search(r"(\d+)%", most)[1]) == pytest.approx(
                share, abs=0.51
            )


@SCREENS
def test_a_click_on_the_curve_chooses_the_nearest_layer(reader, screen):
    gatherer = Gatherer.of(reader, screen)
    room = gatherer.curve.bounding_box()["width"] - LEFT - RIGHT
    for layer in (0, 3, 1, 4, 2):
        for beside in (-0.1, 0.1):
            x = LEFT + (layer / 4 + beside) * room
            gatherer.curve.click(position={"x": min(max(x, 2), room + LEFT), "y": 70})
            assert gatherer.control("Layer").input_value() == str(layer)
            gatherer.twin.layer = layer
            check_words(gatherer.twin, gatherer.read())


def test_a_tap_on_the_curve_chooses_the_layer(reader):
    gatherer = Gatherer.of(reader, NARROW, has_touch=True, is_mobile=True)
    gatherer.curve.tap(position={"x": LEFT, "y": 100})
    assert gatherer.control("Layer").input_value() == "0"


def test_the_keys_choose_both_pictures(gatherer):
    for name, start in (("Picture", "3"), ("Other picture", "8")):
        gatherer.control(name).focus()
        gatherer.page.keyboard.press("ArrowDown")
        wanted = PICTURES[PICTURES.index(start) + 1]
        assert gatherer.control(name).input_value() == wanted
        labels = [canvas.get_attribute("aria-label") for canvas in gatherer.looks]
        assert any(label.startswith(f"Picture {wanted};") for label in labels)


def test_two_equal_pictures_are_never_apart(gatherer):
    gatherer.choose("6", "6")
    walked = gatherer.walk("Layer")
    for gatherer.twin.layer, read in walked:
        check_words(gatherer.twin, read)
