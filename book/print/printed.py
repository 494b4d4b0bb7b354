"""The joined book on paper: Chromium prints it twice, to know its page numbers."""

import re
from pathlib import Path

from playwright.sync_api import Browser, Page
from pypdf import PageObject, PdfReader

from book.print import joined
from book.print.joined import Chapter

HERE = Path(__file__).parent
WIDTH, HEIGHT = 597, 937  # an A4 page without its margins, in pixels: see paper.css
A4, FOOT = 842, 68  # points: a page's height, and below that stands its number
EMPTY = 600  # a last page whose text ends above this is nearly empty
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
SET_CLOSER = """([names, closer]) => names.forEach((name) => {
  document.getElementById(`chapter-${name}`).className = closer;
})"""
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


def printed(page: Page, file: Path, book: joined.Book, read: list[Chapter]) -> None:
    """Print an opened book, with the pages' numbers in its contents.

    The first printings have none; where headings came to stand tells them. Dates are
    that of the commit, so that one commit has one file.
    """
    page.evaluate("document.fonts.ready.then(() => true)")
    page.evaluate(script("fit.js"))
    numbers = settled(page, file, read)
    wanted = {section.place for part in read for section in part.sections}
    if lost := wanted - set(numbers):
        raise LookupError(f"{sorted(lost)[0]} is a heading that stands on no page")
    page.evaluate(NUMBER, {place: numbers[place] for place in wanted})
    day = f"{book.day:%Y%m%d}000000".encode()
    content = page.pdf(**SETTINGS)
    file.write_bytes(DATE.sub(rb"\1 (D:" + day + rb"+00'00')", content))
    if places(file) != numbers:
        raise RuntimeError("the last printing has other pages than the one before")


def settled(page: Page, file: Path, read: list[Chapter]) -> dict[str, int]:
    """Print without numbers until no chapter's last page is nearly empty.

    Such chapters are set closer, in two steps; then they stay as they are.
    """
    for closer in ("close", "closer", ""):
        file.write_bytes(page.pdf(**SETTINGS))
        numbers = places(file)
        names = [part.name for part in nearly_empty(file, read, numbers)]
        if not (names and closer):
            break
        page.evaluate(SET_CLOSER, [names, closer])
    return numbers


def nearly_empty(
    file: Path, read: list[Chapter], numbers: dict[str, int]
) -> list[Chapter]:
    """The chapters whose last page holds less than about a third of one."""
    pages = PdfReader(file).pages
    firsts = [numbers[part.sections[0].place] for part in read] + [len(pages) + 1]
    last = zip(read, firsts[1:], strict=True)
    return [part for part, after in last if lowest(pages[after - 2]) > EMPTY]


def lines(page: PageObject) -> list[tuple[float, str]]:
    """A page's pieces of text with their heights above the paper's lower edge."""
    found = []

    def note(text: str, matrix: list, inner: list, *rest: object) -> None:
        if text.strip():
            height = inner[4] * matrix[1] + inner[5] * matrix[3] + matrix[5]
            found.append((height, text.strip()))

    page.extract_text(visitor_text=note)
    return found


def lowest(page: PageObject) -> float:
    """Where a page's text ends: the height of its last line, its number left out."""
    return min((height for height, _ in lines(page) if height > FOOT), default=A4)


def places(file: Path) -> dict[str, int]:
    """The page on which each named place of a PDF stands, from 1."""
    reader = PdfReader(file)
    return {
        name.removeprefix("/"): reader.get_destination_page_number(place) + 1
        for name, place in reader.named_destinations.items()
    }
