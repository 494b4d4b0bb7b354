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
    assert list(check(notebook(chapter), SOURCES)) == []


@CHAPTERS
def test_definitions_are_those_of_vitlib(chapter):
    assert list(code.drifted(notebook(chapter), ROOT)) == []


@CHAPTERS
@pytest.mark.reference
def test_the_file_is_as_it_is_written_after_execution(chapter):
    text = execute.written(execute.read(chapter))
    assert execute.difference(chapter, text) == ""
    assert chapter.read_bytes() == text.encode()
