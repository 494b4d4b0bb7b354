"""The token maker on its page does what readers do with it."""

import pytest

from tests.book_site import WIDE
from tests.token_maker_page import PAGE, Maker
from tests.widget_page import SCREENS

# As near as it is loaded, but what takes long is not made yet.
COME = """(place) => scrollTo({
  top: place.getBoundingClientRect().top - innerHeight - 600, behavior: "instant" })"""


@SCREENS
def test_a_click_chooses_the_patch_under_it(reader, screen):
    shown = Maker.of(reader, screen)
    whole = shown.canvas("The mountains")
    box = whole.bounding_box()
    for patch in (1, 5, 8, 11, 15):
        row, column = divmod(patch - 1, 5)
        x, y = (column + 0.3) * box["width"] / 5, (row + 0.7) * box["height"] / 3
        whole.click(position={"x": x, "y": y})
        assert shown.control("Patch").input_value() == str(patch)
        assert whole.get_attribute("aria-label").endswith(f"; {patch} is outlined")


def test_the_buttons_set_the_width(reader):
    shown = Maker.of(reader)
    for button in shown.panel.locator(".vit-fits button").all():
        button.click()
        assert shown.control("Token width D").input_value() == button.inner_text()
        pressed = shown.panel.locator(".vit-fits [aria-pressed=true]")
        assert pressed.all_inner_texts() == [button.inner_text()]


def test_on_paper_its_picture_stands_where_nobody_has_been(reader):
    page = reader.open(PAGE, WIDE, visits=False)
    page.emulate_media(media="print")
    place = page.locator(".vit-widget[data-widget=tokens]")
    assert place.locator("svg.vit-figure").is_visible()
    assert place.locator(".vit-panel").count() == 0


@pytest.mark.parametrize("paper", ["shown", "printed"])
def test_on_paper_it_is_drawn_though_nobody_has_come_near(reader, paper):
    page = reader.open(PAGE, WIDE, visits=False)
    place = page.locator(".vit-widget[data-widget=tokens]")
    place.evaluate(COME)
    place.locator(".vit-panel").wait_for(state="attached")
    filters = place.locator(".vit-filter")
    assert filters.count() == 0
    if paper == "shown":
        page.emulate_media(media="print")
    else:
        page.pdf()
    filters.first.wait_for()
    assert page.locator(".vit-widget .vit-outcome").inner_text().startswith("✓ 768")
