"""Each chapter, read as it lies there and executed anew.

nbval compares the outputs cell by cell when the notebooks themselves are given to
pytest; here is what it does not look at.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from notebooks import execute
from notebooks.sync import ROOT, Sources
from tests.checks import code, hygiene

FOLDED = re.compile(r"<details>\s*<summary>Solution.*?</details>", re.DOTALL)
PYTHON = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
EXERCISE = re.compile(r"^(?:\w+\.)?check_\w+\(", re.MULTILINE)
CHAPTERS = pytest.mark.parametrize(
    "chapter", execute.chapters(), ids=lambda path: path.stem, scope="module"
)


@dataclass
class Run:
    """A chapter that was executed: its file's text, and its kernel, still running."""

    text: str
    client: NotebookClient
    left: set[Path]

    def says(self, python: str) -> str:
        """What more code in the chapter's kernel prints."""
        cell = self.client.execute_cell(new_code_cell(python), 0)
        return "".join(output.get("text", "") for output in cell.outputs)


def notebook(chapter: Path) -> NotebookNode:
    """A chapter as committed."""
    return nbformat.read(chapter, as_version=4)


@pytest.fixture(scope="module")
def run(chapter):
    """The chapter, executed once for all tests here."""
    before = set(chapter.parent.iterdir())
    fresh = execute.read(chapter)
    with execute.executed(fresh) as client:
        left = set(chapter.parent.iterdir()) - before
        yield Run(execute.written(fresh), client, left)


@CHAPTERS
@pytest.mark.parametrize("check", hygiene.CHECKS, ids=lambda check: check.__name__)
def test_hygiene(chapter, check):
    assert list(check(notebook(chapter), Sources.read())) == []


@CHAPTERS
def test_definitions_are_those_of_vitlib(chapter):
    assert list(code.drifted(notebook(chapter), ROOT)) == []


@CHAPTERS
@pytest.mark.reference
def test_execution_changes_no_byte(chapter, run):
    assert execute.difference(chapter, run.text) == ""
    assert chapter.read_bytes() == run.text.encode()


@CHAPTERS
def test_execution_leaves_no_file_behind(run):
    assert run.left == set()


@CHAPTERS
def test_every_exercise_has_a_solution_that_its_check_calls_right(chapter, run):
    nb = notebook(chapter)
    exercises = [c for c in hygiene.code_cells(nb) if EXERCISE.search(c.source)]
    folded = [text for c in nb.cells for text in FOLDED.findall(c.source)]
    solutions = [python for text in folded for python in PYTHON.findall(text)]
    assert len(solutions) == len(exercises) > 0
    for cell in exercises:
        assert cell.outputs[-1].text.startswith("…"), f"{cell.id} is answered already"
    for python in solutions:
        assert run.says(python).startswith("✓"), python
