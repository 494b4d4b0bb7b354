"""Long pages: what the reader is not near has no layout, and is not loaded, yet."""

import pytest

from tests.book_site import NARROW, WIDE, chapters, pages
from tests.test_book import UNFOLD

EACH_SIZE = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
LAID_OUT = """() => [...document.querySelectorAll(".long > section > section > h2")]
  .map((head) => head.checkVisibility({ contentVisibilityAuto: true }))"""
# Contents lead to a place that comes to rest there: for half a second it does not move.
TOP = """async (id) => {
  const top = () => document.getElementById(id).getBoundingClientRect().top;
  let before = NaN;
  for (let same = 0; same < 30; before = top()) {
    await new Promise(requestAnimationFrame);
    same = top() === before ? same + 1 : 0;
  }
  const { scrollPaddingTop } = getComputedStyle(document.documentElement);
  return before - parseFloat(scrollPaddingTop);
}"""
CODE = "article .highlight:not(.cell_output .highlight) > pre"
COPY = "article .copy"
OUTSIDE = """() => [...document.querySelectorAll(".long > section > section")].flatMap(
  (section) => {
    const { left, right } = section.getBoundingClientRect();
    const out = (box) => box.width && (box.left < left - 1 || box.right > right + 1);
    return [...section.querySelectorAll("*")].filter((node) =>
      out(node.getBoundingClientRect())
      && !node.parentElement.closest("svg, pre, .scroller, .katex"));
  }).map((node) => node.outerHTML.slice(0, 120))"""


def states(reader) -> list[str]:
    """The addresses of the widgets' states that have been loaded."""
    return [request.url for request in reader.loaded if "/states/" in request.url]


@EACH_SIZE
def test_of_a_long_page_the_part_near_the_reader_is_laid_out(reader, size):
    opened = reader.open(chapters()[2], size, visits=False)
    opened.wait_for_timeout(500)
    laid_out = opened.evaluate(LAID_OUT)
    assert laid_out[0]
    assert sum(laid_out) < len(laid_out) / 3
    assert states(reader) == []
    assert opened.locator(".vit-panel").count() == 0
    assert opened.locator(COPY).count() < opened.locator(CODE).count() / 3
    opened.locator(".vit-widget").evaluate("place => place.scrollIntoView()")
    opened.locator(".vit-panel").wait_for()
    assert len(states(reader)) == 1


@EACH_SIZE
@pytest.mark.parametrize("page", [chapters()[2], chapters()[9]])
def test_contents_lead_to_their_sections_over_those_without_layout(reader, page, size):
    opened = reader.open(page, size, visits=False)
    links = opened.locator("#sections a[href^='#']:not([href='#'])")
    ids = links.evaluate_all("all => all.map((link) => link.hash.slice(1))")
    for name in (ids[-1], ids[1]):
        link = f"#sections a[href='#{name}']"
        opened.evaluate("link => document.querySelector(link).click()", link)
        assert abs(opened.evaluate(TOP, name)) < 1
    afresh = reader.open(page, size, asks=f"#{ids[-2]}", visits=False)
    assert abs(afresh.evaluate(TOP, ids[-2])) < 1


@pytest.mark.parametrize("page", pages())
def test_nothing_stands_out_of_its_section_where_it_would_be_cut(reader, page):
    assert reader.again(page).evaluate(OUTSIDE) == []


def test_each_piece_of_code_that_is_laid_out_can_be_copied(reader):
    granted = ["clipboard-read", "clipboard-write"]
    opened = reader.open(chapters()[2], permissions=granted)
    codes = opened.locator(CODE).all()
    assert 10 < opened.locator(COPY).count() < len(codes)  # in folded parts none
    opened.evaluate(UNFOLD)
    opened.locator(COPY).nth(len(codes) - 1).wait_for(state="attached")
    assert opened.locator(COPY).count() == len(codes)
    codes[3].hover()
    opened.locator(COPY).nth(3).click()
    opened.get_by_text("Copied").wait_for()
    copied = opened.evaluate("navigator.clipboard.readText()")
    assert copied == codes[3].text_content().strip()


def test_a_widget_whose_state_does_not_come_says_so(reader):
    opened = reader.open(chapters()[1], visits=False)
    opened.route("**/states/*", lambda route: route.abort("connectionrefused"))
    place = opened.locator(".vit-widget")
    place.evaluate("place => place.scrollIntoView()")
    place.get_by_text("There are no sliders here").wait_for()
    assert place.locator("svg.vit-figure").is_visible()
    refused = [one for one in reader.problems if "ERR_CONNECTION_REFUSED" in one]
    assert len(refused) == 2  # the request, and the browser's line about it
    said = {one for one in reader.problems if "cannot be loaded" in one}
    assert said
    assert {*reader.problems} == {*refused, *said}
    reader.problems.clear()
