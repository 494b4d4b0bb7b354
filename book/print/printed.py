"""The joined book on paper: chapters one by one, to set each well, then the whole."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pypdfium2
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from book.print import joined
from book.print.joined import Chapter

HERE = Path(__file__).parent
WIDTH, HEIGHT = 597, 937  # an A4 page without its margins, in pixels: see paper.css
A4, FOOT = 842, 68  # points: a page's height, and below that stands its number
EMPTY = 600  # a last page whose text ends above this is nearly empty
SIZES = (1, 0.985, 1.015, 0.97, 1.03, 0.955)  # of a chapter's letters, the first best
SETTINGS = {
    "prefer_css_page_size": True,
    "print_background": True,
    "outline": True,
    "tagged": True,
}
NUMBER = """(numbers) => {
  for (const node of document.querySelectorAll("#contents b")) {
    node.textContent = numbers[node.parentNode.hash.slice(1)];
  }
}"""
SHOW = """(names) => {
  window.parts ??= [...document.body.children];
  const shown = parts.filter((node) => !names || names.includes(node.id));
  document.body.replaceChildren(...shown);
}"""
SET = """([name, size]) =>
  document.getElementById(name).style.setProperty("--size", size)"""
CREATOR = re.compile(rb"/Creator \(Mozilla[^\n]*\)(?=\n)")
DATE = re.compile(rb"(/(?:Creation|Mod)Date) \(D:\d{14}\+00'00'\)")


def script(name: str) -> str:
    """A script of this folder as an expression."""
    return (HERE / name).read_text("utf-8").strip().removesuffix(";")


def opened(browser: Browser, file: Path, address: str) -> Page:
    """The joined pages as one document with its own names and links."""
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    page.emulate_media(media="print")
    page.goto(file.as_uri(), wait_until="domcontentloaded")
    page.evaluate(script("join.js"), address)
    return page


def printed(page: Page, file: Path, book: joined.Book, read: list[Chapter]) -> None:
    """Print an opened book, with the pages' numbers in its contents.

    Dates are that of the commit, so that one commit has one file.

    Raises:
        LookupError: a heading stands on no page.
        RuntimeError: the numbers in the contents move what they number.
    """
    page.evaluate("document.fonts.ready.then(() => true)")
    page.evaluate(script("fit.js"))
    content = whole(page, settled(page, read))
    day = f"{book.day:%Y%m%d}000000".encode()
    content = DATE.sub(rb"\1 (D:" + day + rb"+00'00')", content)
    file.write_bytes(CREATOR.sub(author(book.author), content, count=1))


def whole(page: Page, numbers: dict[str, int]) -> bytes:
    """The whole book, with the numbers that it turns out to have in its contents.

    A line that just fits on a page of a chapter alone may stand on the next one here.
    """
    page.evaluate(SHOW, None)
    for _ in range(2):
        page.evaluate(NUMBER, numbers)
        content = page.pdf(**SETTINGS)
        found = places(content)
        if numbers.items() <= found.items():
            return content
        numbers = {place: found[place] for place in numbers}
    raise RuntimeError("the numbers in the contents move the pages that they name")


def author(name: str) -> Callable[[re.Match], bytes]:
    """Writes who made the book where Chromium names itself, in as many bytes."""
    said = f"/Author ({name})".encode("ascii")
    return lambda found: said.ljust(len(found[0]))


def settled(page: Page, read: list[Chapter]) -> dict[str, int]:
    """Set each chapter well, and say on which page each heading of it will stand."""
    numbers, before = {}, 1  # the cover
    for part in read:
        content = set_well(page, part)
        found = places(content)  # after the contents, whose links make it findable
        if lost := [one.place for one in part.sections if one.place not in found]:
            raise LookupError(f"{lost[0]} is a heading that stands on no page")
        numbers |= {one.place: before + found[one.place] for one in part.sections}
        before += len(pypdfium2.PdfDocument(content))
        before -= found[part.sections[0].place] - 1
    return numbers


def set_well(page: Page, part: Chapter) -> bytes:
    """Print a chapter alone, in the first size whose last page is not nearly empty.

    If there is none it is the size whose last page is fullest.
    """
    name, tried = f"chapter-{part.name}", []
    page.evaluate(SHOW, ["contents", name])
    for size in SIZES:
        page.evaluate(SET, [name, size])
        content = page.pdf(**SETTINGS)
        pages = pypdfium2.PdfDocument(content)
        tried.append((lowest(pages[len(pages) - 1].get_textpage()), size, content))
        if tried[-1][0] <= EMPTY:
            return content
    _, size, content = min(tried)
    page.evaluate(SET, [name, size])
    return content


def lowest(page: pypdfium2.PdfTextPage) -> float:
    """Where a page's text ends: the height of its last line, its number left out."""
    feet = (page.get_charbox(at)[1] for at in range(page.count_chars()))
    return min((foot for foot in feet if foot > FOOT), default=A4)


def places(content: bytes) -> dict[str, int]:
    """The page on which each named place of a PDF stands, from 1."""
    reader = PdfReader(BytesIO(content))
    return {
        name.removeprefix("/"): reader.get_destination_page_number(place) + 1
        for name, place in reader.named_destinations.items()
    }
