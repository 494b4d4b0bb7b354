"""The contact sheet: every figure and slider once, none with another's ids."""

import re

import pytest

from book import sheet
from tests.book_site import ROOT

WIDGET = re.compile(r'data-widget="([^"]+)"')
NAMED = re.compile(r"<figcaption>(.*?)</figcaption>")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_figure_and_slider_of_the_book_is_on_it(book, scheme):
    page = sheet.sheet(book, scheme)
    names = NAMED.findall(page)
    assert {file.stem for file in (ROOT / "figures").glob("*.svg")} <= set(names)
    texts = [file.read_text("utf-8") for file in book.glob("notebooks/*.html")]
    sliders = {name for text in texts for name in WIDGET.findall(text)}
    assert {f"slider {name}" for name in sliders} <= set(names)
    assert len(sliders) > 8
    assert len(names) == len(set(names))
    assert f'data-theme="{scheme}"' in page


def test_its_pictures_keep_their_ids_apart(book):
    page = sheet.sheet(book, "light")
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids)) > 100
    used = re.findall(r'(?:url\(|href=")#([^")]+)', page)
    assert used
    assert set(used) <= set(ids)


def test_without_a_built_page_it_says_what_to_do(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"intro\.html .*: make book"):
        sheet.sheet(tmp_path, "light")
