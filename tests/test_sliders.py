"""Every slider of every page answers the mouse, the keys and a finger."""

import unicodedata

import pytest

from tests.book_site import NARROW, ROOT, chapters
from vitlib.show.widgets import base

THUMB = 16  # pixels, in Chromium
PHONE = {"has_touch": True, "is_mobile": True, "device_scale_factor": 3}
# Brings a slider to where it can be seen; where it is then.
SHOW = """(input) => {
  input.scrollIntoView({ block: "nearest", behavior: "instant" });
  const { x, y, width, height } = input.getBoundingClientRect();
  return [x, y, width, height];
}"""
STAND = """(input) => [
  ...[input.min, input.value, input.max].map(Number),
  input.getAttribute("aria-valuetext"),
  input.parentElement.innerText,
]"""


def has_widget(page: str) -> bool:
    """Whether a chapter's notebook shows a widget."""
    notebook = ROOT / f"{page}.ipynb"
    return notebook.exists() and base.MIME in notebook.read_text("utf-8")


PAGES = [*filter(has_widget, chapters())]
EACH_PAGE = pytest.mark.parametrize("page", PAGES, scope="module")  # one after another


def sliders(opened) -> list:
    """The sliders of an open page, each of which has a name."""
    found = opened.locator(".vit-widget input[type=range]").all()
    assert found
    for slider in found:
        assert slider.evaluate("(input) => input.labels[0].textContent.trim()")
    return found


def stand(slider) -> tuple[int, int, int, str]:
    """Where a slider stands: its least, value and most, and what is said of it."""
    least, value, most, said, shown = slider.evaluate(STAND)
    assert shown.endswith(said)
    digits = unicodedata.normalize("NFKC", said)  # 2⁴ says 4
    assert str(value) in digits.replace(",", "")
    return least, value, most, said


def way(slider, *shares: float) -> list[tuple[float, float]]:
    """Where on the screen the thumb is when the slider stands at shares of 1."""
    x, y, width, height = slider.evaluate(SHOW)
    along = [THUMB / 2 + share * (width - THUMB) for share in shares]
    return [(x + part, y + height / 2) for part in along]


def share(slider) -> float:
    """How far a slider stands from its least to its most, 0 to 1."""
    least, value, most, _ = stand(slider)
    return (value - least) / (most - least)


@EACH_PAGE
def test_the_mouse_drags_each_slider(reader, page):
    opened = reader.again(page)
    for slider in sliders(opened):
        for wanted in (0.8, 0.25):
            start, end = way(slider, share(slider), wanted)
            opened.mouse.move(*start)
            opened.mouse.down()
            opened.mouse.move(*end, steps=4)
            opened.mouse.up()
            least, _, most, _ = stand(slider)
            assert share(slider) == pytest.approx(wanted, abs=0.02 + 1 / (most - least))


@EACH_PAGE
def test_the_keys_move_each_slider(reader, page):
    for i in range(len(sliders(reader.again(page)))):
        opened = reader.again(page)  # since one slider may narrow another's range
        slider = sliders(opened)[i]
        least, _, most, _ = stand(slider)
        steps = [("Home", least), ("ArrowRight", least + 1), ("ArrowUp", least + 2)]
        steps += [("ArrowLeft", least + 1), ("ArrowDown", least), ("End", most)]
        slider.focus()
        for key, value in [*steps, ("ArrowRight", most), ("ArrowLeft", most - 1)]:
            opened.keyboard.press(key)
            assert stand(slider)[1] == value, key
        opened.keyboard.press("PageDown")
        assert least < stand(slider)[1] < most - 1


@EACH_PAGE
def test_the_tab_key_reaches_each_slider_and_shows_where_it_is(reader, page):
    opened = reader.again(page)
    for slider in sliders(opened):
        slider.focus()
        opened.keyboard.press("Tab")
        opened.keyboard.press("Shift+Tab")
        focused = (
            "(i) => i === document.activeElement && getComputedStyle(i).outlineStyle"
        )
        assert slider.evaluate(focused) == "solid"


@EACH_PAGE
def test_a_finger_drags_each_slider(reader, page):
    opened = reader.again(page, NARROW, **PHONE)
    touch = opened.context.new_cdp_session(opened)

    def send(kind: str, *points) -> None:
        places = [{"x": x, "y": y} for x, y in points]
        order = {"type": kind, "touchPoints": places}
        touch.send("Input.dispatchTouchEvent", order)

    for slider in sliders(opened):
        for wanted in (0.8, 0.25):
            start = share(slider)
            parts = [start + (wanted - start) * part / 4 for part in range(5)]
            first, *others = way(slider, *parts)
            send("touchStart", first)
            for place in others:
                send("touchMove", place)
            send("touchEnd")
            least, _, most, _ = stand(slider)
            assert share(slider) == pytest.approx(wanted, abs=0.03 + 1 / (most - least))


@EACH_PAGE
def test_a_finger_can_hit_each_control(reader, page):
    opened = reader.again(page, NARROW, **PHONE)
    for control in opened.locator(".vit-widget :is(input, select, button)").all():
        box = control.bounding_box()
        assert min(box["width"], box["height"]) >= 24, control.evaluate(
            "i => i.outerHTML"
        )
