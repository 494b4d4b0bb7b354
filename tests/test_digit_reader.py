"""The reader of digits on its page states what Python computes of a drawing."""

import pytest

from tests.book_site import NARROW, WIDE
from tests.inspection_page import FORWARDS, THREE, Drawer
from tests.widget_page import HEIGHT, LIVE
from vitlib.show.widgets import base
from vitlib.show.widgets.inspection import LOOKS

SIZES = [WIDE, NARROW, (300, 700)]


@pytest.fixture
def drawer(reader):
    """The reader of digits on its page, with one in Python beside it."""
    return Drawer.of(reader)


def test_every_example_layer_and_look_states_what_python_computes(drawer):
    for picture in [*drawer.twin.pictures][::7]:
        drawer.put("Picture", picture)
        for look in LOOKS:
            drawer.put("Attention", look)
            for layer in (1, 4):
                drawer.put("Layer", layer)
                drawer.check()


def test_the_model_runs_once_for_each_drawing(drawer):
    drawer.press("Clear")
    page = drawer.page
    page.mouse.move(*drawer.at(4.2, 0.1))
    before = page.evaluate(FORWARDS)
    page.mouse.down()
    for step in range(1, 8):
        page.mouse.move(*drawer.at(4.2, step))
    page.mouse.up()
    drawn = page.evaluate(FORWARDS)
    assert before < drawn <= before + 8
    drawer.walk("Layer", HEIGHT)
    drawer.put("Attention", "rollout")
    page.set_viewport_size({"width": 700, "height": 900})
    drawer.check()
    assert page.evaluate(FORWARDS) == drawn


def test_shifts_undo_and_the_frame(drawer):
    drawer.put("Picture", "7")
    start = drawer.check()
    for way, back in (("left", "right"), ("up", "down")):
        drawer.press(f"Shift {way} by one pixel")
        assert drawer.check() != start
        drawer.press(f"Shift {back} by one pixel")
        drawer.press("Undo")
        drawer.press("Undo")
        assert drawer.check() == start
        assert drawer.control("Picture").input_value() == "7"
    drawer.press("Clear")
    drawer.drag((3, 3), (5, 3), (4, 5.5))
    drawer.check()
    assert not drawer.twin.verdict()[0]
    drawer.press("Fit the frame")
    rows = [drawer.check()[8 * row : 8 * row + 8] for row in range(8)]
    assert all(map(any, rows))


@pytest.mark.parametrize("size", SIZES)
def test_nothing_jumps_whatever_is_drawn(reader, size):
    drawer = Drawer.of(reader, size)
    heights = set()
    drawer.press("Clear")
    for does in (
        lambda: None,
        lambda: drawer.drag((2, 2), (3, 3)),
        lambda: drawer.drag(*THREE),
        lambda: drawer.press("Shift down by one pixel"),
        lambda: drawer.put("Picture", "a misread 0"),
        lambda: [drawer.drag((0, y), (8, y)) for y in range(8)],
    ):
        does()
        drawer.check()
        heights |= {height for _, height in drawer.walk("Layer", HEIGHT)}
    assert max(heights) - min(heights) < 0.5


def test_a_notebook_draws_and_reads_what_was_drawn(reader):
    drawer = Drawer(reader.open(Drawer.where))
    page, state = drawer.page, drawer.twin.state()
    page.evaluate(LIVE, [base.script("inspection"), state])
    drawer.panel = page.locator("article")
    drawer.surface = drawer.panel.get_by_role("grid")
    levels = [16 * (i % 8 == 3) for i in range(64)]
    page.evaluate(
        "(p) => { model.set('pixels', p); model.set('picture', 'your own'); }", levels
    )
    assert drawer.check() == levels
    assert page.evaluate("saved") == []
    drawer.drag((6, 1), (6, 7))
    drawn = drawer.check()
    assert page.evaluate("saved.map(({ pixels }) => pixels)") == [drawn]
