"""Every mistake runs, beside the right way, and one line tells them apart."""

import ast
import copy
import time
from collections import Counter

import pytest
import torch
from bs4 import BeautifulSoup

from vitlib.mistakes import MISTAKES, table
from vitlib.mistakes.collection import Chapter, drawn, shape_of, steady
from vitlib.mistakes.table import ROWS, WIDTH, card, lines, name_of

KEYS = [mistake.key for mistake in MISTAKES]
EACH = pytest.mark.parametrize("mistake", MISTAKES, ids=KEYS)
ERRORS = {  # those that nobody can miss
    "no-such-method",
    "used-before-set",
    "set-before-init",
}
SHAPES = {"size-for-count", "mlp-for-the-head", "a-count-with-a-point"}


@EACH
def test_the_right_way_passes(mistake):
    assert mistake.passes(mistake.run_right)


@EACH
def test_the_wrong_way_does_not(mistake):
    assert not mistake.passes(mistake.run_wrong)


@EACH
def test_what_shows_it_first(mistake):
    wanted = "an error" if mistake.key in ERRORS else "a test"
    assert mistake.shown_by() == ("a shape" if mistake.key in SHAPES else wanted)


def test_the_strings_shown_are_the_code_that_runs():
    for mistake in MISTAKES:
        for text in (mistake.wrong, mistake.right, mistake.test):
            ast.parse(text)
            assert "\n" not in text
        assert mistake.wrong != mistake.right
        assert "way" in mistake.test


def test_nothing_outside_changes():
    for mistake in MISTAKES:
        before = torch.get_rng_state()
        mistake.passes(mistake.run_right)
        mistake.passes(mistake.run_wrong)
        assert torch.equal(torch.get_rng_state(), before)


def test_every_chapter_has_some_and_every_key_is_one():
    counts = Counter(mistake.chapter for mistake in MISTAKES)
    assert list(counts) == list(range(1, 13))
    assert len(set(KEYS)) == len(KEYS) >= 60
    numbers = [(mistake.chapter, mistake.number) for mistake in MISTAKES]
    assert numbers == sorted(set(numbers))


def test_all_together_take_seconds():
    start = time.process_time()
    for mistake in MISTAKES:
        mistake.passes(mistake.run_wrong)
    assert time.process_time() - start < 5


def test_a_mistake_that_its_test_lets_pass_would_be_seen():
    chapter = Chapter(1)
    mark = chapter.mistake(len, lambda way: way([1]) == 1, "nothing", "all")
    mark(len)
    (mistake,) = chapter.mistakes
    assert mistake.passes(mistake.run_wrong)
    assert mistake.shown_by() == "a test"


def test_a_way_that_stops_does_not_pass():
    mistake = copy.copy(MISTAKES[0])
    assert not mistake.passes(lambda images: images @ images.mT.mT)


def test_an_error_that_no_way_should_raise_is_not_hidden():
    with pytest.raises(KeyError):
        MISTAKES[0].passes(lambda images: {}["patches"])


@pytest.mark.parametrize(
    ("result", "shape"),
    [
        (torch.zeros(2, 3), (2, 3)),
        ((torch.zeros(2), 1), [(2,), "int"]),
        (None, None),
        (len, "callable"),
    ],
)
def test_shapes_of_results(result, shape):
    assert shape_of(result) == shape


def test_what_is_drawn_is_the_same_each_time():
    with steady():
        assert torch.equal(drawn(3, seed=1), drawn(3, seed=1))
        assert not torch.equal(drawn(3, seed=1), drawn(3))


def test_lines_fit_a_terminal():
    for mistake in MISTAKES:
        said = lines(mistake)
        assert max(map(len, said.splitlines())) <= WIDTH
        words = " ".join(said.split())
        for part in ROWS:
            assert f"{part} {getattr(mistake, part)}" in words


def test_a_card_says_it_all():
    for mistake in MISTAKES:
        page = BeautifulSoup(card(mistake), "html.parser")
        assert page.summary.text.startswith(name_of(mistake))
        said = [part.text for part in page.find_all("dd")]
        assert said == [getattr(mistake, part) for part in ROWS]


def test_a_table_of_one_chapter_and_of_all():
    assert {mistake.chapter for mistake in table(4).mistakes} == {4}
    assert table().mistakes == MISTAKES
    assert str(table(2)).startswith("2.1 transpose forgotten (shown by a test)\n")
    assert table(2)._repr_html_().count("<details>") == 2


@pytest.mark.parametrize("chapter", [0, 13, "four"])
def test_no_such_chapter(chapter):
    with pytest.raises(ValueError, match=r"chapter must be 1, 2, .* or 12, got"):
        table(chapter)
