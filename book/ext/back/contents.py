"""What the book consists of: its pages in order, and what its chapters say.

The table of contents has parts; of these, chapters are the pages that are notebooks.
"""

import json
import re
from dataclasses import dataclass
from functools import cache, cached_property
from html import unescape
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[3]
TITLE = re.compile(r"^# (?:(\d+)\. )?(.+)", re.MULTILINE)


@dataclass(frozen=True)
class Chapter:
    """A notebook of the book; ``file`` is its path with no suffix."""

    file: str
    root: Path = ROOT

    @cached_property
    def cells(self) -> list[dict]:
        """The notebook's cells, each with its text in one piece."""
        notebook = json.loads(self.path.read_text("utf-8"))
        return [
            {**cell, "source": "".join(cell["source"])} for cell in notebook["cells"]
        ]

    @property
    def path(self) -> Path:
        """The notebook's file."""
        return self.root / f"{self.file}.ipynb"

    @cached_property
    def title(self) -> str:
        """Its number and name, as in its first heading: "5. Attention"."""
        return TITLE.search(self.prose)[0].removeprefix("# ")

    @property
    def number(self) -> int:
        """Its number."""
        return int(TITLE.search(self.prose)[1])

    @property
    def name(self) -> str:
        """Its title without the number."""
        return TITLE.search(self.prose)[2]

    @cached_property
    def prose(self) -> str:
        """Its Markdown, cells apart by an empty line."""
        texts = [c["source"] for c in self.cells if c["cell_type"] == "markdown"]
        return "\n\n".join(texts)

    def link(self, words: str = "", anchor: str = "") -> str:
        """A link from a page in ``book`` to the chapter or a place in it, as HTML."""
        mark = f"#{anchor}" if anchor else ""
        return f'<a href="../{self.file}.html{mark}">{words or self.title}</a>'


def pages(root: Path = ROOT) -> list[str]:
    """All pages in reading order, the front page first, as paths with no suffix."""
    table = yaml.safe_load((root / "_toc.yml").read_text("utf-8"))
    listed = [page["file"] for part in table["parts"] for page in part["chapters"]]
    return [table["root"], *listed]


@cache
def chapters(root: Path = ROOT) -> list[Chapter]:
    """The chapters in reading order."""
    found = [Chapter(file, root) for file in pages(root)]
    return [chapter for chapter in found if chapter.path.is_file()]


def by_number(root: Path = ROOT) -> dict[int, Chapter]:
    """The chapters by their numbers."""
    return {chapter.number: chapter for chapter in chapters(root)}


def slug(html: str) -> str:
    """A text, its markup left out, as a name in an address."""
    text = unescape(re.sub(r"<[^>]*>|`", "", html)).lower()
    return "-".join(re.findall("[a-z0-9]+", text.replace("'", "")))
