"""The glossary: sorted, complete in four languages, in the right scripts, linked."""

import re

import pytest

from book.ext.back import glossary
from book.ext.back.contents import by_number, slug

TERMS = glossary.terms()
EACH_TERM = pytest.mark.parametrize("term", TERMS, ids=lambda term: slug(term.term))
SCRIPTS = {  # letters of a language's own words
    "tr": re.compile(r"[abcçdefgğhıijklmnoöprsştuüvyz -]+"),
    "ru": re.compile(r"[а-яё -]+"),
    "ko": re.compile(r"[가-힣 -]+"),
}


def test_terms_are_sorted_and_unique():
    names = [term.term for term in TERMS]
    assert names == sorted(names, key=str.casefold)
    assert len({slug(name) for name in names}) == len(names)
    assert len(names) >= 60


@EACH_TERM
def test_a_term_is_said_in_every_language(term):
    for language, script in SCRIPTS.items():
        words = getattr(term, language)
        assert words, f"{term.term} has no words in {glossary.LANGUAGES[language]}"
        assert len(set(words)) == len(words)
        for word in words:
            own = script.fullmatch(word) is not None
            assert own or term.english(language, word), f"{word} is no {language}"


@EACH_TERM
def test_a_term_is_explained_in_a_sentence_or_two(term):
    assert re.fullmatch(r"[A-Z].*\.", term.means)
    assert 20 <= len(term.means) <= 220
    assert len(re.findall(r"[.?](?: |$)", term.means)) <= 3


@EACH_TERM
def test_a_term_is_taught_by_a_chapter_that_there_is(term):
    chapter = by_number()[term.chapter]
    entry = glossary.entry(term, chapter)
    assert f'href="../{chapter.file}.html' in entry
    assert (f"#{term.anchor}" in entry) == term.stands_in(chapter)


def test_most_terms_stand_in_bold_in_the_chapter_that_teaches_them():
    numbered = by_number()
    absent = [t.term for t in TERMS if not t.stands_in(numbered[t.chapter])]
    assert len(absent) <= len(TERMS) // 5, absent


def test_a_short_form_means_the_term_in_its_own_chapter_alone():
    heads = [term for term in TERMS if "head" in term.term]
    meant = {
        number: [t.term for t in heads if t.meant_by("head", chapter)]
        for number, chapter in by_number().items()
    }
    assert meant[6] == ["head, of attention"]
    assert not any(terms for number, terms in meant.items() if number != 6)


def test_words_are_marked_with_their_language():
    (attention,) = (term for term in TERMS if term.term == "attention")
    assert '<span lang="tr">dikkat</span>' in glossary.words(attention, "tr")
    assert '<span lang="en">attention</span>' in glossary.words(attention, "tr")
    assert '<span lang="ko">어텐션</span>' in glossary.words(attention, "ko")
    (gelu,) = (term for term in TERMS if term.term == "GELU")
    (item,) = glossary.abroad(gelu)
    assert "Turkish, Russian and Korean" in item
