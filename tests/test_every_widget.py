"""What readers may expect of every widget, on the page where it stands."""

import math
from collections.abc import Iterable
from itertools import chain

import pytest
from playwright.sync_api import Locator, Page

from tests.book_site import NARROW, WIDE, with_widget
from tests.test_book import SETTLE, UNFOLD
from tests.widget_page import LIVE, PUT
from vitlib.show.widgets import base

STANDING = [(name, page) for name in base.names() for page in with_widget(name)]
# All tests of a widget, one after another: its page stays open for them.
EACH = pytest.mark.parametrize(("name", "page"), STANDING, scope="module")
# Of these, what can be chosen has different shapes: pictures or tables.
RESHAPED = {"attention", "patches", "position"}
SIZES = (WIDE, NARROW, (320, 640))
# The panel's heights by what is chosen and which slider goes through its places: all
# or, of many, some, with those beside a button's number and those like 9 and 99.
HEIGHTS = """(panel) => {
  const put = PUT;
  const lists = [...panel.querySelectorAll("select")];
  const names = [...panel.querySelectorAll("button")].map((b) => Number(b.textContent));
  const near = (value) => names.some((name) => Math.abs(name - value) < 2);
  const places = ({ min, max }) => {
    const all = Array.from({ length: max - min + 1 }, (_, i) => Number(min) + i);
    const step = all.length > 100 ? Math.ceil(all.length / 60) : 1;
    const last = all.length - 1;
    return all.filter((value, i) =>
      i % step === 0 || i === last || near(value) || /^9+$/.test(value));
  };
  const heights = {};
  for (let i = 0; i < Math.max(1, ...lists.map((list) => list.length)); i++) {
    lists.forEach((list, k) =>
      put(list, [...list.options].at((k ? -1 - i : i) % list.length).value));
    const now = lists.map((list) => list.value);
    for (const slider of panel.querySelectorAll("input[type=range]")) {
      const found = new Set();
      for (const value of places(slider)) {
        put(slider, value);
        found.add(panel.getBoundingClientRect().height);
      }
      heights[[...now, slider.labels[0].textContent].join()] = [...found];
    }
  }
  return heights;
}"""
# Canvases that can be seen and do not lie within their panel.
OUTSIDE = """(panel) => {
  const inside = panel.getBoundingClientRect();
  const canvases = [...panel.querySelectorAll("canvas")];
  const seen = canvases.filter((canvas) => canvas.checkVisibility());
  if (!seen.length) return ["no canvas"];
  return seen.filter((canvas) => {
    const box = canvas.getBoundingClientRect();
    return !box.width || box.left < inside.left || box.right > inside.right;
  }).map((canvas) => canvas.ariaLabel);
}"""
WIDEST = """(panel) => Math.max(...[...panel.querySelectorAll("canvas")].map(
  (canvas) => canvas.clientWidth))"""


def first(opened: Page, name: str) -> Locator:
    """The panel of the first widget of its kind, near enough to be drawn."""
    panel = opened.locator(f".vit-widget[data-widget={name}] .vit-panel").first
    panel.scroll_into_view_if_needed()
    return panel


def range_of(heights: Iterable[float]) -> float:
    """By how many whole pixels heights differ; browsers lay out in parts of one."""
    found = [*heights]
    return math.floor(max(found) - min(found) + 0.5)


@EACH
def test_at_every_width_it_fits_and_nothing_jumps(reader, name, page):
    opened = reader.again(page)
    panel = first(opened, name)
    for width, height in SIZES:
        opened.set_viewport_size({"width": width, "height": height})
        opened.evaluate(SETTLE)
        assert panel.evaluate(OUTSIDE) == [], width
        assert opened.evaluate("document.documentElement.scrollWidth") <= width
        heights = panel.evaluate(HEIGHTS.replace("PUT", PUT))
        jumps = {what: found for what, found in heights.items() if range_of(found)}
        assert jumps == {}, width
        assert name in RESHAPED or not range_of(chain(*heights.values())), heights


@EACH
def test_it_is_drawn_anew_when_it_gets_other_room(reader, name, page):
    opened = reader.again(page)
    panel = first(opened, name)
    own = panel.evaluate(WIDEST)
    for width, least, most in (("20px", 0, 1280), ("300px", 200, 300), ("", own, own)):
        panel.evaluate("(panel, width) => { panel.style.width = width; }", width)
        opened.evaluate(SETTLE)
        assert least <= panel.evaluate(WIDEST) <= most


@EACH
def test_what_changes_is_told_to_those_who_listen(reader, name, page):
    panel = first(reader.again(page), name)
    told = panel.get_by_role("status").and_(panel.locator(".vit-facts"))
    heard = []
    for key in ("Home", "End"):
        panel.locator("input[type=range]").first.press(key)
        heard.append(told.all_inner_texts())
    assert heard[0] != heard[1]


@EACH
def test_widgets_of_one_kind_on_a_page_stand_for_themselves(reader, name, page):
    opened = reader.again(page)
    opened.evaluate(UNFOLD)
    panels = opened.locator(f".vit-widget[data-widget={name}]")
    said = [panels.all_inner_texts()]
    for key in ("Home", "End"):
        panels.first.locator("input[type=range]").first.press(key)
        said.append(panels.all_inner_texts())
    said_of_each = zip(*said, strict=True)
    changed = [len({*texts}) > 1 for texts in said_of_each]
    assert changed == [True] + [False] * (len(changed) - 1)


def traits(opened: Page, names: list[str]) -> dict:
    """What the notebook's model says now."""
    return opened.evaluate(
        "(names) => Object.fromEntries(names.map((name) => [name, model.get(name)]))",
        names,
    )


@EACH
def test_a_notebooks_traits_and_controls_follow_each_other(reader, name, page):
    opened = reader.open(page, visits=False)
    (made,) = (kind() for kind in base.Widget.__subclasses__() if kind.module == name)
    opened.evaluate(LIVE, [base.script(name), made.state()])
    plain = [key for key, value in made.state().items() if isinstance(value, int | str)]
    panel = opened.locator("article .vit-panel")
    for control in panel.locator("input[type=range], select").all():
        before, stood = traits(opened, plain), control.input_value()
        saves = opened.evaluate("saved.length")
        control.press("ArrowDown")  # a slider's least place is left upwards
        if control.input_value() == stood:
            control.press("ArrowUp")
        after, stands = traits(opened, plain), control.input_value()
        changed = {key: value for key, value in after.items() if value != before[key]}
        said = [stands, *(control.get_attribute("aria-valuetext") or "").split()]
        assert {*said} & {str(value) for value in changed.values()}
        assert opened.evaluate("saved.length") == saves + 1
        assert after.items() <= opened.evaluate("saved.at(-1)").items()
        for key in changed:
            opened.evaluate("(pair) => model.set(...pair)", [key, before[key]])
        assert control.input_value() == stood
        assert opened.evaluate("saved.length") == saves + 1
