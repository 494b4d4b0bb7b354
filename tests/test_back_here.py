"""The small map on each chapter's page: all chapters, its own marked."""

import pytest

from book.ext.back.contents import chapters
from book.ext.back.here import topic
from figures import intro
from tests.book_site import ROOT, pages
from tests.test_book_reading import parsed

TEMPLATE = (ROOT / "book" / "theme" / "map.html").read_text("utf-8")


@pytest.mark.parametrize("chapter", chapters(), ids=lambda chapter: chapter.file)
def test_a_chapter_shows_where_it_stands(book, chapter):
    soup = parsed(book / f"{chapter.file}.html")
    (found,) = soup.select("nav.map")
    assert found.find_previous_sibling().name == "h1"
    links = found.select("a")
    assert [link["title"] for link in links] == [c.title for c in chapters()]
    assert [link.text.split()[0] for link in links] == [
        f"{c.number}." for c in chapters()
    ]
    (own,) = found.select("[aria-current=page]")
    assert own["title"] == chapter.title
    drawings = [str(link.svg) for link in links]
    assert len(set(drawings)) == len(drawings)


def test_other_pages_have_no_map(book):
    others = set(pages()) - {chapter.file for chapter in chapters()}
    assert others
    for page in others:
        assert not parsed(book / f"{page}.html").select("nav.map")


@pytest.mark.parametrize("chapter", chapters(), ids=lambda chapter: chapter.file)
def test_each_chapter_has_a_sign_of_its_own(chapter):
    asked = f'topic == "{topic(chapter)}"'
    there = asked in TEMPLATE  # not asserted as it is: pytest would print all of it
    assert there, f"draw a sign in book/theme/map.html for {asked}"


def test_the_map_of_the_front_page_has_every_chapter():
    drawn = [f"notebooks/{n:02}_{stem}" for n, (_, stem) in intro.CHAPTERS.items()]
    assert drawn == [chapter.file for chapter in chapters()]
