"""The class token's widget on its page does what readers do with it."""

import pytest

from tests.book_site import NARROW
from tests.gatherer_page import LEFT, PICTURES, RIGHT, Gatherer, check_words
from tests.widget_page import SCREENS


@pytest.fixture
def gatherer(reader):
    """The gatherer on its page, with one in Python beside it."""
    return Gatherer.of(reader)


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
