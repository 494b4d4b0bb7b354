"""Comparing outputs as committed with outputs made anew finds every change."""

import base64
import io
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from PIL import Image

from notebooks import execute
from notebooks.sync import ROOT, Sources
from tests.checks import outputs, tree

START = """\
from vitlib import patchify
from vitlib.data import mountains
from vitlib.show import plots, style
from vitlib.show.widgets import PatchExplorer
style.use()
rows = patchify(mountains()[None], 20)[0]"""
DRAWING = "plots.patch_rows({'a number: 0.25': rows}, (3, 5), 20)"
CELLS = {
    "bootstrap": Sources.read().bootstrap(),
    "start": START,
    "number": "print('a number:', 0.25)",
    "pixels": DRAWING,
    "lines": DRAWING,
    "rounded": DRAWING,
    "drawing": DRAWING,
    "slider": "PatchExplorer()",
    "explorer": "PatchExplorer()",
    "again": "print('a number:', 0.25)",
}
SOLUTIONS = """\
<details><summary>Solution</summary>

```python
print("✓" if rows.shape == (15, 400) else "✗")
```
```python
open("left", "w").close()
print("✗ not the mean")
```
</details>"""
BROKEN = {
    "number": "-a number: 0.26",
    "pixels": "image/png: 1 pixels differ, by up to 3 of 255",
    "lines": "image/svg+xml: <text> 'a number: 0.26' instead of 'a number: 0.25'",
    "rounded": "execute_result: the same but for rounding",
    "slider": "state.patch_size: 21 instead of 20",
    "Solution 1": "✗ not the mean",
    "leaves no file behind": "notebooks/left",
}


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    """A small notebook in a copy of this checkout, executed as chapters are."""
    copy = tree.copied(ROOT, tmp_path_factory.mktemp("copy"))
    path = copy / "notebooks" / "small.ipynb"
    cells = [new_code_cell(source, id=name) for name, source in CELLS.items()]
    cells.append(new_markdown_cell(SOLUTIONS, id="solutions"))
    nbformat.write(new_notebook(cells=cells), path)
    path.write_text(execute.anew(path), "utf-8")
    return path


def data(small: Path | NotebookNode, cell: str) -> NotebookNode:
    """The forms in which a cell's output is stored."""
    notebook = nbformat.read(small, as_version=4) if isinstance(small, Path) else small
    return next(c for c in notebook.cells if c.id == cell).outputs[0].data


def painted(file: str, by: int) -> str:
    """A PNG in base64 with one pixel made darker."""
    pixels = outputs.decoded(file).astype(np.uint8)
    pixels[5, 5, 0] -= by
    made = io.BytesIO()
    Image.fromarray(pixels).save(made, "PNG")
    return base64.b64encode(made.getvalue()).decode()


def moved(svg: str, by: float) -> str:
    """An SVG with its words moved to the right."""
    return re.sub(r'(?<= x=")[\d.]+', lambda found: str(float(found[0]) + by), svg)


def test_nbval_finds_what_is_broken_and_nothing_else(small):
    notebook = nbformat.read(small, as_version=4)
    cells = {cell.id: cell for cell in notebook.cells}
    cells["number"].outputs[0].text = "a number: 0.26\n"
    pixels, lines = data(notebook, "pixels"), data(notebook, "lines")
    pixels["image/png"] = painted(pixels["image/png"], outputs.PIXEL + 1)
    lines["image/svg+xml"] = lines["image/svg+xml"].replace("0.25", "0.26")
    rounded = data(notebook, "rounded")
    rounded["image/png"] = painted(rounded["image/png"], outputs.PIXEL)
    data(notebook, "slider")[outputs.WIDGET]["state"]["patch_size"] += 1
    broken = small.with_name("broken.ipynb")
    nbformat.write(notebook, broken)
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", broken]
    root = small.parents[1]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    failed = re.findall(r"^FAILED .*?::([\w ]+?)(?= - |$)", done.stdout, re.MULTILINE)
    names = {f"Cell {number}": name for number, name in enumerate(CELLS)}
    assert [names.get(place, place) for place in failed] == [*BROKEN]
    for message in BROKEN.values():
        assert message in done.stdout


def test_a_png_may_differ_by_rounding_and_no_more(small):
    file = data(small, "pixels")["image/png"]
    assert outputs.png(file, painted(file, outputs.PIXEL)) == []
    assert outputs.png(file, painted(file, outputs.PIXEL + 1)) != []


def test_an_svg_may_differ_by_rounding_and_no_more(small):
    file = data(small, "lines")["image/svg+xml"]
    picture = re.search(r"base64,([^\"]+)", file)[1]
    made = re.search(r"#[a-z]([0-9a-f]{10})", file)[1]
    assert outputs.svg(file, moved(file, outputs.PLACE / 2)) == []
    assert outputs.svg(file, moved(file, outputs.PLACE * 2)) != []
    assert outputs.svg(file, file.replace(made, "0123456789")) == []
    assert outputs.svg(file, file.replace(picture, painted(picture, 1))) == []
    assert outputs.svg(file, file.replace(picture, painted(picture, 9))) != []
    assert outputs.svg(file, file.replace("#ffffff", "#fffffe")) != []
    assert outputs.svg(file, re.sub("<text.*?</text>", "", file)) != []


@pytest.mark.parametrize(
    ("state", "same"),
    [
        ({"a": [1.0, {"b": "x"}]}, True),
        ({"a": [1.0 + outputs.NUMBER / 2, {"b": "x"}]}, True),
        ({"a": [1.0 + outputs.NUMBER * 2, {"b": "x"}]}, False),
        ({"a": [1.0, {"b": "y"}]}, False),
        ({"a": [1.0]}, False),
        ({"a": [1.0, {"b": "x"}], "c": 1}, False),
        ({"a": None}, False),
    ],
)
def test_a_state_may_differ_by_rounding_and_no_more(state, same):
    assert (outputs.state({"a": [1.0, {"b": "x"}]}, state) == []) == same


def test_an_output_too_many_or_of_another_kind_is_found(small):
    notebook = nbformat.read(small, as_version=4)
    (one,) = next(c for c in notebook.cells if c.id == "drawing").outputs
    (two,) = next(c for c in notebook.cells if c.id == "number").outputs
    assert outputs.differences([one], [one]) == []
    assert outputs.differences([one], [one, two]) != []
    assert outputs.differences([one], [two]) != []
    plain = {**one, "data": {"text/plain": one.data["text/plain"]}}
    assert outputs.differences([one], [plain]) != []
    assert outputs.differences([one], [{**one, "metadata": {}}]) != []
