"""The joined book as an EPUB: its chapters as XHTML files in one archive."""

import re
import uuid
from html import escape
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from playwright.sync_api import Page

from book.ext.downloads import VARIABLE
from book.print.joined import Book, Chapter
from book.print.printed import script
from vitlib.show import style

HERE = Path(__file__).parent
COVER = HERE.parent / "static" / "cover.png"
ROLE = re.compile(r"var\(--vit-([\w-]+)\)")
CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="book/package.opf"
media-type="application/oebps-package+xml"/></rootfiles></container>
"""
PAGE = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"
lang="{language}" xml:lang="{language}"><head><title>{title}</title>
<link rel="stylesheet" type="text/css" href="book.css"/></head>
<body>{body}</body></html>
"""
PACKAGE = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id"
xml:lang="{language}"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:uuid:{identifier}</dc:identifier>
<dc:title>{title}</dc:title><dc:creator>{author}</dc:creator>
<dc:language>{language}</dc:language><dc:date>{day}</dc:date>
<dc:rights>Text and figures: CC BY 4.0. Code: BSD-3-Clause.</dc:rights>
<meta property="dcterms:modified">{day}T00:00:00Z</meta>
<meta property="schema:accessMode">textual</meta>
<meta property="schema:accessMode">visual</meta>
<meta property="schema:accessibilityFeature">alternativeText</meta>
<meta property="schema:accessibilityFeature">MathML</meta>
<meta property="schema:accessibilityFeature">tableOfContents</meta>
<meta property="schema:accessibilityHazard">none</meta>
<meta property="schema:accessibilitySummary">Every figure has an alternative
text; formulas are MathML.</meta></metadata>
<manifest>{items}</manifest><spine>{order}</spine></package>
"""


def parts(page: Page) -> list[dict]:
    """The chapters of the opened joined book as XHTML; changes the page."""
    return page.evaluate(script("epub.js"))


def light(body: str) -> str:
    """A chapter with the colours of its figures, which no style sheet sets."""
    return VARIABLE.sub(r"\1", body).replace(style.FONT, "sans-serif")


def sheet() -> str:
    """The style sheet with its colours' light shades, as old readers want them."""
    css = (HERE / "epub.css").read_text("utf-8")
    return ROLE.sub(lambda found: style.colour(found[1]), css)


def nested(chapter: Chapter) -> str:
    """A chapter's line in the contents, with those of its sections."""
    first, *inner = (
        f'<a href="chapter-{chapter.name}.xhtml#{section.place}">'
        f"{escape(section.words)}</a>"
        for section in chapter.sections
    )
    below = "".join(f"<li>{line}</li>" for line in inner)
    return f"<li>{first}<ol>{below}</ol></li>" if below else f"<li>{first}</li>"


def item(name: str, properties: list[str], kind: str = "application/xhtml+xml") -> str:
    """A file's entry in the package."""
    said = f' properties="{" ".join(properties)}"' if properties else ""
    identity = re.sub(r"\W", "-", name)
    return f'<item id="{identity}" href="{name}" media-type="{kind}"{said}/>'


def package(book: Book, texts: list[dict]) -> str:
    """The list of the book's files, and what the book is."""
    items = [item("nav.xhtml", ["nav"]), item("book.css", [], "text/css")]
    items.append(item(COVER.name, ["cover-image"], "image/png"))
    for text in texts:
        used = {"mathml": text["math"], "svg": text["svg"]}
        properties = [name for name, there in used.items() if there]
        items.append(item(f"{text['name']}.xhtml", properties))
    names = [f"{text['name']}-xhtml" for text in texts]
    order = [f'<itemref idref="{name}"/>' for name in ["nav-xhtml", *names]]
    return PACKAGE.format(
        title=escape(book.title),
        author=escape(book.author),
        language=book.language,
        day=book.day,
        identifier=uuid.uuid5(uuid.NAMESPACE_URL, f"{book.address}{book.commit}"),
        items="".join(items),
        order="".join(order),
    )


def write(file: Path, book: Book, read: list[Chapter], texts: list[dict]) -> None:
    """Write the archive, the same bytes for the same commit."""
    lines = "".join(map(nested, read))
    nav = f'<nav epub:type="toc"><h1>{escape(book.title)}</h1><ol>{lines}</ol></nav>'
    titles = {f"chapter-{part.name}": part.title for part in read}
    pages = {"nav": ("Contents", nav)}
    pages |= {t["name"]: (titles[t["name"]], light(t["body"])) for t in texts}
    files = {
        "META-INF/container.xml": CONTAINER,
        "book/package.opf": package(book, texts),
        f"book/{COVER.name}": COVER.read_bytes(),
        "book/book.css": sheet(),
    }
    for name, (title, body) in pages.items():
        said = {"language": book.language, "title": escape(title), "body": body}
        files[f"book/{name}.xhtml"] = PAGE.format(**said)
    day = (*book.day.timetuple()[:3], 0, 0, 0)
    with ZipFile(file, "w") as archive:
        kind = ZipInfo("mimetype", day)  # first and bare, as the format wants it
        archive.writestr(kind, "application/epub+zip", ZIP_STORED)
        for name, content in files.items():
            archive.writestr(ZipInfo(name, day), content, ZIP_DEFLATED)
