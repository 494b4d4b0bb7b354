"""The class token's widget on its page shows what vitlib computes, and does as told."""

import re

import pytest
import torch
from matplotlib import colormaps
from playwright.sync_api import Locator, Page

from tests.book_site import NARROW, WIDE
from tests.explorer_page import PROBE
from tests.test_explorer_used import LIVE
from vitlib.show import style
from vitlib.show.widgets import ClassTokenGatherer, base

PAGE = "notebooks/03_class_token"
PICTURES = list(ClassTokenGatherer().pictures)
SCREENS = pytest.mark.parametrize("screen", [WIDE, NARROW], ids=["wide", "narrow"])
SMALLEST = (300, 700)
TOP, GAP, LARGEST, LEFT, RIGHT = 24, 16, 150, 30, 16  # as the widget lays them out
MOST, LIMIT = 0.5, 2  # where its scales end


class Gatherer:
    """The first gatherer of an open page, beside one in Python."""

    def __init__(self, page: Page):
        self.page = page
        self.panel = page.locator(".vit-widget[data-widget=class_token]").first
        self.looks = self.panel.locator("canvas.vit-look").all()
        self.rows = self.panel.locator("canvas.vit-rows")
        self.curve = self.panel.locator("canvas.vit-apart")
        self.twin = ClassTokenGatherer()

    def control(self, name: str) -> Locator:
        """The slider, or the choice of a picture, by its label."""
        return self.panel.get_by_label(name, exact=True)

    def choose(self, picture: str, other: str) -> None:
        """Other pictures, here and in Python."""
        self.control("Picture").select_option(picture)
        self.control("Other picture").select_option(other)
        self.twin.picture, self.twin.other = picture, other

    def move(self, layer: int) -> None:
        """Put the slider to a layer, here and in Python."""
        self.control("Layer").evaluate(
            "(i, v) => { i.value = v; i.dispatchEvent(new Event('input')); }", layer
        )
        self.twin.layer = layer

    def said(self) -> list[str]:
        """The numbers that the panel states, in order, without the pictures' names."""
        text = self.panel.locator(".vit-facts").inner_text()
        text = re.sub("“.*?”", "", text)
        return re.findall(r"\d+(?:\.\d+)?", text)


@pytest.fixture
def gatherer(reader):
    """The gatherer on its page, with one in Python beside it."""
    return Gatherer(reader.open(PAGE))


def facts(twin: ClassTokenGatherer) -> list[float]:
    """The numbers that the panel should state."""
    answers = twin.answers().max(dim=1)
    says = []
    for digit, share in zip(answers.indices, answers.values, strict=True):
        says += [digit.item(), 100 * share.item()]
    if twin.layer == 0:
        return [1, 0, *says]
    apart = twin.distances().tolist()
    stated = [twin.layer, apart[twin.layer], apart[twin.layer - 1], twin.layer]
    for shares in twin.attention():
        most = int(shares.argmax())
        place = [(most - 1) // 4 + 1, (most - 1) % 4 + 1] if most else []
        stated += [*place, 100 * shares.max().item()]
    return [*stated, *says, *([4] if twin.layer < 4 else [])]


def check_words(gatherer: Gatherer) -> None:
    """The panel states what Python computes, rounded."""
    for said, fact in zip(gatherer.said(), facts(gatherer.twin), strict=True):
        half = 0.051 if "." in said else 0.501  # distances have a decimal
        assert float(said) == pytest.approx(fact, abs=half)
    apart = gatherer.twin.distances().tolist()
    label = gatherer.curve.get_attribute("aria-label")
    stated = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", label)]
    assert stated == pytest.approx(apart, abs=0.051)
    layer = gatherer.twin.layer
    words = f"after {layer} of 4" if layer else "0: before layer 1"
    assert gatherer.control("Layer").get_attribute("aria-valuetext") == words


@pytest.mark.parametrize("picture", PICTURES)
def test_every_layer_of_every_picture_states_what_python_computes(gatherer, picture):
    other = PICTURES[(PICTURES.index(picture) + 5) % len(PICTURES)]
    gatherer.choose(picture, other)
    slider = gatherer.control("Layer")
    assert slider.get_attribute("max") == "4"
    slider.press("Home")
    for gatherer.twin.layer in range(5):
        assert slider.input_value() == str(gatherer.twin.layer)
        check_words(gatherer)
        slider.press("ArrowRight")


def check_colours(
    canvas: Locator, places: torch.Tensor, shares: torch.Tensor, name: str
) -> None:
    """The canvas has the colours of these shares of a scale at these places (n, 2)."""
    found = torch.tensor(canvas.evaluate(PROBE, places.tolist()))[:, :3]
    expected = 255 * torch.tensor(colormaps[name](shares.numpy()))[:, :3]
    assert (
        found - expected
    ).abs().max() < 4  # one of matplotlib's 256 steps, and bytes


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
    gatherer = Gatherer(reader.open(PAGE, screen, device_scale_factor=2))
    gatherer.choose(*pair)
    for layer in range(5):
        gatherer.move(layer)
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
    gatherer = Gatherer(reader.open(PAGE, screen))
    room = gatherer.curve.bounding_box()["width"] - LEFT - RIGHT
    for layer in (0, 3, 1, 4, 2):
        for beside in (-0.1, 0.1):
            x = LEFT + (layer / 4 + beside) * room
            gatherer.curve.click(position={"x": min(max(x, 2), room + LEFT), "y": 70})
            assert gatherer.control("Layer").input_value() == str(layer)
            gatherer.twin.layer = layer
            check_words(gatherer)


def test_a_tap_on_the_curve_chooses_the_layer(reader):
    gatherer = Gatherer(reader.open(PAGE, NARROW, has_touch=True, is_mobile=True))
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
    for layer in range(5):
        gatherer.move(layer)
        check_words(gatherer)


@pytest.mark.parametrize("screen", [WIDE, NARROW, SMALLEST])
def test_nothing_jumps_while_the_slider_is_dragged(reader, screen):
    gatherer = Gatherer(reader.open(PAGE, screen))
    heights = set()
    for i, picture in enumerate(PICTURES):
        gatherer.choose(picture, PICTURES[-1 - i])
        for layer in range(5):
            gatherer.move(layer)
            heights.add(gatherer.panel.bounding_box()["height"])
    assert len(heights) == 1, heights


def test_a_notebooks_traits_and_controls_follow_each_other(gatherer):
    page, state = gatherer.page, gatherer.twin.state()
    page.evaluate(LIVE, [base.script("class_token"), state])
    panel = page.locator("article .vit-panel")
    layer = panel.get_by_label("Layer", exact=True)
    page.evaluate("model.set('layer', 3)")
    assert layer.input_value() == "3"
    page.evaluate("model.set('other', 'another 2')")
    assert panel.get_by_label("Other picture").input_value() == "another 2"
    assert page.evaluate("saved") == []
    layer.press("ArrowLeft")
    assert page.evaluate("saved.map((state) => state.layer)") == [2]
    panel.get_by_label("Picture", exact=True).select_option("5")
    assert page.evaluate("saved.map((state) => state.picture)") == ["3", "5"]
