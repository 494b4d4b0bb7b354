"""Executing notebooks in place: what is written, and what happens if it fails."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from notebooks import execute
from notebooks.sync import ROOT, Sources
from tests.checks import tree

ELSEWHERE = Sources("https://github.com/someone/book", "trunk", {})


@pytest.fixture
def copy(tmp_path) -> Path:
    """A copy of this checkout."""
    return tree.copied(ROOT, tmp_path)


def written(path: Path, *sources: str, name: str = "cell-1") -> Path:
    """A notebook with a bootstrap cell and others, not executed."""
    first = new_code_cell(Sources.read().bootstrap(), id="bootstrap")
    cells = [new_code_cell(source, id=name) for source in sources]
    nbformat.write(new_notebook(cells=[first, *cells]), path)
    return path


def test_the_command_writes_what_execution_gives(copy):
    path = written(copy / "notebooks" / "small.ipynb", "print(6 * 7)")
    command = [sys.executable, "-m", "notebooks.execute", "notebooks/small.ipynb"]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert '+      "42\\n"' in done.stdout
    notebook = nbformat.read(path, as_version=4)
    assert notebook.cells[1].outputs[0].text == "42\n"
    left = {file.name for file in path.parent.iterdir() if file.suffix != ".py"}
    assert left <= {file.name for file in execute.HERE.iterdir()} | {path.name}


def test_a_cell_that_fails_is_named_and_changes_nothing(tmp_path):
    path = written(tmp_path / "small.ipynb", "1 / 0")
    before = path.read_bytes()
    with pytest.raises(
        SystemExit, match=r"small\.ipynb fails:(.|\n)*ZeroDivisionError"
    ):
        execute.anew(path)
    assert path.read_bytes() == before


def test_an_id_that_no_one_chose_is_refused(tmp_path):
    path = written(tmp_path / "small.ipynb", "1", name="a7b248ff")
    with pytest.raises(SystemExit, match="give 'a7b248ff' a readable id"):
        execute.read(path)


def test_whoever_stops_the_writing_leaves_the_old_file_whole(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_text("old")

    def stop(*_):
        assert path.read_text() == "old"
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        execute.replace(path, "new")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [
        ("file", "old")
    ]


def test_on_a_full_disk_the_old_file_stays_and_nothing_is_left_beside_it(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")
    fills = "; ".join(
        [
            "import pathlib, resource, sys",
            "from notebooks import execute",
            "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))",
            "execute.replace(pathlib.Path(sys.argv[1]), 'new' * 50_000)",
        ]
    )
    command = [sys.executable, "-c", fills, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert "OSError: [Errno 27] File too large" in done.stderr
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [
        ("file", "old")
    ]


@pytest.mark.parametrize("error", [SystemExit("fails"), KeyboardInterrupt()])
def test_one_chapter_that_fails_keeps_all_files_as_they_are(
    tmp_path, monkeypatch, error
):
    paths = [tmp_path / name for name in ("1.ipynb", "2.ipynb")]
    for path in paths:
        path.write_text("old")

    def anew(path: Path) -> str:
        if path == paths[1]:
            raise error
        return "new"

    monkeypatch.setattr(execute, "anew", anew)
    monkeypatch.setattr(execute, "pages", dict)
    monkeypatch.setattr(sys, "argv", ["execute", *map(str, paths)])
    with pytest.raises(type(error)):
        execute.main()
    assert [path.read_text() for path in paths] == ["old", "old"]
    assert sorted(tmp_path.iterdir()) == paths


def test_what_runs_leave_behind_is_dropped(tmp_path):
    path = written(tmp_path / "small.ipynb", "1")
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.update(widgets={}, colab={}, language_info={"version": "3.0"})
    notebook.cells[1].metadata.update(
        execution={}, collapsed=True, tags=["remove-cell"]
    )
    nbformat.write(notebook, path)
    fresh = execute.read(path)
    assert fresh.metadata == {
        "kernelspec": execute.KERNEL,
        "language_info": execute.LANGUAGE,
    }
    assert fresh.cells[1].metadata == {"tags": ["remove-cell"]}


@pytest.mark.parametrize(
    ("address", "moved"),
    [
        ("github.com/{name}.git", "github.com/someone/book.git"),
        ("github.com/{name}/blob/{branch}/x", "github.com/someone/book/blob/trunk/x"),
        ("raw.githubusercontent.com/{name}/{branch}/x", "{raw}/someone/book/trunk/x"),
        ("github.com/{name}-other", "github.com/{name}-other"),
    ],
)
def test_addresses_follow_the_repository(address, moved):
    old, raw = Sources.read(), "raw.githubusercontent.com"
    now = {"name": old.name, "branch": old.branch, "raw": raw}
    text = f"see (https://{address.format(**now)}), please"
    expected = f"see (https://{moved.format(**now)}), please"
    assert ELSEWHERE.text(text, old.name) == expected


def test_alternative_texts_are_put_into_markdown_and_cells():
    alts = {"a-b": "What [it] shows", "cell-1": "A picture"}
    sources = Sources(Sources.read().url, "main", alts)
    first = new_code_cell(sources.bootstrap(), id="bootstrap")
    cells = [new_markdown_cell("![old](../figures/a-b.svg)", id="words")]
    notebook = new_notebook(cells=[first, *cells, new_code_cell("1", id="cell-1")])
    sources.apply(notebook)
    assert notebook.cells[1].source == r"![What \[it\] shows](../figures/a-b.svg)"
    assert notebook.cells[2].metadata.mystnb.image.alt == "A picture"
    sources.apply(notebook)
    assert notebook.cells[1].source == r"![What \[it\] shows](../figures/a-b.svg)"


def test_a_figure_without_alternative_text_is_an_error():
    with pytest.raises(SystemExit, match=r"alt\.yml has no text for a-b"):
        ELSEWHERE.text("![](../figures/a-b.svg)", "x/y")


def test_chapters_see_what_they_are_given_and_not_what_this_process_has(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    names = list(execute.ENVIRONMENT)
    source = f"import os; print([os.environ[name] for name in {names}])"
    notebook = execute.read(written(tmp_path / "small.ipynb", source))
    with execute.executed(notebook):
        said = notebook.cells[1].outputs[0].text
    assert said == f"{list(execute.ENVIRONMENT.values())}\n"
