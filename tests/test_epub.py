"""The book as an EPUB: one archive in order, whose every link leads somewhere.

What a reader's program needs is looked at here; ``epubcheck``, which knows the whole
standard but runs on Java, is for a release.
"""

import re
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree
from zipfile import ZIP_STORED, ZipFile

import pytest
from bs4 import BeautifulSoup

from book.ext.downloads import BOOK
from book.print import joined

XHTML = "{http://www.w3.org/1999/xhtml}"
OPF = "{http://www.idpf.org/2007/opf}"
SVG = "{http://www.w3.org/2000/svg}"
MATH = "{http://www.w3.org/1998/Math/MathML}"
DRAWING = re.compile(r"(<svg\b[^>]*>).*?(</svg>)", re.DOTALL)


@pytest.fixture(scope="module")
def archive(book) -> ZipFile:
    """The EPUB, which must be newer than the pages that it holds."""
    file = book.parent / f"{BOOK}.epub"
    assert file.is_file(), "the book is not printed: make pdf"
    built = max(path.stat().st_mtime for path in book.glob("notebooks/*.html"))
    assert file.stat().st_mtime >= built, "the pages are newer than the EPUB: make pdf"
    return ZipFile(file)


@pytest.fixture(scope="module")
def pages(archive) -> dict[str, ElementTree.Element]:
    """Its pages by name; each is well-formed, or this fails."""
    names = [name for name in archive.namelist() if name.endswith(".xhtml")]
    return {
        name.removeprefix("book/"): ElementTree.fromstring(archive.read(name))
        for name in names
    }


@pytest.fixture(scope="module")
def package(archive) -> ElementTree.Element:
    """The list of its files."""
    return ElementTree.fromstring(archive.read("book/package.opf"))


@pytest.fixture(scope="module")
def read(book) -> list[joined.Chapter]:
    """The chapters that it has to hold."""
    return joined.chapters(book)


def test_the_archive_begins_with_what_it_is(archive):
    first = archive.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", ZIP_STORED)
    assert archive.read(first) == b"application/epub+zip"
    assert archive.testzip() is None


def test_the_package_lists_every_file_and_what_is_in_it(archive, package, pages):
    items = {one.get("href"): one for one in package.iter(f"{OPF}item")}
    held = {name.removeprefix("book/") for name in archive.namelist()}
    assert {*items} == held - {"mimetype", "META-INF/container.xml", "package.opf"}
    for name, page in pages.items():
        said = {*items[name].get("properties", "").split()}
        drawn = {"svg": f".//{SVG}svg", "mathml": f".//{MATH}math"}
        there = {kind for kind, path in drawn.items() if page.find(path) is not None}
        assert said - {"nav"} == there, name


def test_chapters_are_read_in_their_order(package, pages, read):
    names = {one.get("id"): one.get("href") for one in package.iter(f"{OPF}item")}
    order = [names[one.get("idref")] for one in package.iter(f"{OPF}itemref")]
    assert order == ["nav.xhtml", *(f"chapter-{part.name}.xhtml" for part in read)]
    listed = ["".join(a.itertext()) for a in pages["nav.xhtml"].iter(f"{XHTML}a")]
    assert listed == [section.words for part in read for section in part.sections]


def test_every_link_leads_somewhere(pages):
    ids = {name: [one.get("id") for one in page.iter()] for name, page in pages.items()}
    for name, page in pages.items():
        named = [one for one in ids[name] if one]
        assert len(named) == len({*named}), name
        links = [one.get("href") for one in page.iter() if one.get("href")]
        for link in links[1:]:  # the first is the style sheet
            parts = urlsplit(link)
            if parts.scheme:
                assert parts.scheme == "https", link
                continue
            assert unquote(parts.fragment) in ids[parts.path or name], (name, link)


def test_the_text_is_whole(pages, read):
    for part in read:
        page = pages[f"chapter-{part.name}.xhtml"]
        text = "".join("".join(page.itertext()).split())
        emptied = DRAWING.sub(r"\1\2", part.body)  # blocks with drawings are left out
        soup = BeautifulSoup(emptied, "html.parser")
        for gone in soup.select(".headerlink, .offer, details.hide > summary"):
            gone.decompose()
        blocks = soup.select(":is(p, dd, li):not(:has(svg, .math)), pre, h2, h3")
        assert len(blocks) > 10
        for block in blocks:
            assert "".join(block.text.split()) in text, (part.page, block.text)


def test_figures_are_there_with_their_words_and_colours(archive, pages, read):
    for part in read:
        name = f"chapter-{part.name}.xhtml"
        drawn = pages[name].findall(f".//{SVG}svg[@class='vit-figure']")
        assert len(drawn) == part.body.count('class="vit-figure"')
        assert all(one.get("aria-label") for one in drawn)
        assert b"var(--" not in archive.read(f"book/{name}")
