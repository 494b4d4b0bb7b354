"""The attention explorer on its page does what readers do with it."""

import itertools
import math

import pytest

from tests.attention_page import CUTS, PAGE, Asked
from tests.book_site import NARROW, WIDE
from tests.widget_page import LIVE
from vitlib.show.widgets import base

SMALLEST = (300, 700)
TOP = 24  # where the picture and its maps begin


@pytest.fixture
def asked(reader):
    """The explorer on its page, with one in Python beside it."""
    return Asked(reader.open(PAGE))


@pytest.mark.parametrize("screen", [WIDE, NARROW, SMALLEST])
def test_a_click_asks_for_the_patch_under_it(reader, screen):
    asked = Asked(reader.open(PAGE, screen))
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
    asked = Asked(reader.open(PAGE, NARROW, has_touch=True, is_mobile=True))
    step = asked.step()
    for part, column in ((asked.picture, 8), (asked.weights, 1)):
        part.tap(position={"x": (column + 0.5) * step, "y": TOP + 1.5 * step})
        assert asked.query() == 11 + column


def test_arrow_keys_move_the_query_and_stop_at_the_edges(asked):
    for start in (asked.picture.focus, lambda: asked.scores.click()):
        start()
        asked.put(("Query", 12))
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
        asked.put((name, value))
        assert asked.query() == query
    asked.put(("Patch size P", 20), ("Picture", "photograph"))
    assert asked.control("Patch size P").input_value() == "32"
    options = asked.control("Patch size P").locator("option").all_inner_texts()
    assert options == ["16: N = 64", "32: N = 16"]


@pytest.mark.parametrize("screen", [WIDE, NARROW, SMALLEST])
def test_nothing_jumps_while_a_slider_is_dragged_and_all_fits(reader, screen):
    asked = Asked(reader.open(PAGE, screen))
    for picture, size in CUTS:
        asked.settle(picture=picture, patch_size=size)
        count = math.prod(asked.twin.grid())
        heights = set()
        for divide_by in ("nothing", "width"):
            steps = [("Divide by", divide_by)]
            steps += [("Query", query) for query in range(1, count + 1)]
            steps += [("Head dimension d", step) for step in range(7)]
            heights |= {height for *_, height in asked.put(*steps)}
        assert len(heights) == 1, (picture, size, heights)
    assert asked.page.evaluate("document.documentElement.scrollWidth") <= screen[0]
    inside = asked.panel.bounding_box()
    for canvas in asked.panel.locator("canvas").all():
        box = canvas.bounding_box()
        assert box["x"] >= inside["x"]
        assert box["x"] + box["width"] <= inside["x"] + inside["width"]


def test_what_changes_is_told_to_those_who_listen(asked):
    told = asked.panel.get_by_role("status").filter(has_text="Entropy")
    before = told.inner_text()
    asked.control("Head dimension d").press("End")
    assert told.inner_text() != before


def test_a_notebooks_traits_and_controls_follow_each_other(asked):
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
    assert panel.get_by_label("Head dimension d", exact=True).input_value() == "6"
    assert page.evaluate("saved") == []
    query.press("ArrowLeft")
    assert page.evaluate("saved.map((state) => state.query)") == [9]
    panel.get_by_label("Picture", exact=True).select_option("mountains")
    last = page.evaluate("saved.at(-1)")
    assert (last["picture"], last["patch_size"]) == ("mountains", 20)
