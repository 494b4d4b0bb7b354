"""Links of a built site that lead nowhere, found without a browser."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

FOLLOWED = {"a", "area", "form"}  # by the reader; all else is loaded with the page
ADDRESSES = ("href", "xlink:href", "src", "data", "action", "poster")
NAMED = ("for", "popovertarget", "aria-labelledby", "aria-describedby", "aria-controls")
ELSEWHERE = ("data:", "mailto:", "blob:", "javascript:")
IN_CSS = re.compile(r"""url\(\s*['"]?([^'")]+)|@import\s+['"]([^'"]+)""")


class Page(HTMLParser):
    """What a page names with an id, what it leads to, and what it loads."""

    def __init__(self, html: str):
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.in_style = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect an element's addresses and ids."""
        values = {name: value or "" for name, value in attrs}
        self.in_style = tag == "style"
        self.ids.update([values["id"]] if "id" in values else [])
        follow = tag in FOLLOWED or values.get("rel") in ("canonical", "next", "prev")
        kept = self.links if follow else self.loads
        kept += [values[name] for name in ADDRESSES if name in values]
        self.links += [f"#{i}" for n in NAMED for i in values.get(n, "").split()]
        self.loads += [part.split()[0] for part in split(values.get("srcset", ""), ",")]
        self.loads += [url for value in values.values() for url in in_css(value)]
        if tag == "meta" and values.get("http-equiv", "").lower() == "refresh":
            self.links.append(values["content"].partition("url=")[2])
        if values.get("property") in ("og:url", "og:image"):
            self.links.append(values["content"])

    def handle_data(self, data: str) -> None:
        """Collect the addresses in a style sheet inside the page."""
        self.loads += in_css(data) if self.in_style else []


def split(text: str, at: str) -> list[str]:
    """The parts of a text that are not empty."""
    return [part.strip() for part in text.split(at) if part.strip()]


def in_css(css: str) -> list[str]:
    """The addresses in a style sheet."""
    return [one or other for one, other in IN_CSS.findall(css)]


@cache
def read(html: str) -> Page:
    """What is in a page; read once for each text that it has."""
    return Page(html)


@cache
def ids_of(file: Path) -> frozenset[str]:
    """The ids of a page."""
    return frozenset(read(file.read_text("utf-8")).ids)


def dead_links(html_root: Path, base: str = "") -> list[str]:
    """What is wrong with the links between a site's files.

    Checked are links and their anchors, images, scripts, style sheets and what those
    load, labels and other references inside a page, and that its ids are unique.

    Args:
        html_root: folder of the built site.
        base: address under which the site will stand; links to it are followed too.

    Returns:
        One line a fault, ``page: what is wrong``; empty for a site in order.
    """
    ids_of.cache_clear()
    html_root, faults = html_root.resolve(), []
    for file in sorted(html_root.rglob("*.html")):
        page, name = read(file.read_text("utf-8")), file.relative_to(html_root)
        twice = sorted(i for i, times in page.ids.items() if times > 1)
        faults += [f"{name}: id {i} twice" for i in twice]
        faults += wrong(html_root, base, file, page.links, page.loads)
    for file in sorted(html_root.rglob("*.css")):
        faults += wrong(html_root, base, file, [], in_css(file.read_text("utf-8")))
    for file in html_root.glob("sitemap.xml"):
        pages = re.findall("<loc>(.*?)</loc>", file.read_text("utf-8"))
        faults += wrong(html_root, base, file, pages, [])
    return faults


def wrong(
    root: Path, base: str, file: Path, links: list[str], loads: list[str]
) -> Iterator[str]:
    """The faults of one file's addresses."""
    name = file.relative_to(root)
    for url in dict.fromkeys(links + loads):
        if base and url.startswith(base):
            fault = fault_of(root, root / "index.html", url.removeprefix(base))
        elif urlsplit(url).scheme in ("http", "https") or url.startswith("//"):
            fault = f"{url} is loaded from elsewhere" if url in loads else ""
        else:
            fault = "" if url.startswith(ELSEWHERE) else fault_of(root, file, url)
        if fault:
            yield f"{name}: {fault}"


def fault_of(root: Path, file: Path, url: str) -> str:
    """What is wrong with an address inside the site; nothing if it leads somewhere."""
    parts = urlsplit(url)
    if parts.path.startswith("/"):
        return f"{url} starts at the host, not at the book"
    target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
    if target.is_dir():
        target = target / "index.html"
    if not target.is_file() or not target.is_relative_to(root):
        return f"{url} does not exist"
    anchor = unquote(parts.fragment)
    if anchor and target.suffix == ".html" and anchor not in ids_of(target):
        return f"{url}: no {anchor} in {target.name}"
    return ""
