"""The book as one PDF: whole, in order, nothing cut off, every link alive."""

import re
from functools import cache

import pypdfium2
import pytest
from bs4 import BeautifulSoup
from pypdf import PageObject, PdfReader
from pypdf.generic import Destination

from book.ext.downloads import BOOK
from book.print import joined, printed
from tests.book_site import chapters

A4 = (595, 842)  # points
HEAD = 785  # above this stands the chapter's title
MOST_EMPTY = 700  # a chapter's last page has some lines, which reach below this
WRAPPED = re.compile(r"\s*↪\s*|\s+")  # the mark of a wrapped line, and all white space


@pytest.fixture(scope="module")
def pdf(book) -> PdfReader:
    """The printed book, which must be newer than the pages that it prints."""
    file = book.parent / f"{BOOK}.pdf"
    assert file.is_file(), "the book is not printed: make pdf"
    built = max(path.stat().st_mtime for path in book.glob("notebooks/*.html"))
    assert file.stat().st_mtime >= built, "the pages are newer than the PDF: make pdf"
    return PdfReader(file)


@pytest.fixture(scope="module")
def read(book) -> list[joined.Chapter]:
    """The chapters that it has to hold."""
    return joined.chapters(book)


@pytest.fixture(scope="module")
def letters(book) -> list[pypdfium2.PdfTextPage]:
    """What stands on each page."""
    pages = pypdfium2.PdfDocument(book.parent / f"{BOOK}.pdf")
    return [page.get_textpage() for page in pages]


@pytest.fixture(scope="module")
def texts(letters) -> list[str]:
    """The text of each page, without white space."""
    return [bare(page.get_text_range()) for page in letters]


@pytest.fixture(scope="module")
def numbers(book) -> dict[str, int]:
    """The page on which each named place stands."""
    return printed.places((book.parent / f"{BOOK}.pdf").read_bytes())


def bare(text: str) -> str:
    """A text without white space and the marks of wrapped lines."""
    return WRAPPED.sub("", text)


def outlined(entries: list, level: int = 1) -> list[tuple[int, Destination]]:
    """The entries of an outline with their levels."""
    found = []
    for entry in entries:
        inner = isinstance(entry, list)
        found += outlined(entry, level + 1) if inner else [(level, entry)]
    return found


def objects(page: PageObject, kind: str) -> list:
    """The forms (``/Form``) or images (``/Image``) that a page draws, nested too."""
    found, waiting = [], [page["/Resources"]]
    while waiting:
        inside = waiting.pop().get("/XObject", {})
        for drawn in (reference.get_object() for reference in inside.values()):
            found += [drawn] if drawn["/Subtype"] == kind else []
            waiting += [drawn["/Resources"]] if "/Resources" in drawn else []
    return found


def test_the_pages_are_a4_and_as_many_as_the_chapters_need(pdf, read):
    assert 12 * len(read) < len(pdf.pages) < 30 * len(read)
    for page in pdf.pages:
        assert (round(page.mediabox.width), round(page.mediabox.height)) == A4


def test_the_file_says_what_it_is(pdf):
    book, root = joined.about(), pdf.trailer["/Root"]
    assert (pdf.metadata.title, pdf.metadata.author) == (book.title, book.author)
    assert root["/Lang"] == book.language
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]["/K"]
    assert pdf.metadata.creation_date.date() == book.day


def test_each_heading_is_in_the_outline_on_its_page(pdf, read, numbers):
    outline = outlined(pdf.outline)
    firsts = [entry.title for level, entry in outline if level == 1]
    assert firsts == ["Contents", *(part.title for part in read)]
    wanted = [(s.words, numbers[s.place]) for part in read for s in part.sections]
    found = [(e.title, pdf.get_destination_page_number(e) + 1) for _, e in outline]
    assert not [one for one in wanted if one not in found]


def test_the_contents_give_each_headings_page(pdf, read, numbers, texts):
    first = numbers[read[0].sections[0].place]
    listed = "".join(texts[1 : first - 1])
    for part in read:
        for section in part.sections:
            line = f"{bare(section.words)}{numbers[section.place]}"
            assert line in listed
            assert bare(section.words) in texts[numbers[section.place] - 1]


def test_every_page_has_its_number_and_its_chapter(read, numbers, letters):
    starts = [numbers[part.sections[0].place] for part in read] + [len(letters) + 1]
    assert starts == sorted(starts)
    for part, start, end in zip(read, starts, starts[1:], strict=False):
        for number in range(start, end):
            page = letters[number - 1]
            foot = bare(page.get_text_bounded(top=printed.FOOT))
            head = bare(page.get_text_bounded(bottom=HEAD))
            assert (foot, head) == (str(number), bare(part.title))


def test_no_line_of_code_or_output_is_lost(read, texts):
    whole = "".join(texts)
    for part in read:
        for code in BeautifulSoup(part.body, "html.parser").select("pre"):
            for line in code.text.splitlines():
                assert bare(line) in whole, (part.page, line)


def test_no_page_but_a_chapters_last_is_left_empty(read, numbers, letters):
    ends = [numbers[part.sections[0].place] - 1 for part in read] + [len(letters)]
    for number in ends[1:]:
        page = letters[number - 1]
        assert printed.lowest(page) < MOST_EMPTY, f"page {number} is nearly empty"


def test_figures_are_lines_and_letters_not_pixels(pdf):
    drawn = [image for page in pdf.pages for image in objects(page, "/Image")]
    large = [(image["/Width"], image["/Height"]) for image in drawn]
    assert set(large) <= {(224, 224)}, "only the photograph is made of pixels"


def test_every_font_is_in_the_file(pdf):
    @cache
    def embedded(number: int) -> bool:
        font = pdf.get_object(number)
        kin = [part.get_object() for part in font.get("/DescendantFonts", [font])]
        return all(
            font["/Subtype"] == "/Type3"
            or {"/FontFile2", "/FontFile3", "/FontFile"} & set(one["/FontDescriptor"])
            for one in kin
        )

    fonts = {
        font.idnum
        for page in pdf.pages
        for font in page["/Resources"].get("/Font", {}).values()
    }
    assert len(fonts) > 5
    assert all(map(embedded, fonts))


def test_every_link_leads_somewhere(pdf, numbers):
    links = [
        note.get_object()
        for page in pdf.pages
        for note in page.get("/Annots", [])
        if note.get_object()["/Subtype"] == "/Link"
    ]
    inner = [link["/Dest"] for link in links if "/Dest" in link]
    outer = [link["/A"]["/URI"] for link in links if "/A" in link]
    assert len(inner) + len(outer) == len(links)
    assert len(inner) > 12 * len(chapters())
    assert {str(name).removeprefix("/") for name in inner} <= set(numbers)
    assert all(address.startswith("https://") for address in outer)
    assert not any(
        f"{page}.html" in address and "#" not in address
        for page in chapters()
        for address in outer
    )
