"""The glossary, and where its terms stand in the chapters."""

import re
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

import yaml

from .contents import ROOT, Chapter, by_number, slug

LANGUAGES = {"tr": "Turkish", "ru": "Russian", "ko": "Korean"}
LATIN = re.compile(r"[A-Za-z\d .,-]+")
FILE = "book/glossary.yml"


@dataclass(frozen=True)
class Term:
    """A term: what it means, the chapter that teaches it, its words by language."""

    term: str
    means: str
    chapter: int
    tr: tuple[str, ...]
    ru: tuple[str, ...]
    ko: tuple[str, ...]
    also: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """Its id, on the glossary's page as in the chapter."""
        return f"term-{slug(self.term)}"

    def meant_by(self, words: str, chapter: Chapter) -> bool:
        """Whether bold words in a chapter are this term.

        Short forms, such as "head", mean it in the chapter that teaches it.
        """
        forms = (self.term, *(self.also if chapter.number == self.chapter else ()))
        return words.lower() in [form.lower() for form in forms]

    def stands_in(self, chapter: Chapter) -> bool:
        """Whether the chapter sets it in bold, as it does where it explains it."""
        bold = re.findall(r"\*\*([^*]+)\*\*", chapter.prose)
        return any(self.meant_by(words, chapter) for words in bold)

    def english(self, language: str, word: str) -> bool:
        """Whether a language says it in English."""
        if language == "tr":  # which has Latin letters itself
            return word.lower() in (self.term.lower(), *self.also)
        return bool(LATIN.fullmatch(word))


@cache
def terms(root: Path = ROOT) -> list[Term]:
    """All terms, in the file's order."""
    entries = yaml.safe_load((root / FILE).read_text("utf-8"))
    lists = ("also", *LANGUAGES)
    return [
        Term(**{key: tuple(v) if key in lists else v for key, v in entry.items()})
        for entry in entries
    ]


def words(term: Term, language: str) -> str:
    """A language's words for a term; what it says in English is marked as such."""
    marked = [
        f'<span lang="en">{word}</span> <small>in English</small>'
        if term.english(language, word)
        else f'<span lang="{language}">{word}</span>'
        for word in getattr(term, language)
    ]
    return f"<small>{LANGUAGES[language]}</small> {', '.join(marked)}"


def abroad(term: Term) -> list[str]:
    """What other languages call it: an item each, or one for all."""
    if len({term.tr, term.ru, term.ko}) == 1:
        named = " and ".join(LANGUAGES.values()).replace(" and ", ", ", 1)
        return [f"<small>{named}: the English word</small>"]
    return [words(term, language) for language in LANGUAGES]


def entry(term: Term, chapter: Chapter) -> str:
    """A term's entry, as an item of a list of definitions in Markdown."""
    anchor = term.anchor if term.stands_in(chapter) else ""
    foreign = "".join(f"<li>{item}</li>" for item in abroad(term))
    where = chapter.link(f"Chapter {chapter.number}", anchor)
    return (
        f'<span id="{term.anchor}">{term.term}</span>\n'
        f': {term.means} {where}\n\n  <ul class="words">{foreign}</ul>'
    )


def listed(root: Path = ROOT) -> str:
    """The page's Markdown: the terms under their first letters."""
    numbered = by_number(root)
    parts = []
    for letter, group in groupby(terms(root), lambda term: term.term[0].upper()):
        entries = [entry(term, numbered[term.chapter]) for term in group]
        parts.append(f"## {letter}\n\n" + "\n\n".join(entries))
    return "\n\n".join(parts)
