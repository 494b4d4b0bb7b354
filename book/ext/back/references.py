"""The papers that chapters link to: a list, and a mark at each link that leads there.

Chapters link to arXiv in plain Markdown. Those links stay; the build puts the paper's
number in the list behind them.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pybtex.database import Entry, parse_file

from .contents import ROOT, Chapter, chapters, slug

FILE = "book/references.bib"
PAPER = re.compile(
    r"https?://(?:www\.)?(?:arxiv\.org/(?:abs|pdf|html)|doi\.org)/([\w./-]*\w)"
)
VERSION = re.compile(r"(?<=\d)v\d+(\.pdf)?$|\.pdf$")


@dataclass(frozen=True)
class Paper:
    """A paper: who wrote it, what, where, when, and its number at arXiv or its DOI."""

    authors: tuple[tuple[str, str], ...]  # initials and family name
    title: str
    venue: str
    year: str
    number: str

    @classmethod
    def of(cls, entry: Entry) -> "Paper":
        """From an entry of the BibTeX file."""
        fields = entry.fields
        authors = tuple(
            (
                " ".join(map(initials, (*p.first_names, *p.middle_names))),
                " ".join((*p.prelast_names, *p.last_names)),
            )
            for p in entry.persons["author"]
        )
        title = " ".join(fields["title"].replace(r"\&", "&amp;").split())
        venue = fields.get("booktitle", fields.get("journal", ""))
        number = fields.get("eprint") or fields["doi"]
        return cls(authors, title, venue, fields["year"], number)

    @property
    def anchor(self) -> str:
        """Its id on the page of references."""
        return f"paper-{slug(self.number)}"

    @property
    def short(self) -> str:
        """Who and when: "Vaswani et al. 2017"."""
        names = [family for _, family in self.authors]
        who = f"{names[0]} et al." if len(names) > 2 else " and ".join(names)
        return f"{who} {self.year}"

    @property
    def address(self) -> str:
        """Where it can be read."""
        doi = self.number.startswith("10.")
        return f"https://{'doi.org' if doi else 'arxiv.org/abs'}/{self.number}"

    @property
    def source(self) -> str:
        """Its link, named after what it is."""
        kind = "doi" if self.number.startswith("10.") else "arXiv"
        return f'<a href="{self.address}">{kind}:{self.number}</a>'


@cache
def papers(root: Path = ROOT) -> list[Paper]:
    """All papers of the BibTeX file, by their first authors."""
    entries = parse_file(str(root / FILE), bib_format="bibtex").entries.values()
    return sorted(
        map(Paper.of, entries), key=lambda p: (p.authors[0][1], p.year, p.title)
    )


def initials(name: str) -> str:
    """A first name, shortened: J. of Jean, J.-B. of Jean-Baptiste."""
    return "-".join(f"{part[0]}." for part in name.split("-"))


def linked(text: str) -> set[str]:
    """The numbers of the papers that a text links to, with no version."""
    return {VERSION.sub("", number) for number in PAPER.findall(text)}


@cache
def numbered(root: Path = ROOT) -> dict[str, tuple[int, Paper]]:
    """Those that a chapter links to, by number, with their place in the list."""
    cited = {number for chapter in chapters(root) for number in linked(chapter.prose)}
    kept = [paper for paper in papers(root) if paper.number in cited]
    return {paper.number: (i, paper) for i, paper in enumerate(kept, start=1)}


def entry(paper: Paper, citing: list[Chapter]) -> str:
    """A paper's item in the list."""
    names = [f"{first} {family}" for first, family in paper.authors]
    who = " and ".join([*filter(None, [", ".join(names[:-1])]), names[-1]])
    where = f"{paper.venue}, {paper.year}" if paper.venue else paper.year
    links = ", ".join(chapter.link(str(chapter.number)) for chapter in citing)
    plural = "s" if len(citing) > 1 else ""
    return (
        f'<li id="{paper.anchor}">{who}. <cite>{paper.title}</cite>. {where}. '
        f"{paper.source}. <small>Cited in chapter{plural} {links}.</small></li>"
    )


def listed(root: Path = ROOT) -> str:
    """The page's list."""
    citing = {
        number: [c for c in chapters(root) if number in linked(c.prose)]
        for number in numbered(root)
    }
    entries = [entry(p, citing[number]) for number, (_, p) in numbered(root).items()]
    return '<ol class="references">\n' + "\n".join(entries) + "\n</ol>"
