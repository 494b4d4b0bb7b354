"""The back matter as it stands on the pages, in a browser."""

import pytest

from book.ext.back import questions
from tests.book_site import NARROW, WIDE
from tests.test_book_reading import parsed

CHAPTER = "notebooks/05_attention"


@pytest.mark.parametrize("words", ["dikkat", "внимание", "어텐션", "dropout", "sorgu"])
def test_the_search_finds_words_of_every_language(reader, words):
    opened = reader.open("search")
    opened.wait_for_load_state("networkidle")
    opened.locator("#words").fill(words)
    opened.locator("#words").press("Enter")
    opened.wait_for_url("**/search.html?q=*")
    found = opened.locator("#search-results a[href*='book/glossary.html']").first
    found.wait_for(timeout=10_000)
    opened.wait_for_load_state("networkidle")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_question_leads_to_its_answer(reader, size):
    asked = next(q for q in questions.asked() if q.chapter.file == CHAPTER)
    opened = reader.open("book/questions", size)
    opened.locator(f"a[href$='#{questions.anchor(asked.words)}']").click()
    opened.wait_for_url(f"**/{CHAPTER}.html#*")
    answer = opened.locator(f"#{questions.anchor(asked.words)}")
    assert answer.evaluate("node => node.open")
    assert answer.locator("p").first.is_visible()
    assert 0 <= answer.bounding_box()["y"] < size[1]


def test_chapters_are_tied_to_the_back_matter(book):
    soup = parsed(book / f"{CHAPTER}.html")
    terms = soup.select("a.term")
    assert {link["href"].split("#")[0] for link in terms} == {"../book/glossary.html"}
    assert "term-query" in [link.get("id") for link in terms]
    marks = soup.select("a.cited")
    assert all("arxiv.org" in mark.find_previous("a")["href"] for mark in marks)
    assert len(marks) >= 3


def test_names_of_vitlib_lead_to_the_reference_once(book):
    soup = parsed(book / "notebooks/01_patches.html")
    names = [link["href"] for link in soup.select("a.name")]
    assert "../book/api.html#vitlib.patches.patchify" in names
    assert len(set(names)) == len(names)


def test_signatures_lead_to_other_documentation_and_to_the_source(book):
    entry = parsed(book / "book/api.html").select_one('[id="vitlib.patches.patchify"]')
    links = {link.text: link["href"] for link in entry.select("a.reference")}
    assert links["Tensor"].endswith("/tensors.html#torch.Tensor")
    assert "vitlib/patches.py#L" in links["[source]"]
    assert not entry.select("dl")
