"""The token maker on its page does what readers do with it."""

import pytest

from tests.book_site import NARROW, WIDE
from tests.test_explorer_used import LIVE
from tests.test_token_maker_page import PAGE, Maker
from vitlib.show.widgets import TokenMaker, base

SCREENS = pytest.mark.parametrize("screen", [WIDE, NARROW], ids=["wide", "narrow"])


@SCREENS
def test_a_click_chooses_the_patch_under_it(reader, screen):
    shown = Maker(reader.open(PAGE, screen))
    whole = shown.canvas("The mountains")
    box = whole.bounding_box()
    for patch in (1, 5, 8, 11, 15):
        row, column = divmod(patch - 1, 5)
        x, y = (column + 0.3) * box["width"] / 5, (row + 0.7) * box["height"] / 3
        whole.click(position={"x": x, "y": y})
        assert shown.control("Patch").input_value() == str(patch)
        assert whole.get_attribute("aria-label").endswith(f"; {patch} is outlined")


def test_the_buttons_set_the_width(reader):
    shown = Maker(reader.open(PAGE))
    for button in shown.panel.locator(".vit-fits button").all():
        button.click()
        assert shown.control("Token width D").input_value() == button.inner_text()
        pressed = shown.panel.locator(".vit-fits [aria-pressed=true]")
        assert pressed.all_inner_texts() == [button.inner_text()]


@SCREENS
def test_nothing_jumps_while_a_slider_is_dragged(reader, screen):
    shown = Maker(reader.open(PAGE, screen))
    heights = set()
    for weights in ("random", "waves"):
        shown.choose(weights)
        for width in (1, 9, 399, 400, 401, 768):
            shown.move("Token width D", "width", width)
            heights.add(shown.panel.bounding_box()["height"])
    assert len(heights) == 1


def test_it_fits_a_very_narrow_page(reader):
    shown = Maker(reader.open(PAGE, (320, 640)))
    assert shown.page.evaluate("document.documentElement.scrollWidth") <= 320
    inside = shown.panel.bounding_box()
    for canvas in shown.panel.locator("canvas:visible").all():
        box = canvas.bounding_box()
        assert box["x"] >= inside["x"]
        assert box["x"] + box["width"] <= inside["x"] + inside["width"]


def test_what_changes_is_told_to_those_who_listen(reader):
    shown = Maker(reader.open(PAGE))
    told = shown.panel.get_by_role("status").filter(has_text="pixels")
    before = told.inner_text()
    shown.control("Token width D").press("Home")
    assert told.inner_text() != before


@pytest.mark.parametrize("paper", ["shown", "printed"])
def test_on_paper_it_is_drawn_though_nobody_has_scrolled_to_it(reader, paper):
    page = reader.open(PAGE, WIDE)
    filters = page.locator(".vit-widget[data-widget=tokens] .vit-filter")
    assert filters.count() == 0
    if paper == "shown":
        page.emulate_media(media="print")
    else:
        page.pdf()
    filters.first.wait_for()
    assert page.locator(".vit-widget .vit-outcome").inner_text().startswith("✓ 768")


def test_a_notebooks_traits_and_controls_follow_each_other(reader):
    page = reader.open(PAGE)
    page.evaluate(LIVE, [base.script("tokens"), TokenMaker().state()])
    panel = page.locator("article .vit-panel")
    width = panel.get_by_label("Token width D", exact=True)
    page.evaluate("model.set('width', 10)")
    assert width.input_value() == "10"
    page.evaluate("model.set('weights', 'waves')")
    assert panel.get_by_label("Weights", exact=True).input_value() == "waves"
    assert page.evaluate("saved") == []
    width.press("ArrowLeft")
    assert page.evaluate("saved.map((state) => state.width)") == [9]
    panel.get_by_label("Weights", exact=True).select_option("random")
    assert page.evaluate("saved.at(-1).weights") == "random"
