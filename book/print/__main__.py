"""Print the built book: ``python -m book.print`` makes a PDF and an EPUB of it."""

import argparse
from pathlib import Path

from book.ext.downloads import BOOK, offer
from book.print import epub, joined, printed
from book.serve import BUILT
from tests.book_site import chromium  # with the switches that the tests use


def main() -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--html", type=Path, default=BUILT, help="the built pages")
    parser.add_argument("--folder", type=Path, default=BUILT.parent, help="for both")
    options = parser.parse_args()
    book, read = joined.about(), joined.chapters(options.html.resolve())
    working = options.folder.resolve() / "print"
    working.mkdir(parents=True, exist_ok=True)
    source = working / "book.html"
    source.write_text(joined.document(options.html.resolve(), book, read), "utf-8")
    with chromium() as browser:
        page = printed.opened(browser, source, book.address)
        printed.printed(page, options.folder / f"{BOOK}.pdf", book, read)
        texts = epub.parts(page)
    epub.write(options.folder / f"{BOOK}.epub", book, read, texts)
    offer(options.html, read[0].page, options.folder)


if __name__ == "__main__":
    main()
