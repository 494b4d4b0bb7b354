"""All figures and still sliders of the built book side by side: one hand, one palette?

``python -m book.sheet`` writes a page, in light and in dark, each picture as wide as on
a telephone, under its name.
"""

import argparse
import re
from html import escape
from pathlib import Path

from book.ext.back.contents import pages
from book.serve import BUILT

PICTURE = re.compile(
    r'<svg (?:data-figure="([^"]+)" )?class="vit-figure".*?</svg>', re.S
)
WIDGET = re.compile(r'<div class="vit-widget" [^>]*data-widget="([^"]+)"[^>]*>$')
LAYOUT = """
body { display: block; padding: 1rem; }
main { display: block; max-width: none; margin: 0; padding: 0; }
main { columns: 360px; column-gap: 1.5rem; }
figure { margin: 0 0 2rem; break-inside: avoid; }
figcaption { margin-bottom: 0.5rem; font-size: 0.8rem; }
.vit-figure { width: 360px; max-width: none; margin: 0; }
"""


def pictures(html: str) -> list[tuple[str, str]]:
    """The pictures of a built page with their names, sliders' as "slider NAME"."""
    found = []
    for picture in PICTURE.finditer(html):
        widget = WIDGET.search(html[: picture.start()][-200:])
        name = picture[1] or (f"slider {widget[1]}" if widget else "")
        if name:
            found.append((name, picture[0]))
    return found


def apart(svg: str, number: int) -> str:
    """A picture whose ids are its own, though another's on the sheet are the same."""
    ids = set(re.findall(r'\bid="([^"]+)"', svg))
    for one in sorted(ids, key=len, reverse=True):
        svg = re.sub(
            rf'(id="|#){re.escape(one)}(?=["\')])', rf"\g<1>p{number}-{one}", svg
        )
    return svg


def sheet(html: Path, scheme: str) -> str:
    """The sheet's page, "light" or "dark".

    Raises:
        FileNotFoundError: a page of the book is not built.
    """
    missing = [page for page in pages() if not (html / f"{page}.html").is_file()]
    if missing:
        raise FileNotFoundError(f"no {missing[0]}.html in {html}: make book")
    texts = [(html / f"{page}.html").read_text("utf-8") for page in pages()]
    found = [one for text in texts for one in pictures(text)]
    figures = "".join(
        f"<figure><figcaption>{escape(name)}</figcaption>{apart(svg, i)}</figure>"
        for i, (name, svg) in enumerate(found)
    )
    css = (html / "_static" / "book.css").as_uri()
    return (
        f'<!DOCTYPE html><html lang="en" data-theme="{scheme}"><meta charset="utf-8">'
        f"<title>{len(found)} pictures, {scheme}</title>"
        f'<link rel="stylesheet" href="{css}"><style>{LAYOUT}</style>'
        f"<main>{figures}</main></html>"
    )


def main() -> None:
    """Read the command line and write both sheets."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--html", type=Path, default=BUILT, help="the built pages")
    html = parser.parse_args().html.resolve()
    for scheme in ("light", "dark"):
        file = html.parent / f"contact-sheet-{scheme}.html"
        file.write_text(sheet(html, scheme), "utf-8")
        print(f"Open {file.as_uri()}")


if __name__ == "__main__":
    main()
