"""The reader of digits on its page is drawn on with mouse, keys, fingers and pen."""

import pytest

from tests.book_site import NARROW
from tests.inspection_page import THREE, Drawer
from vitlib.show.widgets.inspection import LOOKS, OWN


@pytest.fixture
def drawer(reader):
    """The reader of digits on its page, with one in Python beside it."""
    return Drawer.of(reader)


def test_a_mouse_draws_a_three_and_rubs_it_out(drawer):
    drawer.press("Clear")
    assert not any(drawer.check())
    drawer.drag(*THREE)
    assert sum(drawer.check()) > 185
    assert drawer.twin.verdict()[0] == [3]
    assert drawer.control("Picture").input_value() == OWN
    drawer.control("Erase").check()
    drawer.drag(*THREE)
    assert not any(drawer.check())
    drawer.press("Undo")
    drawer.check()
    assert drawer.twin.verdict()[0] == [3]
    drawer.control("Erase").uncheck()


def test_a_stroke_that_leaves_and_comes_back_goes_on(drawer):
    drawer.press("Clear")
    drawer.drag((1.5, 1.5), (1.5, -3), (6.5, -3), (6.5, 1.5))
    levels = drawer.check()
    assert [level > 0 for level in levels[1:7:5]] == [True, True]
    assert not levels[3]
    drawer.page.mouse.move(*drawer.at(4, 6))  # no button is down
    assert drawer.found()["levels"] == levels


def test_the_keys_draw_and_say_where_they_are(drawer):
    drawer.press("Clear")
    drawer.surface.focus()
    said = drawer.panel.locator(".vit-hint")
    for key in ["Home", *["ArrowUp"] * 8, "ArrowDown", "ArrowRight", " ", "Enter"]:
        drawer.page.keyboard.press(key)
    assert said.inner_text() == "row 2, column 2: 8 of 16"
    levels = drawer.check()
    assert (levels[9], sum(levels)) == (8, 8)
    active = drawer.surface.get_attribute("aria-activedescendant")
    assert drawer.page.locator(f"#{active}").get_attribute("aria-label") == (
        said.inner_text()
    )
    for key in ("Delete", "Backspace", "Delete"):
        drawer.page.keyboard.press(key)
    assert not any(drawer.check())
    for key, place in (("End", "row 2, column 8"), ("ArrowRight", "row 2, column 8")):
        drawer.page.keyboard.press(key)
        assert said.inner_text() == f"{place}: 0 of 16"
    drawer.page.keyboard.press("Tab")  # and leave it again
    assert drawer.control("Layer").evaluate("(i) => i === document.activeElement")


def test_ones_own_drawing_is_kept_while_examples_are_looked_at(drawer):
    drawer.press("Clear")
    drawer.drag(*THREE)
    own = drawer.check()
    drawer.put("Picture", "0")
    assert drawer.check() != own
    drawer.put("Picture", OWN)
    assert drawer.check() == own


def test_fingers_draw_each_a_line_and_do_not_scroll(reader):
    drawer = Drawer.of(reader, NARROW, has_touch=True, is_mobile=True)
    drawer.press("Clear")
    touch = drawer.page.context.new_cdp_session(drawer.page)

    def send(kind: str, *places) -> None:
        points = [
            {"x": x, "y": y, "id": i}
            for i, (x, y) in enumerate(drawer.at(*place) for place in places)
        ]
        touch.send(
            "Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points}
        )

    drawer.at(0, 0)
    before = drawer.page.evaluate("scrollY")
    send("Start", (1.5, 1), (6.5, 1))
    for y in range(2, 8):
        send("Move", (1.5, y), (6.5, y))
    send("End")
    levels = drawer.check()
    assert all(levels[8 * row + 1] and levels[8 * row + 6] for row in range(1, 7))
    assert not any(levels[8 * row + 3] for row in range(8))
    assert drawer.page.evaluate("scrollY") == before


def test_a_pen_draws_and_its_other_end_rubs_out(drawer):
    drawer.press("Clear")
    places = [dict(zip(("x", "y"), drawer.at(4, y), strict=True)) for y in (1, 4, 7)]
    devtools = drawer.page.context.new_cdp_session(drawer.page)
    kinds = ("mousePressed", "mouseMoved", "mouseReleased")
    for kind, place in zip(kinds, places, strict=True):
        order = {"type": kind, "button": "left", "buttons": 1, "pointerType": "pen"}
        devtools.send("Input.dispatchMouseEvent", order | place | {"clickCount": 1})
    assert sum(drawer.check()) > 50
    drawer.surface.evaluate(
        """(node, [start, , end]) => {
          node.setPointerCapture = () => {}; // of no real pen
          for (const [kind, { x, y }] of [["down", start], ["move", end], ["up", end]])
            node.dispatchEvent(new PointerEvent(`pointer${kind}`,
              { clientX: x, clientY: y, pointerId: 99, button: 5, bubbles: true }));
        }""",
        places,
    )
    assert not any(drawer.check())


def test_the_small_maps_choose_layer_and_look(drawer):
    maps = drawer.panel.locator("canvas.vit-maps")
    width = maps.bounding_box()["width"]
    apart = min((width - 20) / 6, 62)
    for layer, look in ((1, 0), (3, 5), (4, 2)):
        x, y = 20 + (look + 0.4) * apart, 40 + (layer - 0.6) * apart
        maps.click(position={"x": x, "y": y})
        assert drawer.control("Layer").input_value() == str(layer)
        assert drawer.control("Attention").input_value() == LOOKS[look]
        drawer.twin.layer, drawer.twin.look = layer, LOOKS[look]
        drawer.check()
