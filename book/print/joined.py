"""The built pages as one document: cover, contents, and the chapters in their order."""

import re
import subprocess
from dataclasses import dataclass
from datetime import date
from html import escape, unescape
from pathlib import Path

import yaml

from book.ext.back.contents import pages
from book.ext.vitbook import inline
from book.print.cover import cover
from vitlib import __version__
from vitlib.show import style

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
ARTICLE = re.compile(r"<article[^>]*>(.*?)</article>", re.DOTALL)
HEADING = re.compile(r'<section[^>]* id="([^"]+)"[^>]*>\s*<h([12])>(.*?)</h\2>', re.S)
MARK = re.compile(r'<a class="headerlink".*?</a>|<[^>]+>', re.DOTALL)
FRONT = "About this book"  # the front page's title is the book's, which the cover has


@dataclass(frozen=True)
class Book:
    """What a printed book says of itself."""

    title: str
    author: str
    language: str
    address: str
    repository: str
    day: date
    commit: str

    @property
    def edition(self) -> str:
        """Version, day and commit in one line."""
        day = f"{self.day.day} {self.day:%B %Y}"
        return f"Version {__version__} · {day} · commit {self.commit}"


def about() -> Book:
    """Title and addresses as in ``_config.yml``, day and commit as git has them."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    command = ["git", "log", "-1", "--format=%cs %h"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    day, commit = said.stdout.split()
    return Book(
        title=config["title"],
        author=config["author"],
        language=config["sphinx"]["config"]["language"],
        address=config["html"]["baseurl"],
        repository=config["repository"]["url"],
        day=date.fromisoformat(day),
        commit=commit,
    )


@dataclass(frozen=True)
class Section:
    """A heading of the contents: where it stands, its level and its words."""

    place: str
    level: int
    words: str


@dataclass(frozen=True)
class Chapter:
    """A page of the book: its name in addresses, its text, its headings."""

    page: str
    body: str
    sections: tuple[Section, ...]

    @property
    def name(self) -> str:
        """What its places are called by in the one document."""
        return self.page.rpartition("/")[2]

    @property
    def title(self) -> str:
        """The words of its first heading."""
        return self.sections[0].words


def chapters(html: Path) -> list[Chapter]:
    """The chapters of a built book, in the order of ``_toc.yml``.

    Raises:
        FileNotFoundError: a page is not built.
    """
    missing = [page for page in pages() if not (html / f"{page}.html").is_file()]
    if missing:
        raise FileNotFoundError(f"no {missing[0]}.html in {html}: make book")
    read = {page: (html / f"{page}.html").read_text("utf-8") for page in pages()}
    return [chapter(page, text) for page, text in read.items()]


def chapter(page: str, html: str) -> Chapter:
    """A built page's text and headings."""
    body, name = ARTICLE.search(html)[1], page.rpartition("/")[2]
    if page == pages()[0]:
        body = re.sub(r"(<h1>).*?(<a )", rf"\1{FRONT}\2", body, count=1)
    found = HEADING.findall(body)
    sections = (Section(f"{name}--{i}", int(n), plain(words)) for i, n, words in found)
    return Chapter(page, body, tuple(sections))


def plain(html: str) -> str:
    """A heading's words without their markup."""
    return " ".join(unescape(MARK.sub("", html)).split())


def contents(read: list[Chapter]) -> str:
    """The list of chapters and sections, with room for their pages' numbers."""
    lines = "".join(
        f'<li class="level-{section.level}"><a href="#{section.place}">'
        f"<span>{escape(section.words)}</span>"
        "<b>000</b></a></li>"
        for part in read
        for section in part.sections
    )
    return f'<nav id="contents"><h1>Contents</h1><ol>{lines}</ol></nav>'


def imprint(book: Book) -> str:
    """Who may do what with the book, and whose pictures are in it."""
    credit = (ROOT / "LICENSE-TEXT").read_text("utf-8").split("\n\n")[0]
    link = f'<a href="{book.address}">{book.address}</a>'
    return (
        f'<section class="imprint"><p>© {book.day.year} {escape(book.author)}. '
        "Text and figures: CC BY 4.0. Code: BSD-3-Clause.</p>"
        f"<p>{escape(credit)}</p>"
        f"<p>{escape(book.edition)}. On the pages at {link} "
        "the sliders move, and each chapter can be run.</p></section>"
    )


def heads(read: list[Chapter]) -> str:
    """Style sheet that writes each chapter's title above its pages."""
    rule = '@page {0} {{ @top-left {{ content: "{1}"; }} }}\n#{2} {{ page: {0}; }}\n'
    return "".join(
        rule.format(f"part{i}", part.title.replace('"', "”"), f"chapter-{part.name}")
        for i, part in enumerate(read)
    )


def document(html: Path, book: Book, read: list[Chapter]) -> str:
    """The whole book as one page, whose addresses are as in the built book."""
    sheets = "".join(
        f'<link rel="stylesheet" href="{(html / "_static" / name).as_uri()}">'
        for name in ("book.css", "katex/katex.css")
    )
    parts = "".join(
        f'<article id="chapter-{part.name}" data-page="{part.page}">'
        f"{part.body}{imprint(book) if part is read[0] else ''}</article>"
        for part in read
    )
    picture = inline(style.svg(cover()), "Mountains, cut into patches", "cover")
    paper = (HERE / "paper.css").read_text("utf-8")
    dark = style.variables(1)
    return (
        f'<!DOCTYPE html><html lang="{book.language}" data-theme="light">'
        f'<head><meta charset="utf-8"><title>{escape(book.title)}</title>{sheets}'
        f"<style>{paper}{heads(read)}</style></head>"
        f'<body><section class="cover" style="{dark}">{picture}'
        f'<p class="title">{escape(book.title)}'
        f'</p><p class="edition">{escape(book.author)}<br>{escape(book.edition)}<br>'
        "Text and figures: CC BY 4.0 · Code: BSD-3-Clause</p></section>"
        f"{contents(read)}{parts}</body></html>"
    )
