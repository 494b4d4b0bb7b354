"""The heads' widget on its page does what readers do with it."""

import pytest

from tests.book_site import NARROW, WIDE
from tests.heads_page import PAGE, Heads
from tests.widget_page import HEIGHT, LIVE, SCREENS
from vitlib.show.widgets import base

SMALLEST = (300, 700)


@pytest.fixture
def heads(reader):
    """The heads' widget on its page, with one in Python beside it."""
    return Heads.of(reader)


@SCREENS
def test_a_click_chooses_the_token_under_it(reader, screen):
    heads = Heads.of(reader, screen, has_touch=True)
    query = heads.control("Query")
    for canvas, touch in ((heads.maps, "click"), (heads.maps, "tap")):
        way = heads.way()[0]
        for head, row, column in ((0, 0, 0), (3, 5, 9), (2, 3, 4)):
            left, top = heads.corner(head)
            x, y = left + (column + 0.5) * way.step, top + (row + 0.5) * way.step
            getattr(canvas, touch)(position={"x": x, "y": y})
            assert query.input_value() == str(10 * row + column + 1)
    heads.maps.click(position={"x": 5, "y": 5})  # a heading
    assert query.input_value() == "35"
    box = heads.scene.bounding_box()
    step = min((box["width"] - 2) / 10, 25)
    heads.scene.click(position={"x": 1 + 7.5 * step, "y": 24 + 1.5 * step})
    assert query.input_value() == "18"
    heads.settle(weights="trained", query=3)
    for canvas, (x, y), step in (
        (heads.scene, (1, 24), min((box["width"] - 2) / 5.4, 37.5)),
        (heads.maps, heads.corner(1), heads.way()[0].step),
    ):
        canvas.tap(position={"x": x + 4.9 * step, "y": y + step / 2})
        assert query.input_value() == "0"
        canvas.tap(position={"x": x + 2.5 * step, "y": y + 3.5 * step})
        assert query.input_value() == "15"


def test_the_keys_move_every_control(heads):
    keyboard = heads.page.keyboard
    for name, key, value in (
        ("Query", "ArrowRight", "19"),
        ("Number of heads", "ArrowLeft", "3"),
        ("Patch size P", "ArrowRight", "4"),
        ("Picture", "ArrowDown", "photograph"),
        ("Weights", "ArrowDown", "trained"),
        ("Layer", "End", "4"),
        ("Query", "ArrowRight", "1"),
    ):
        heads.control(name).focus()
        keyboard.press(key)
        assert heads.control(name).input_value() == value
    assert heads.control("Patch size P").count() == 0  # the layer has its place


def test_the_place_stays_while_patches_change_their_size(heads):
    found = [heads.states(patch_size=size) for size in (5, 4, 20, 10)]
    said = [panel["said"]["Query"] for panel in found]
    assert said == [
        "76: row 4, column 16",
        "94: row 4, column 19",
        "4: row 1, column 4",
        "18: row 2, column 8",
    ]
    panel = heads.states(picture="photograph")
    assert panel["said"]["Patch size P"] == "8 (2 of 4)"
    assert panel["said"]["Query"] == "77: row 5, column 13"
    heads.settle(weights="trained")
    panel = heads.states(weights="random")
    assert panel["said"]["Query"] == "77: row 5, column 13"


@pytest.mark.parametrize("screen", [WIDE, NARROW, SMALLEST])
def test_neither_picture_nor_layer_changes_the_height(reader, screen):
    heads = Heads.of(reader, screen)
    walked = heads.walk("Number of heads", HEIGHT) + heads.walk("Patch size P", HEIGHT)
    heads.settle(heads=12, patch_size=4, picture="photograph")
    heads.settle(patch_size=4)
    walked += heads.walk("Query", HEIGHT, [1, 9, 99, 999, 1024])
    heads.settle(weights="trained")
    walked += heads.walk("Query", HEIGHT)
    for digit in heads.twin.digits:
        heads.settle(digit=digit)
        walked += heads.walk("Number of heads", HEIGHT, [1, 4, 5])  # 1, 4 and 6 heads
    heads.settle(query=0)
    walked += heads.walk("Layer", HEIGHT)
    assert len({round(height) for _, height in walked}) == 1


def test_a_notebooks_traits_stay_in_range(reader):
    heads = Heads(reader.open(PAGE))
    page, state = heads.page, heads.twin.state()
    page.evaluate(LIVE, [base.script("heads"), state])
    panel = page.locator("article .vit-panel")
    count = panel.get_by_label("Number of heads", exact=True)
    page.evaluate("model.set('heads', 8)")
    assert count.input_value() == "6"  # the sixth of seven
    page.evaluate("model.set('weights', 'trained')")
    page.evaluate("model.set('layer', 3)")
    assert panel.get_by_label("Layer", exact=True).input_value() == "3"
    page.evaluate("model.set('query', 99)")  # more than there are
    assert panel.get_by_label("Query", exact=True).input_value() == "16"
    assert page.evaluate("saved") == []
    count.press("ArrowLeft")
    assert page.evaluate("saved.map((state) => state.heads)") == [6]
    panel.get_by_label("Weights", exact=True).select_option("random")
    assert page.evaluate("saved.at(-1).weights") == "random"
