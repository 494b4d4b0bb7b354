"""Questions are found, named, sorted and linked; none is left out."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from book.ext.back import questions
from book.ext.back.contents import slug

NAMES = [question.name for question in questions.asked()]
CELL = """<details>
<summary>{}</summary>

An answer.

</details>
"""


def test_every_question_has_a_topic_and_every_topic_its_questions():
    listed = [name for names in questions.topics().values() for name in names]
    missing, gone = set(NAMES) - set(listed), set(listed) - set(NAMES)
    assert not missing, f"give each a topic in {questions.TOPICS}: {sorted(missing)}"
    assert not gone, f"no chapter asks these of {questions.TOPICS}: {sorted(gone)}"
    assert len(set(listed)) == len(listed), "a question stands under two topics"


def test_no_two_questions_have_one_name():
    assert len(set(NAMES)) == len(NAMES) >= 85


def test_the_page_lists_each_question_once():
    page = questions.listed()
    for question in questions.asked():
        anchor = f"{question.chapter.file}.html#{questions.anchor(question.words)}"
        assert page.count(f'"../{anchor}"') == 1
    assert page.count("\n- ") == len(NAMES)


@pytest.fixture
def small(tmp_path):
    """A book of one chapter that asks three things, of which one has a topic."""
    asked = "".join(
        CELL.format(words) for words in ("Why?", "<em>How</em> so?", "Who?")
    )
    text = f"# 7. Small\n\n{questions.HEADING}\n\n{asked}\n## Exercises\n\n"
    cell = {"cell_type": "markdown", "source": text + CELL.format("Solution")}
    chapter = tmp_path / "notebooks" / "07_small.ipynb"
    chapter.parent.mkdir()
    chapter.write_text(json.dumps({"cells": [cell]}), "utf-8")
    (tmp_path / "book").mkdir()
    (tmp_path / questions.TOPICS).write_text("Reasons: [why]\n", "utf-8")
    (tmp_path / "_toc.yml").write_text(
        "root: a\nparts: [{chapters: [{file: notebooks/07_small}]}]", "utf-8"
    )
    return tmp_path


def test_what_has_no_topic_stands_under_its_chapters_name(small):
    sorted_out = questions.sorted_out(small)
    names = {topic: [q.name for q in asked] for topic, asked in sorted_out.items()}
    assert names == {"Reasons": ["why"], "Small": ["how-so", "who"]}


def test_questions_get_ids_and_solutions_none():
    marked = questions.with_anchors(CELL.format("<em>W</em> &amp; K?") + "more")
    assert marked.startswith('<details id="q-w-k">\n<summary><em>W</em> &amp; K?')
    assert marked.endswith("</details>\nmore")
    solution = CELL.format("Solution")
    assert questions.with_anchors(solution) == solution


@given(st.text())
def test_a_name_is_fit_for_an_address(text):
    assert slug(text).strip("-abcdefghijklmnopqrstuvwxyz0123456789") == ""
    assert slug(slug(text)) == slug(text)
