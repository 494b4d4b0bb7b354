"""The mistakes as a table: cards for a page, lines for a terminal."""

import textwrap
from dataclasses import dataclass
from html import escape

from vitlib.checks import one_of
from vitlib.mistakes import (
    attention,
    class_token,
    encoder_parts,
    head,
    heads,
    inspection,
    model,
    patches,
    position,
    scaling,
    tokens,
    training,
)
from vitlib.mistakes.collection import Mistake

FILES = (patches, tokens, class_token, position, attention, heads)
FILES += (encoder_parts, head, model, training, inspection, scaling)
MISTAKES = tuple(mistake for file in FILES for mistake in file.CHAPTER.mistakes)

WIDTH = 78  # of a line on a terminal, or of a notebook's cell
ROWS = {  # of a card: its words, and which part of a mistake
    "wrong": "wrong",
    "right": "right",
    "seen": "what you see",
    "missed": "why it is missed",
    "test": "the test",
}
CODE = {"wrong", "right", "test"}


@dataclass(frozen=True, repr=False)
class Table:
    """Mistakes, to be shown: ``print`` it, or leave it at the end of a cell."""

    mistakes: tuple[Mistake, ...]

    def __repr__(self) -> str:
        return "\n\n".join(map(lines, self.mistakes))

    def _repr_html_(self) -> str:
        return "\n".join(map(card, self.mistakes))


def name_of(mistake: Mistake) -> str:
    """The number and the key, as "4.1 one position for all"."""
    return f"{mistake.chapter}.{mistake.number} {mistake.key.replace('-', ' ')}"


def lines(mistake: Mistake) -> str:
    """A mistake as text, in lines that fit a terminal."""
    found = [f"{name_of(mistake)} (shown by {mistake.shown_by()})"]
    for part in ROWS:
        first, later = f"  {part:7}", " " * 9
        text = getattr(mistake, part)
        found += textwrap.wrap(
            text, WIDTH, initial_indent=first, subsequent_indent=later
        )
    return "\n".join(found)


def card(mistake: Mistake) -> str:
    """A mistake as HTML: its name, and the rest when it is opened."""
    rows = []
    for part, words in ROWS.items():
        text = escape(getattr(mistake, part))
        if part in CODE:
            text = f'<code style="overflow-wrap:anywhere">{text}</code>'
        rows.append(f"<dt>{words}</dt><dd>{text}</dd>")
    shown = mistake.shown_by()
    more = "" if shown == "a test" else f" <small>· {shown} shows it</small>"
    head = escape(name_of(mistake)) + more
    return f"<details><summary>{head}</summary><dl>{''.join(rows)}</dl></details>"


def table(chapter: int | None = None) -> Table:
    """Those of one chapter, or all. Raises: ValueError: no such chapter."""
    known = sorted({mistake.chapter for mistake in MISTAKES})
    if chapter is not None and chapter not in known:
        raise ValueError(f"chapter must be {one_of(known)}, got {chapter!r}")
    return Table(tuple(m for m in MISTAKES if chapter in (None, m.chapter)))
