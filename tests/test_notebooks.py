"""Each chapter as it lies there.

nbval executes it when the notebooks themselves are given to pytest, in the way that
``tests/executed.py`` tells.
"""

from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from notebooks import execute
from notebooks.sync import ROOT, Sources
from tests.checks import code, hygiene

CHAPTERS = pytest.mark.parametrize(
    "chapter", execute.chapters(), ids=lambda path: path.stem
)
SOURCES = Sources.read()


@cache
def notebook(chapter: Path) -> NotebookNode:
    """A chapter as committed, read once for all that look at it."""
    return nbformat.read(chapter, as_version=4)


@CHAPTERS
@pytest.mark.parametrize("check", hygiene.CHECKS, ids=lambda check: check.__name__)
def test_hygiene(chapter, check):
    found = [*check(notebook(chapter), SOURCES)]
    assert not found, "\n".join(found)


@CHAPTERS
def test_definitions_are_those_of_vitlib(chapter):
    found = [*code.drifted(notebook(chapter), ROOT)]
    assert not found, "\n".join(found)


@CHAPTERS
@pytest.mark.reference
def test_the_file_is_as_it_is_written_after_execution(chapter):
    text = execute.written(execute.read(chapter))
    assert execute.difference(chapter, text) == ""
    assert chapter.read_bytes() == text.encode()


def said(chapter: NotebookNode) -> dict[str, list]:
    """What the cells put out, but for their place in the order."""
    execute.written(chapter)  # takes away what needs a kernel
    outputs = {cell.id: cell.get("outputs", []) for cell in chapter.cells}
    return {
        name: [
            {k: v for k, v in each.items() if k != "execution_count"} for each in them
        ]
        for name, them in outputs.items()
    }


@CHAPTERS
@pytest.mark.weekly
@pytest.mark.reference
def test_run_again_in_the_same_kernel_cells_say_the_same(chapter):
    anew = execute.read(chapter)
    with execute.executed(anew) as client:
        first = said(anew)
        for index, cell in enumerate(anew.cells):
            client.execute_cell(cell, index)
        again = said(anew)
    assert [name for name in first if first[name] != again[name]] == []
