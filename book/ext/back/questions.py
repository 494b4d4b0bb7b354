"""The questions that readers ask: found in the chapters, listed by topic.

In a chapter a question is a folded part with its words in the summary, under the
heading below. On the page it gets an id, by which others can link to it.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import yaml

from .contents import ROOT, Chapter, chapters, slug

HEADING = "## Questions readers ask"
FOLDED = re.compile(r"<details>(\s*<summary>(.*?)</summary>)", re.DOTALL)
TOPICS = "book/questions.yml"


@dataclass(frozen=True)
class Question:
    """A question, as HTML, and the chapter that answers it."""

    words: str
    chapter: Chapter

    @property
    def name(self) -> str:
        """By what the list of topics knows it."""
        return slug(self.words)

    @property
    def line(self) -> str:
        """Its line in the list: the question, which leads to its answer."""
        link = self.chapter.link(self.words, anchor(self.words))
        where = f'<small class="where">chapter {self.chapter.number}</small>'
        return f"- {link} {where}"


def anchor(words: str) -> str:
    """The id of a question on its chapter's page."""
    return f"q-{slug(words)}"


def with_anchors(markdown: str) -> str:
    """A chapter's Markdown with an id for each question in it; solutions have none."""

    def marked(found: re.Match) -> str:
        same = found[2] == "Solution"
        return found[0] if same else f'<details id="{anchor(found[2])}">{found[1]}'

    return FOLDED.sub(marked, markdown)


def asked_in(chapter: Chapter) -> list[Question]:
    """The questions of a chapter, in order."""
    _, _, after = chapter.prose.partition(HEADING)
    section = re.split(r"^## ", after, flags=re.MULTILINE)[0]
    return [Question(found[2], chapter) for found in FOLDED.finditer(section)]


def asked(root: Path = ROOT) -> list[Question]:
    """The questions of all chapters, in order."""
    return [question for chapter in chapters(root) for question in asked_in(chapter)]


def topics(root: Path = ROOT) -> dict[str, list[str]]:
    """Topics in order, each with the names of its questions."""
    return yaml.safe_load((root / TOPICS).read_text("utf-8"))


def sorted_out(root: Path = ROOT) -> dict[str, list[Question]]:
    """The questions by topic; one that no topic has stands under its chapter's name."""
    places = {name: topic for topic, names in topics(root).items() for name in names}
    found = defaultdict(list, {topic: [] for topic in topics(root)})
    for question in asked(root):
        found[places.get(question.name, question.chapter.name)].append(question)
    for topic, names in topics(root).items():  # in the order that the topic gives
        order = {name: place for place, name in enumerate(names)}
        found[topic].sort(key=lambda q: order.get(q.name, len(order)))
    return {topic: questions for topic, questions in found.items() if questions}


def listed(root: Path = ROOT) -> str:
    """The page's Markdown: topics, and in each its questions."""
    parts = [
        f"## {topic}\n\n" + "\n".join(question.line for question in questions)
        for topic, questions in sorted_out(root).items()
    ]
    return "\n\n".join(parts)
