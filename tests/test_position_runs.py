"""The paper's accuracies, which chapter 4 prints and its figure draws, are the same."""

import ast

import nbformat

from figures.position_runs import PAPER
from tests.book_site import ROOT


def test_the_chapter_computes_with_the_figures_numbers():
    chapter = nbformat.read(ROOT / "notebooks" / "04_position.ipynb", as_version=4)
    (cell,) = (cell for cell in chapter.cells if cell.id == "paper-gains")
    table = ast.literal_eval(ast.parse(cell.source).body[0].value)
    drawn = {name.removesuffix(" learned"): value for name, (value,) in PAPER.items()}
    assert {name: round(value / 100, 6) for name, value in table.items()} == drawn
