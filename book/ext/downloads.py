"""What readers may take along: each figure as a file, and the whole book.

Under a figure stand a link to it as an SVG of its own, whose colours need no page, and
the licence; ``page.js`` adds a PNG and the words to name the source with. The front
page offers the printed book in the kinds that ``make pdf`` has made.
"""

import re
import shutil
from pathlib import Path

from sphinx.application import Sphinx

from vitlib.show import style

BOOK = "vision-transformer-illustrated"
KINDS = {"pdf": "PDF", "epub": "EPUB"}  # of the whole book
FOLDER = "_figures"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
VARIABLE = re.compile(r"var\(--vit-[\w-]+, (#\w{6})\)")
FONT = "Arial, Helvetica, 'Liberation Sans', 'DejaVu Sans', sans-serif"
FIGURE = re.compile(r'<svg data-figure="([^"]+)".*?</svg>', re.DOTALL)
OFFER = re.compile(r'(<div class="offer">).*?(</div>)', re.DOTALL)


def alone(svg: str, source: str) -> str:
    """A figure of a page as a file of its own, light wherever it is opened.

    Args:
        svg: as it stands in the page.
        source: address of the page, for its name and licence.
    """
    tag, _, drawing = svg.partition(">")
    alt = re.search(r'aria-label="([^"]*)"', tag)
    width, height = re.search(r'viewBox="0 0 (\S+) ([^"\s]+)"', tag).groups()
    drawing = VARIABLE.sub(r"\1", drawing).replace(style.FONT, FONT)
    drawing = re.sub(r"</?a\b[^>]*>", "", drawing)  # its links lead to chapters
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" '
        'xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}">\n'
        f" <title>{alt[1] if alt else ''}</title>\n"
        f" <desc>From {source}, CC BY 4.0, {LICENCE}</desc>{drawing}\n"
    )


def take_along(app: Sphinx, pagename: str, template: str, context: dict, tree) -> None:
    """Write each figure of a page to a file, and a link to it under the figure."""
    folder = Path(app.outdir, FOLDER)
    source = f"{app.config.html_baseurl}{pagename}.html"
    up = "../" * pagename.count("/")

    def control(found: re.Match) -> str:
        folder.mkdir(exist_ok=True)
        name = f"{found[1]}.svg"
        (folder / name).write_text(alone(found[0], source), "utf-8")
        return (
            f'<span class="vit-shown">{found[0]}<span class="vit-take">'
            f'<a href="{up}{FOLDER}/{name}" download aria-label="{name}">SVG</a>'
            f'<a href="{LICENCE}" rel="license">CC BY 4.0</a></span></span>'
        )

    context["body"] = FIGURE.sub(control, context.get("body", ""))


def size(file: Path) -> str:
    """A file's size in words."""
    return f"{file.stat().st_size / 1e6:.1f} MB"


def offer(html: Path, front: str, made: Path) -> None:
    """Offer the whole book on the front page, in the kinds that there are.

    Args:
        html: folder of the built book, into which the files are copied.
        front: its front page, as ``folder/name``.
        made: folder in which they were made.
    """
    page, links = html / f"{front}.html", []
    for ending, kind in KINDS.items():
        if (file := made / f"{BOOK}.{ending}").is_file():
            shutil.copyfile(file, html / file.name)
            link = f'<a href="{"../" * front.count("/")}{file.name}" download>'
            links.append(f"{link}{kind}, {size(file)}</a>")
    if links:
        words = f"<p>The whole book in one file: {' or '.join(links)}</p>"
        text = OFFER.sub(
            lambda found: found[1] + words + found[2], page.read_text("utf-8")
        )
        page.write_text(text, "utf-8")


def offer_made(app: Sphinx, error: Exception | None) -> None:
    """Keep offering what was made before this build."""
    if error is None and app.builder.name == "html":
        offer(Path(app.outdir), app.config.root_doc, Path(app.outdir).parent)


def setup(app: Sphinx) -> dict:
    """Sphinx's entry point."""
    app.connect("html-page-context", take_along)
    app.connect("build-finished", offer_made)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
