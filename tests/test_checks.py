"""The checks find what they are for: break one thing in a copy, see who complains."""

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import nbformat
import pytest
import yaml
from nbformat import NotebookNode
from nbformat.v4 import new_output

from notebooks.sync import ROOT, Sources
from tests.checks import code, hygiene, tree
from tests.checks.exercises import FOLDED, exercises
from tests.links import dead_links

CHAPTER = "notebooks/01_patches.ipynb"
FIGURE = "patches-order"
OWNER = Sources.read().name.partition("/")[0]


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """A copy of this checkout, in which all is committed."""
    return tree.committed(ROOT, tmp_path_factory.mktemp("copy"))


@pytest.fixture(scope="module")
def before(whole) -> set[tuple[str, str]]:
    """What the checks complain of when nothing is broken."""
    return {*complaints(whole)}


@pytest.fixture
def copy(whole, before) -> Iterator[Path]:
    """The copy, to break; afterwards it is whole again."""
    yield whole
    tree.git(whole, "reset", "--quiet", "--hard")
    tree.git(whole, "clean", "--quiet", "--force", "-d", "-x")


@cache
def remembered(check: Callable, path: Path, text: str) -> list[str]:
    """What a check complains of in a file; asked once for each text that it has."""
    return list(check(path))


def complaints(root: Path) -> Iterator[tuple[str, str]]:
    """All that the checks complain of, each with the check's name."""
    for check in [*tree.CHECKS, code.layers]:
        yield from ((check.__name__, what) for what in check(root))
    for path in root.glob("vitlib/**/*.py"):
        for check in (code.too_long, code.unhinted):
            found = remembered(check, path, path.read_text("utf-8"))
            yield from ((check.__name__, what) for what in found)
    notebook = nbformat.read(root / CHAPTER, as_version=4)
    yield from (("drifted", what) for what in code.drifted(notebook, root))
    sources = Sources.read(root)
    for check in hygiene.CHECKS:
        found = check(notebook, sources)
        yield from ((check.__name__, what) for what in found)


def rewrite(root: Path, change: Callable[[NotebookNode], None]) -> None:
    """Change the chapter."""
    notebook = nbformat.read(root / CHAPTER, as_version=4)
    change(notebook)
    nbformat.write(notebook, root / CHAPTER)


def replace(root: Path, file: str, old: str, new: str) -> None:
    """Change a word in a file, wherever it stands there."""
    text = (root / file).read_text("utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new), "utf-8")


def append(root: Path, file: str, text: str) -> None:
    """Add lines to a file, which may be new."""
    (root / file).parent.mkdir(parents=True, exist_ok=True)
    with (root / file).open("a", encoding="utf-8", newline="") as opened:
        opened.write(text)


def cell(notebook: NotebookNode, kind: str = "code", number: int = 2) -> NotebookNode:
    """One of the chapter's cells, the third of its kind if no other is asked for."""
    return [c for c in notebook.cells if c.cell_type == kind][number]


def unsolved(notebook: NotebookNode) -> None:
    """Take a solution away."""
    folded = next(c for c in notebook.cells if FOLDED.search(c.source))
    folded.source = FOLDED.sub("", folded.source, count=1)


def traceback(notebook: NotebookNode) -> None:
    """Let a cell show an error."""
    error = new_output("error", ename="ValueError", evalue="no", traceback=[])
    cell(notebook).outputs.append(error)


IN_THE_CHAPTER = {
    "order": lambda n: cell(n).update(execution_count=99),
    "errors": traceback,
    "bootstrap": lambda n: cell(n, number=0).update(source="import vitlib"),
    "machine": lambda n: cell(n).update(source="open('/home/me/x')"),
    "size": lambda n: cell(n).update(source="x = 1\n" * 31),
    "markdown": lambda n: cell(n, "markdown").update(source="```{note}\nx\n```"),
    "metadata": lambda n: cell(n).metadata.update(tags=["nbval-ignore-output"]),
    "ids": lambda n: cell(n, "markdown").update(id="a7b248ff"),
    "solved": unsolved,
    "left_open": lambda n: exercises(n)[0].outputs[-1].update(text="✓ right\n"),
    "alts": lambda n: cell(n, "markdown").update(source="![](x.png)"),
    "drifted": lambda n: cell(n).update(source="def patchify(images): ..."),
}
IN_THE_TREE = {
    "sizes": lambda root: append(root, "new.txt", "x\n" * 250_000),
    "leftovers": lambda root: append(root, "book/intro.md.orig", "x\n"),
    "line_ends": lambda root: append(root, "LICENSE", "x\r\n"),
    "addresses": lambda root: replace(root, "README.md", f"/{OWNER}/", "/someone/"),
    "figures": lambda root: replace(root, "figures/alt.yml", f"{FIGURE}:", "other:"),
    "layers": lambda root: append(root, "vitlib/patches.py", "import numpy\n"),
    "unhinted": lambda root: append(root, "vitlib/data/pictures.py", "def f(x): ...\n"),
    "too_long": lambda root: append(root, "vitlib/data/pictures.py", "#\n" * 200),
}


def forget(root: Path) -> str:
    """Leave the alternative text of a cell's picture away; gives the cell's id."""
    file = root / "figures" / "alt.yml"
    alts = yaml.safe_load(file.read_text("utf-8"))
    name = next(key for key in alts if not (root / f"figures/{key}.svg").exists())
    del alts[name]
    file.write_text(yaml.safe_dump(alts), "utf-8")
    return name


@pytest.mark.parametrize("check", IN_THE_CHAPTER)
def test_a_broken_chapter_makes_its_check_complain_and_no_other(copy, before, check):
    rewrite(copy, IN_THE_CHAPTER[check])
    assert {name for name, _ in set(complaints(copy)) - before} == {check}


@pytest.mark.parametrize("check", IN_THE_TREE)
def test_a_broken_file_makes_its_check_complain_and_no_other(copy, before, check):
    IN_THE_TREE[check](copy)
    assert {name for name, _ in set(complaints(copy)) - before} == {check}


def test_a_picture_without_alternative_text_is_named(copy, before):
    message = f"{forget(copy)}: its picture has no text in figures/alt.yml"
    assert set(complaints(copy)) - before == {("alts", message)}


def test_a_dead_link_in_a_page_is_found(book, tmp_path):
    site = shutil.copytree(book, tmp_path / "site")
    page = Path(CHAPTER).with_suffix(".html")
    base = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["html"]["baseurl"]
    before = set(dead_links(site, base))
    replace(site, str(page), "</main>", '<a href="02_lost.html">next</a></main>')
    found = set(dead_links(site, base)) - before
    assert found == {f"{page}: 02_lost.html does not exist"}
