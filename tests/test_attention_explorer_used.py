"""The attention explorer on its page does what readers do with it."""

import itertools

import pytest

from tests.attention_page import CUTS, HEAD, PAGE, Asked
from tests.book_site import NARROW, WIDE
from tests.widget_page import HEIGHT, LIVE
from vitlib.show.widgets import base

SMALLEST = (300, 700)
TOP = 24  # where the picture and its maps begin


@pytest.fixture
def asked(reader):
    """The explorer on its page, with one in Python beside it."""
    return Asked.of(reader)


@pytest.mark.parametrize("screen", [WIDE, NARROW, SMALLEST])
def test_a_click_asks_for_the_patch_under_it(reader, screen):
    asked = Asked.of(reader, screen)
    rows, columns = asked.twin.grid()
    step = asked.step()
    parts = itertools.cycle((asked.picture, asked.scores, asked.weights))
    for row, column in ((0, 0), (rows - 1, columns - 1), (2, 3), (0, 9), (5, 0)):
        x, y = (column + 0.3) * step, TOP + (row + 0.7) * step
        next(parts).click(position={"x": x, "y": y})
        assert asked.query() == row * columns + column + 1
    for y in (5, TOP + rows * step + 20):  # a heading, and what stands below
        asked.picture.click(position={"x": 20, "y": y})
        assert asked.query() == 51


def test_a_tap_asks_for_the_patch_under_it(reader):
    asked = Asked.of(reader, NARROW, has_touch=True, is_mobile=True)
    step = asked.step()
    for part, column in ((asked.picture, 8), (asked.weights, 1)):
        part.tap(position={"x": (column + 0.5) * step, "y": TOP + 1.5 * step})
        assert asked.query() == 11 + column


def test_arrow_keys_move_the_query_and_stop_at_the_edges(asked):
    for start in (asked.picture.focus, lambda: asked.scores.click()):
        start()
        asked.put("Query", 12)
        before = asked.page.evaluate("scrollY")
        for key, query in (("Right", 13), ("Down", 23), ("Left", 22), ("Left", 21),
                           ("Left", 21), ("Up", 11), ("Up", 1), ("Up", 1)):  # fmt: skip
            asked.page.keyboard.press(f"Arrow{key}")
            assert asked.query() == query
            label = asked.picture.get_attribute("aria-label")
            assert f"patch {query}, the query, is outlined" in label
        assert asked.page.evaluate("scrollY") == before
    asked.page.keyboard.press("Tab")  # leaves it, as any other key would
    assert asked.query() == 1


def test_a_query_keeps_its_place_in_another_picture_or_size(asked):
    for name, value, query in (
        ("Patch size P", 20, 8),
        ("Patch size P", 10, 36),
        ("Picture", "photograph", 37),
        ("Picture", "mountains", 36),
    ):
        asked.put(name, value)
        assert asked.query() == query
    asked.put("Patch size P", 20)
    asked.put("Picture", "photograph")
    assert asked.control("Patch size P").input_value() == "32"
    options = asked.control("Patch size P").locator("option").all_inner_texts()
    assert options == ["16: N = 64", "32: N = 16"]


@pytest.mark.parametrize("screen", [WIDE, NARROW, SMALLEST])
def test_nothing_jumps_whatever_picture_and_size(reader, screen):
    asked = Asked.of(reader, screen)
    for picture, size in CUTS:
        asked.settle(picture=picture, patch_size=size)
        heights = set()
        for divide_by in ("nothing", "width"):
            asked.put("Divide by", divide_by)
            for label in ("Query", HEAD):
                heights |= {height for _, height in asked.walk(label, HEIGHT)}
        assert len(heights) == 1, (picture, size)


def test_a_notebooks_picture_may_change_before_its_patch_size(reader):
    asked = Asked(reader.open(PAGE))
    page, state = asked.page, asked.twin.state()
    page.evaluate(LIVE, [base.script("attention"), state])
    panel = page.locator("article .vit-panel")
    query = panel.get_by_label("Query", exact=True)
    size = panel.get_by_label("Patch size P", exact=True)
    page.evaluate("model.set('query', 10)")
    assert query.input_value() == "10"
    page.evaluate("model.set('picture', 'photograph')")  # before its patch size follows
    assert size.input_value() == "16"
    page.evaluate("model.set('patch_size', 32)")
    assert size.input_value() == "32"
    assert query.get_attribute("max") == "16"
    page.evaluate("model.set('head_dim', 64)")
    assert panel.get_by_label("Numbers in a query, d", exact=True).input_value() == "6"
    assert page.evaluate("saved") == []
    query.press("ArrowLeft")
    assert page.evaluate("saved.map((state) => state.query)") == [9]
    panel.get_by_label("Picture", exact=True).select_option("mountains")
    last = page.evaluate("saved.at(-1)")
    assert (last["picture"], last["patch_size"]) == ("mountains", 20)
