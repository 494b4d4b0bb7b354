"""The exercise sheet has every exercise and no solution; the colophon counts right."""

import re

import pytest

from book.ext.back import colophon, exercises
from book.ext.back.contents import ROOT, chapters
from notebooks.execute import chapters as notebooks
from vitlib.show.widgets import base

EACH_CHAPTER = pytest.mark.parametrize("chapter", chapters(), ids=lambda c: c.file)


@EACH_CHAPTER
def test_the_sheet_asks_what_the_chapter_asks(chapter):
    pieces = exercises.asked_in(chapter)
    ids = [cell["id"] for cell in chapter.cells]
    below = chapter.cells[ids.index("exercises") :]
    codes = [cell for cell in below if cell["id"].startswith("exercise-")]
    given = [cell for cell in below if cell["cell_type"] == "code"]  # with patients
    assert sum(piece.startswith("```python") for piece in pieces) == len(given)
    for cell in given:
        assert f"```python\n{cell['source']}\n```" in pieces
    asked = "\n".join(piece for piece in pieces if not piece.startswith("```"))
    numbers = re.findall(r"^\*\*(\d+)\.\*\*", asked, re.MULTILINE)
    assert numbers == [str(i + 1) for i in range(len(codes))]


@EACH_CHAPTER
def test_the_sheet_gives_nothing_away(chapter):
    sheet = "\n".join(exercises.asked_in(chapter))
    assert "<details>" not in sheet
    assert "## Summary" not in sheet
    solutions = re.findall(
        r"<details>\s*<summary>Solution(.*?)</details>", chapter.prose, re.DOTALL
    )
    assert solutions
    for solution in solutions:
        (code,) = re.findall(r"```python\n(.*?)```", solution, re.DOTALL)
        assert code.strip() not in sheet


def test_counts_are_of_what_is_there():
    counted = colophon.counts()
    assert counted["chapters"] == len(notebooks())
    assert counted["widgets"] == len(base.names())
    names = {path.stem for path in (ROOT / "figures").glob("*.svg")}
    assert counted["figures"] == len(names)
    own = (ROOT / "tests" / "test_back_sheet.py").read_text("utf-8")
    assert len(colophon.TEST.findall(own)) == 5
    assert counted["tests"] > 900


def test_versions_are_those_that_are_pinned():
    assert colophon.versions("torch", "Sphinx").count(" ") == 4
    assert colophon.versions("torch") == f"torch {colophon.version('torch')}"
    pins = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    assert f"torch=={colophon.version('torch')}" in pins
    with pytest.raises(KeyError, match="no tensorflow"):
        colophon.version("tensorflow")


def test_every_recorded_measurement_is_named_with_its_machine():
    table = colophon.machines()
    for path in (ROOT / "bench").glob("*.json"):
        (row,) = (line for line in table.splitlines() if f"`{path.stem}`" in line)
        assert re.search(r"\d{4}-\d\d-\d\d</span> \|$", row)
        assert "torch" in row
