"""Every paper that a chapter links to is in the list, with all that one needs of it."""

import re

import pytest
from docutils import nodes

from book.ext.back import links, references
from book.ext.back.contents import chapters

PAPERS = references.papers()
EACH_CHAPTER = pytest.mark.parametrize("chapter", chapters(), ids=lambda c: c.file)


@EACH_CHAPTER
def test_each_linked_paper_has_its_entry(chapter):
    known = {paper.number for paper in PAPERS}
    missing = references.linked(chapter.prose) - known
    assert not missing, f"add to {references.FILE}: {sorted(missing)}"


def test_each_entry_is_cited():
    assert [p.title for p in PAPERS if p.number not in references.numbered()] == []


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.number)
def test_an_entry_is_complete(paper):
    assert paper.authors
    assert all(initials and family for initials, family in paper.authors)
    assert re.fullmatch(r"\d{4}\.\d{4,5}|10\.\d{4,}/\S+", paper.number)
    assert re.fullmatch(r"(19|20)\d\d", paper.year)
    if not paper.number.startswith("10."):  # printed after it was at arXiv
        assert 2000 + int(paper.number[:2]) <= int(paper.year)
    assert not set("{}\\") & set(paper.title)


def test_the_list_says_where_each_is_cited():
    page = references.listed()
    for chapter in chapters():
        for number in references.linked(chapter.prose):
            (item,) = re.findall(rf"<li id=.*arXiv:{number}<.*</li>", page)
            assert f'href="../{chapter.file}.html">{chapter.number}</a>' in item


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("https://arxiv.org/abs/1706.03762", "1706.03762"),
        ("https://arxiv.org/pdf/1706.03762v7.pdf", "1706.03762"),
        ("[x](https://arxiv.org/abs/2010.11929v2).", "2010.11929"),
        ("https://doi.org/10.24432/C50P49).", "10.24432/C50P49"),
    ],
)
def test_papers_are_known_by_their_numbers(text, number):
    assert references.linked(text) == {number}


def test_a_link_to_a_paper_gets_its_place_in_the_list():
    place, paper = references.numbered()["1706.03762"]
    link = nodes.reference("", "words", refuri="https://arxiv.org/abs/1706.03762v5")
    other = nodes.reference("", "other", refuri="https://example.org/")
    paragraph = nodes.paragraph("", "", link, other)
    links.cite(paragraph, "../book/references.html")
    assert paragraph.astext() == f"words[{place}]other"
    mark = paragraph[1]
    assert mark["refuri"] == f"../book/references.html#{paper.anchor}"
    assert "Vaswani et al. 2017" in mark["reftitle"]


def test_terms_are_linked_once_where_they_stand_in_bold():
    (chapter,) = (c for c in chapters() if c.number == 5)
    doc = nodes.section("")
    for words in ("Query", "query", "no term"):
        doc += nodes.paragraph("", "", nodes.strong("", words))
    links.explain(doc, chapter, "../book/glossary.html")
    (link,) = doc.findall(nodes.reference)
    assert link["refuri"] == "../book/glossary.html#term-query"
    assert link["ids"] == ["term-query"]
    assert link.astext() == "Query"
