"""The class token's widget on its page does what readers do with it."""

import pytest

from tests.book_site import NARROW, WIDE
from tests.gatherer_page import LEFT, PAGE, PICTURES, RIGHT, Gatherer, check_words
from tests.test_explorer_used import LIVE
from vitlib.show.widgets import base

SCREENS = pytest.mark.parametrize("screen", [WIDE, NARROW], ids=["wide", "narrow"])
SMALLEST = (300, 700)


@pytest.fixture
def gatherer(reader):
    """The gatherer on its page, with one in Python beside it."""
    return Gatherer(reader.open(PAGE))


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
