"""The exercises of a chapter, and their solutions, which are folded away."""

import re

from nbformat import NotebookNode

FOLDED = re.compile(r"<details>\s*<summary>Solution.*?</details>", re.DOTALL)
PYTHON = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
EXERCISE = re.compile(r"^(?:\w+\.)?check_\w+\(", re.MULTILINE)


def exercises(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells that end in a check."""
    cells = (cell for cell in notebook.cells if cell.cell_type == "code")
    return [cell for cell in cells if EXERCISE.search(cell.source)]


def solutions(notebook: NotebookNode) -> list[str]:
    """The code of all solutions, in order."""
    folded = [text for cell in notebook.cells for text in FOLDED.findall(cell.source)]
    return [python for text in folded for python in PYTHON.findall(text)]
