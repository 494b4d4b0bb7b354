"""The exercise sheet: what the chapters ask for, with the code to start from."""

import re
from pathlib import Path

from .contents import ROOT, Chapter, chapters

HEADING = "## Exercises"
FOLDED = re.compile(r"<details>.*?</details>\s*", re.DOTALL)
ON_PAPER = re.compile(r"^Change a cell and run it;.*\n+")  # nothing is run there


def asked_in(chapter: Chapter) -> list[str]:
    """A chapter's exercises, as pieces of Markdown in order, without solutions."""
    texts = [cell["source"] for cell in chapter.cells]
    begin = next((i for i, text in enumerate(texts) if HEADING in text), len(texts))
    pieces = []
    for cell in chapter.cells[begin:]:
        text = cell["source"]
        if cell["cell_type"] == "code":
            pieces += [f"```python\n{text}\n```", *printed(cell)]
            continue
        text = text.partition(HEADING)[2] or text
        kept, *summary = re.split(r"^## ", text, maxsplit=1, flags=re.MULTILINE)
        pieces.append(FOLDED.sub("", kept).strip())
        if summary:
            break
    return [ON_PAPER.sub("", piece) for piece in pieces if piece]


def printed(cell: dict) -> list[str]:
    """What a cell says, unless it is that there is no answer yet."""
    said = "".join("".join(output.get("text", "")) for output in cell["outputs"])
    return [f"```text\n{said}```"] if said and not said.startswith("…") else []


def listed(root: Path = ROOT) -> str:
    """The page's Markdown: a section for each chapter that has exercises."""
    parts = []
    for chapter in chapters(root):
        if pieces := asked_in(chapter):
            there = chapter.link("To check and to solutions", "exercises")
            parts.append("\n\n".join([f"## {chapter.title}", *pieces, there]))
    return "\n\n".join(parts)
