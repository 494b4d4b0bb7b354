"""A page that stays open between tests is as it was, or is opened anew."""

from collections.abc import Iterator

import pytest

from tests.book_reader import FOLD, FOLDS, MOST, Reader
from tests.explorer_page import PAGE, Explorer

LOOK = """[innerWidth, ...["prefers-color-scheme: dark", "prefers-reduced-motion"]
  .map((query) => matchMedia(`(${query})`).matches), matchMedia("print").matches]"""


@pytest.fixture
def own(browser, address) -> Iterator[Reader]:
    """A reader whose pages no other test has."""
    opened = Reader(browser, address)
    yield opened
    for kept in opened.kept.values():
        kept.page.context.close()


def test_controls_are_put_back(own):
    before = Explorer.of(own)
    said = before.panel.inner_text()
    for label, value in (("Picture", "photograph"), ("Patch size P", 7), ("Patch", 9)):
        before.put(label, value)
    assert before.panel.inner_text() != said
    after = Explorer.of(own)
    assert after.page is before.page
    assert after.panel.inner_text() == said
    assert after.control("Patch").input_value() == str(after.twin.patch)


def test_the_pointer_and_the_focus_are_put_back(own):
    before = Explorer.of(own)
    before.control("Patch").click()
    here = ":hover, :focus"
    assert before.panel.locator(here).count() > 0
    after = Explorer.of(own)
    assert after.page is before.page
    assert after.panel.locator(here).count() == 0
    assert after.page.evaluate("scrollY") == 0


def test_the_size_and_the_media_are_put_back(own):
    before = own.again(PAGE)
    stood = before.evaluate(LOOK)
    before.set_viewport_size({"width": 500, "height": 500})
    before.emulate_media(color_scheme="dark", media="print", reduced_motion="reduce")
    assert all(a != b for a, b in zip(stood, before.evaluate(LOOK), strict=True))
    after = own.again(PAGE)
    assert after is before
    assert after.evaluate(LOOK) == stood
    assert own.again(PAGE, color_scheme="dark").evaluate(LOOK)[1]
    assert own.again(PAGE, color_scheme="dark").evaluate(LOOK)[1]


def test_folded_parts_are_put_back(own):
    before = own.again(PAGE)
    stood = before.evaluate(FOLDS)
    turned = [not unfolded for unfolded in stood]
    before.evaluate(FOLD, turned)
    assert before.evaluate(FOLDS) == turned != []
    assert own.again(PAGE) is before
    assert before.evaluate(FOLDS) == stood


def test_a_page_that_does_not_say_what_it_did_is_opened_anew(own):
    before = own.again(PAGE)
    before.evaluate("document.querySelector('.vit-panel').append('more')")
    after = own.again(PAGE)
    assert before.is_closed()
    assert "more" not in after.locator(".vit-panel").first.inner_text()


def test_what_goes_wrong_on_a_page_is_noted_by_the_test_that_has_it(own):
    own.again(PAGE).evaluate("console.log('oh')")
    own.close()
    assert own.problems == ["log: oh"]
    own.problems.clear()
    own.close()
    assert own.problems == []


def test_the_page_that_has_waited_longest_is_closed(own):
    pages = [own.again(PAGE, (390 + i, 500)) for i in range(MOST)]
    assert own.again(PAGE, (390, 500)) is pages[0]
    own.again(PAGE, (500, 500))
    assert [page.is_closed() for page in pages] == [i == 1 for i in range(MOST)]
