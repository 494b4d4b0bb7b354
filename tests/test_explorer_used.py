"""The patch explorer on its page does what readers do with it."""

import pytest

from tests.book_site import NARROW, WIDE
from tests.explorer_page import PAGE, Explorer
from tests.widget_page import LIVE, PROBE, SCREENS
from vitlib.show import style
from vitlib.show.widgets import PatchExplorer, base


@pytest.fixture
def explorer(reader) -> Explorer:
    """The explorer on its page, with one in Python beside it."""
    return Explorer.of(reader)


def place(explorer: Explorer, row: float, column: float) -> dict:
    """Where on the canvas something lies, given in the picture's pixels."""
    box = explorer.whole.bounding_box()
    scale = box["width"] / explorer.twin.image().shape[2]
    return {"x": column * scale, "y": row * scale}


@SCREENS
@pytest.mark.parametrize("size", [2, 7, 16, 20])
def test_a_click_chooses_the_patch_under_it(reader, screen, size):
    explorer = Explorer.of(reader, screen)
    explorer.put("Patch size P", size)
    rows, columns = explorer.twin.grid()
    chosen = [(0, 0), (0, columns - 1), (rows - 1, 0), (rows - 1, columns - 1)]
    for row, column in [*chosen, (rows // 2, columns // 2)]:
        for inside in (0.3, 0.7):
            corner = (row + inside) * size, (column + inside) * size
            explorer.whole.click(position=place(explorer, *corner))
            patch = row * columns + column + 1
            assert explorer.control("Patch").input_value() == str(patch)
            said = explorer.control("Patch").get_attribute("aria-valuetext")
            assert f"row {row + 1}, column {column + 1}" in said
            assert f"; {patch} is" in explorer.whole.get_attribute("aria-label")


def test_a_tap_chooses_the_patch_under_it(reader):
    explorer = Explorer.of(reader, NARROW, has_touch=True, is_mobile=True)
    explorer.whole.tap(position=place(explorer, 10, 90))
    assert explorer.control("Patch").input_value() == "5"


def test_a_click_on_pixels_left_over_chooses_nothing(explorer):
    explorer.put("Patch size P", 16)  # 3 × 6 patches, 48 × 96 pixels
    explorer.put("Patch", 8)
    for row, column in ((55, 50), (20, 98), (59, 99)):
        explorer.whole.click(position=place(explorer, row, column))
        assert explorer.control("Patch").input_value() == "8"


def test_the_buttons_are_the_sizes_that_fit(explorer):
    for picture in explorer.twin.pictures:
        explorer.put("Picture", picture)
        sides = explorer.twin.image().shape[1:]
        fits = [p for p in range(1, 61) if all(side % p == 0 for side in sides)]
        buttons = explorer.panel.locator(".vit-fits button")
        assert [int(text) for text in buttons.all_inner_texts()] == fits
        for size, button in zip(fits, buttons.all(), strict=True):
            button.click()
            assert explorer.control("Patch size P").input_value() == str(size)
            pressed = explorer.panel.locator(".vit-fits [aria-pressed=true]")
            assert pressed.all_inner_texts() == [str(size)]
            assert "✓" in explorer.panel.locator(".vit-facts").inner_text()


def test_the_keys_choose_a_picture(explorer):
    explorer.control("Picture").focus()
    for picture in [*explorer.twin.pictures][1:]:
        explorer.page.keyboard.press("ArrowDown")
        assert explorer.control("Picture").input_value() == picture
        assert explorer.whole.get_attribute("aria-label").startswith(f"{picture}, ")


def shade(colour: str) -> list[int]:
    """A colour, "#rrggbb", as the bytes of an opaque pixel."""
    return [*bytes.fromhex(colour[1:]), 255]


@SCREENS
@pytest.mark.parametrize("asked", ["by the system", "on the page"])
def test_the_lines_follow_light_and_dark(reader, screen, asked):
    explorer = Explorer(reader.open(PAGE, screen, color_scheme="light"))
    outline, grid = place(explorer, 50, 20), place(explorer, 10, 40)
    places = [[at["x"], at["y"]] for at in (outline, grid)]
    for i in (0, 1):
        wanted = [shade(style.COLOURS[role][i]) for role in ("ink", "paper")]
        explorer.page.wait_for_function(
            f"([node, places, wanted]) => '' + ({PROBE})(node, places) === wanted",
            arg=[
                explorer.whole.element_handle(),
                places,
                ",".join(str(part) for colour in wanted for part in colour),
            ],
            timeout=3000,
        )
        if asked == "on the page":
            choice = "document.querySelector('.modes input[value=dark]').click()"
            explorer.page.evaluate(choice)
        else:
            explorer.page.emulate_media(color_scheme="dark")


def test_it_is_drawn_anew_when_the_page_gets_narrower(reader):
    explorer = Explorer(reader.open(PAGE, WIDE))
    explorer.page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    narrow = (
        "(canvas) => canvas.clientWidth < 390 && canvas.clientWidth === canvas.width"
    )
    explorer.page.wait_for_function(
        narrow, arg=explorer.whole.element_handle(), timeout=3000
    )
    explorer.whole.click(position=place(explorer, 10, 90))
    assert explorer.control("Patch").input_value() == "5"


def test_pictures_from_a_notebook_are_shown_and_offered(reader):
    page, state = reader.open(PAGE), PatchExplorer().state()
    page.evaluate(LIVE, [base.script("patches"), state])
    panel = page.locator("article .vit-panel")
    small = {**state["pictures"]["mountains"], "width": 60, "height": 100}
    page.evaluate("(p) => model.set('pictures', { mountains: p, new: p })", small)
    assert "100 by 60 pixels" in panel.locator("canvas").first.get_attribute(
        "aria-label"
    )
    names = panel.get_by_label("Picture", exact=True).locator("option")
    assert names.all_inner_texts() == ["mountains", "new"]
