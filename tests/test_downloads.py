"""What readers may take along from a page: its figures, and the whole book."""

import re
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from book.ext import downloads
from tests.book_site import NARROW, WIDE, chapters
from vitlib.show import style

EACH_CHAPTER = pytest.mark.parametrize("page", chapters())
SVG = "{http://www.w3.org/2000/svg}"
DRAWN = """<svg data-figure="a" class="vit-figure" role="img" aria-label="A &amp; b"
 xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 90"><a href="../b.html"><path
 style="fill: var(--vit-ink, #211b30)"/></a><text style="font: 13px FONT">a</text></svg>
"""


def taken(page, number: int, words: str) -> Path:
    """The file that a figure's control saves."""
    shown = page.locator(".vit-shown").nth(number)
    shown.hover()
    with page.expect_download() as download:
        shown.get_by_text(words, exact=True).click()
    return download.value


def test_a_figure_alone_is_light_and_says_where_it_is_from():
    drawn = DRAWN.replace("FONT", style.FONT)
    alone = downloads.alone(drawn, "https://book.org/a.html")
    root = ElementTree.fromstring(alone)
    assert "var(" not in alone
    assert "#211b30" in alone
    assert "<a " not in alone
    assert (root.get("width"), root.get("height")) == ("480", "90")
    assert root.find(f"{SVG}title").text == "A & b"
    said = root.find(f"{SVG}desc").text
    assert "https://book.org/a.html" in said
    assert "CC BY 4.0" in said


@EACH_CHAPTER
def test_each_figure_of_a_page_is_a_file_of_its_own(book, page):
    soup = BeautifulSoup((book / f"{page}.html").read_text("utf-8"), "html.parser")
    figures = soup.select("svg.vit-figure:not(.vit-widget svg)")
    links = soup.select(".vit-take a[download]")
    assert len(figures) == len(links) > 0
    for link in links:
        file = (book / page).parent / link["href"]
        text = file.read_text("utf-8")
        assert ElementTree.fromstring(text).tag == f"{SVG}svg"
        assert not re.search(r"var\(|data-theme|@media", text)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_figure_is_saved_as_png_in_its_light_colours(reader, scheme):
    opened = reader.open(chapters()[1], WIDE, color_scheme=scheme)
    download = taken(opened, 0, "PNG")
    with Image.open(BytesIO(Path(download.path()).read_bytes())) as picture:
        box = opened.locator(".vit-shown svg").first.get_attribute("viewBox").split()
        assert picture.size == (2 * int(box[2]), 2 * int(box[3]))
        assert picture.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
        assert len(picture.convert("RGB").getcolors(picture.width * picture.height)) > 9
    assert download.suggested_filename.endswith(".png")


def test_the_control_is_there_for_keys_and_fingers_and_moves_nothing(reader):
    opened = reader.open(chapters()[1], NARROW, has_touch=True, is_mobile=True)
    take = opened.locator(".vit-take").first
    assert take.evaluate("(node) => getComputedStyle(node).opacity") == "1"
    assert take.evaluate("(node) => getComputedStyle(node).position") == "absolute"
    assert all(
        part.bounding_box()["height"] >= 24 for part in take.locator("> *").all()
    )
    wide = reader.open(chapters()[1], WIDE)
    take = wide.locator(".vit-take").first
    take.locator("a").first.focus()
    assert take.evaluate("(node) => getComputedStyle(node).opacity") == "1"


def test_the_front_page_offers_the_kinds_that_are_there_and_no_others(tmp_path):
    html, made = tmp_path / "html", tmp_path / "made"
    (html / "a").mkdir(parents=True)
    made.mkdir()
    page = html / "a" / "b.html"
    page.write_text('<div class="offer"></div>', "utf-8")
    downloads.offer(html, "a/b", made)
    assert page.read_text("utf-8") == '<div class="offer"></div>'
    (made / f"{downloads.BOOK}.pdf").write_bytes(b"0" * 1_260_000)
    for _ in range(2):  # once more changes nothing
        downloads.offer(html, "a/b", made)
        (link,) = BeautifulSoup(page.read_text("utf-8"), "html.parser").select("a")
        assert link.text == "PDF, 1.3 MB"
        assert (page.parent / link["href"]).is_file()
