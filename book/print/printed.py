"""The joined book on paper: Chromium prints it twice, to know its page numbers."""

import re
from pathlib import Path

from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from book.print import joined

HERE = Path(__file__).parent
WIDTH, HEIGHT = 597, 937  # an A4 page without its margins, in pixels: see paper.css
DATE = re.compile(rb"(/(?:Creation|Mod)Date) \(D:\d{14}\+00'00'\)")


def script(name: str) -> str:
    """A script of this folder as an expression."""
    return (HERE / name).read_text("utf-8").strip().removesuffix(";")


def opened(browser: Browser, file: Path, address: str) -> Page:
    """The joined pages as one document with its own names and links."""
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    page.emulate_media(media="print")
    page.goto(file.as_uri())
    page.evaluate(script("join.js"), address)
    return page


def printed(page: Page, file: Path, book: joined.Book, read: list) -> None:
    """Print an opened book, with the pages' numbers in its contents.

    The first printing has none; where its headings came to stand tells them. Dates are
    that of the commit, so that one commit has one file.
    """
    page.evaluate("document.fonts.ready.then(() => true)")
    page.evaluate(script("fit.js"))
    settings = {"prefer_css_page_size": True, "print_background": True}
    settings |= {"outline": True, "tagged": True}
    file.write_bytes(page.pdf(**settings))
    numbers = places(file)
    wanted = {section.place for part in read for section in part.sections}
    if lost := wanted - set(numbers):
        raise LookupError(f"{sorted(lost)[0]} is a heading that stands on no page")
    page.evaluate(
        """(numbers) => document.querySelectorAll("#contents b").forEach((node) => {
          node.textContent = numbers[node.parentNode.hash.slice(1)];
        })""",
        {place: numbers[place] for place in wanted},
    )
    day = f"{book.day:%Y%m%d}000000".encode()
    content = page.pdf(**settings)
    file.write_bytes(DATE.sub(rb"\1 (D:" + day + rb"+00'00')", content))
    if places(file) != numbers:
        raise RuntimeError("the second printing has other pages than the first")


def places(file: Path) -> dict[str, int]:
    """The page on which each named place of a PDF stands, from 1."""
    reader = PdfReader(file)
    return {
        name.removeprefix("/"): reader.get_destination_page_number(place) + 1
        for name, place in reader.named_destinations.items()
    }
