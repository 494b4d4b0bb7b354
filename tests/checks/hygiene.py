"""Checks of a notebook as it lies there, without executing it."""

import re
import statistics
from collections import Counter
from collections.abc import Iterator

from nbformat import NotebookNode

from notebooks.execute import KERNEL, LANGUAGE, READABLE
from notebooks.sync import Sources, bootstrap_cell
from tests.checks.exercises import exercises, solutions

LONGEST, MEDIAN = 30, 10  # lines in a code cell
TAGS = {"remove-cell", "remove-input", "remove-output", "hide-input", "hide-output"}
MACHINE = re.compile(
    r"(?<![\w/.:-])/(?:home|root|work|tmp|Users|opt|usr|mnt)/|[A-Z]:\\"
)
DIRECTIVE = re.compile(r"^\s*(?:`{3,}|~{3,}|:{3,})\s*\{|\{[a-z:-]+\}`", re.MULTILINE)
IMAGE = re.compile(r"!\[((?:\\.|[^\]\\])*)\]\([^)]+\)|<img\b[^>]*>")


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells that are executed."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def order(notebook: NotebookNode, sources: Sources) -> Iterator[str]:
    """Executed once, from top to bottom."""
    for number, cell in enumerate(code_cells(notebook), start=1):
        if cell.execution_count != number:
            said = f"executed as {cell.execution_count}, should be {number}"
            yield f"{cell.id}: {said}; make notebooks"
        for output in cell.outputs:
            if output.get("execution_count", number) != number:
                yield f"{cell.id}: its output is of another execution"


def errors(notebook: NotebookNode, sources: Sources) -> Iterator[str]:
    """No cell fails or warns; an error that a chapter shows is caught and printed."""
    for cell in code_cells(notebook):
        for output in cell.outputs:
            if output.output_type == "error":
                yield f"{cell.id}: shows the traceback of a {output.ename}"
            if output.get("name") == "stderr":
                yield f"{cell.id}: writes to stderr: {output.text[:80]!r}"


def bootstrap(notebook: NotebookNode, sources: Sources) -> Iterator[str]:
    """The first code cell fetches the book's code from where it is."""
    cell = bootstrap_cell(notebook)
    if cell.source != sources.bootstrap():
        yield f"{cell.id}: not the bootstrap cell that _config.yml asks for"
    if cell.metadata.get("tags") != ["remove-cell"]:
        yield f"{cell.id}: the bootstrap cell needs the tag remove-cell, and no other"


def alts(notebook: NotebookNode, sources: Sources) -> Iterator[str]:
    """Every picture has its alternative text."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield from (f"{cell.id}: {what}" for what in images_without(cell.source))
            continue
        pictures = sum("image/png" in o.get("data", {}) for o in cell.outputs)
        wanted = {"image": {"alt": sources.alts.get(cell.id)}} if pictures else None
        if pictures and cell.id not in sources.alts:
            yield f"{cell.id}: its picture has no text in figures/alt.yml"
        elif cell.metadata.get("mystnb") != wanted:
            yield f"{cell.id}: its picture has another text than figures/alt.yml"
        if pictures > 1:
            yield f"{cell.id}: {pictures} pictures, and one text for them"


def images_without(markdown: str) -> Iterator[str]:
    """Images in Markdown or HTML that say nothing to those who do not see them."""
    for found in IMAGE.finditer(markdown):
        alt = found[1] if found[1] is not None else alt_attribute(found[0])
        if not alt.strip():
            yield f"{found[0]:.60} has no alternative text"


def alt_attribute(tag: str) -> str:
    """The alternative text in an ``<img>``."""
    found = re.search(r'\balt="([^"]*)"', tag)
    return found[1] if found else ""


def machine(notebook: NotebookNode, sources: Sources) -> Iterator[str]:
    """No address of a file on the machine where it was executed."""
    for cell in notebook.cells:
        texts = [cell.source]
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            texts += [output.get("text", ""), data.get("text/plain", "")]
            texts += [data.get("text/html", "")]
        for found in filter(None, map(MACHINE.search, texts)):
            yield f"{cell.id}: names a place on a machine, {found[0]!r}"


def size(notebook: NotebookNode, sources: Sources) -> Iterator[str]:
    """Cells are short enough to read at a glance."""
    lines = {c.id: len(c.source.splitlines()) for c in code_cells(notebook)}
    for name, count in lines.items():
        if count > LONGEST:
            yield f"{name}: {count} lines, more than {LONGEST}"
    if (median := statistics.median(lines.values())) > MEDIAN:
        yield f"its code cells have {median} lines in the median, more than {MEDIAN}"


def markdown(notebook: NotebookNode, sources: Sources) -> Iterator[str]:
    """Text that Colab and Jupyter show as well: no directives, no roles."""
    for cell in notebook.cells:
        found = cell.cell_type == "markdown" and DIRECTIVE.search(cell.source)
        if found:
            yield f"{cell.id}: {found[0]!r} is shown as it is in Jupyter and Colab"


def metadata(notebook: NotebookNode, sources: Sources) -> Iterator[str]:
    """Nothing but what a reader needs, and nothing that turns a comparison off."""
    about = {k: v for k, v in notebook.metadata.items() if k != "myst"}
    if about != {"kernelspec": KERNEL, "language_info": LANGUAGE}:
        yield f"its metadata hold more or less than needed: {about}"
    for cell in notebook.cells:
        if more := set(cell.metadata) - {"tags", "mystnb"}:
            yield f"{cell.id}: needless metadata {sorted(more)}"
        if more := set(cell.metadata.get("tags", [])) - TAGS:
            yield f"{cell.id}: tags with no meaning here: {sorted(more)}"
        if "NBVAL_" in cell.source:
            yield f"{cell.id}: turns its comparison off"


def ids(notebook: NotebookNode, sources: Sources) -> Iterator[str]:
    """Readable names, since alternative texts and links refer to them."""
    names = Counter(cell.id for cell in notebook.cells)
    for name, count in names.items():
        if not READABLE.fullmatch(name):
            yield f"{name}: not a readable id"
        if count > 1:
            yield f"{name}: the id of {count} cells"


def solved(notebook: NotebookNode, sources: Sources) -> Iterator[str]:
    """There are exercises, and each has its solution."""
    asked, answers = len(exercises(notebook)), len(solutions(notebook))
    if not answers == asked > 0:
        yield f"{asked} exercises, but {answers} solutions"


def left_open(notebook: NotebookNode, sources: Sources) -> Iterator[str]:
    """Exercises are for the reader."""
    for cell in exercises(notebook):
        said = "".join(output.get("text", "") for output in cell.outputs[-1:])
        if not cell.outputs:
            yield f"{cell.id} was not executed; make notebooks"
        elif not said.startswith("…"):
            yield f"{cell.id} is answered already"


CHECKS = [order, errors, bootstrap, alts, machine, size, markdown, metadata, ids]
CHECKS += [solved, left_open]
