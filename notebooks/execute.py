"""Execute the notebooks anew, in place; if nothing changed, no byte does.

Before a notebook is executed it is brought up to date with what stands
elsewhere (``sync.py``); after it, all is dropped that differs from run to run
or that no reader needs. A file is replaced at a stroke, or not at all.
"""

import argparse
import contextlib
import difflib
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from notebooks.sync import ROOT, Sources, former_name

HERE = Path(__file__).parent  # readers run notebooks from here, too
ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "SOURCE_DATE_EPOCH": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "HF_HUB_OFFLINE": "1",  # weights on the hub are out of reach, everywhere,
    "HF_HUB_CACHE": os.devnull,  # and none were fetched before
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
}
OPTIONS = {
    "timeout": 600,  # seconds for a cell
    "record_timing": False,
    "coalesce_streams": True,
    "extra_arguments": ["--log-level=ERROR"],
}
LANGUAGE = {"name": "python"}
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"  # needs a kernel
READABLE = re.compile(r"[a-z]+(-([a-z]+|\d+))*")  # a cell's id


def chapters() -> list[Path]:
    """The notebooks, in reading order."""
    return sorted(HERE.glob("*.ipynb"))


def read(path: Path) -> NotebookNode:
    """A notebook with nothing in it but what its author and ``sync`` say."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if not READABLE.fullmatch(cell.id):
            raise SystemExit(f"{path.name}: give {cell.id!r} a readable id")
        cell.metadata = only(cell.metadata, "tags")
    notebook.metadata = only(notebook.metadata, "myst")
    notebook.metadata.update(kernelspec=KERNEL, language_info=LANGUAGE)
    Sources.read().apply(notebook)
    return notebook


def only(metadata: NotebookNode, key: str) -> NotebookNode:
    """Metadata with one key, or with none."""
    return NotebookNode({k: v for k, v in metadata.items() if k == key})


@contextlib.contextmanager
def executed(notebook: NotebookNode) -> Iterator[NotebookClient]:
    """Execute a notebook in place, in a new kernel that waits for more."""
    folder = {"metadata": {"path": str(HERE)}}
    client = NotebookClient(notebook, resources=folder, **OPTIONS)
    with client.setup_kernel(env=os.environ | ENVIRONMENT):
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
        yield client


def written(notebook: NotebookNode) -> str:
    """An executed notebook as its file's text."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET_VIEW, None)
    return nbformat.writes(notebook) + "\n"


def anew(path: Path) -> str:
    """The text that a notebook's file has after execution."""
    notebook = read(path)
    try:
        with executed(notebook):
            return written(notebook)
    except CellExecutionError as error:
        raise SystemExit(f"{path.name} fails:\n{error}") from None


def pages() -> dict[Path, str]:
    """The other texts with addresses and figures, brought up to date."""
    paths = [*ROOT.glob("*.md"), *ROOT.glob("book/**/*.md")]
    former = former_name(nbformat.read(chapters()[0], as_version=4))
    texts = {p: p.read_text("utf-8") for p in [*paths, ROOT / "CITATION.cff"]}
    sources = Sources.read()
    return {p: sources.text(text, former) for p, text in texts.items()}


def difference(path: Path, text: str) -> str:
    """What a text changes in a file, as a short diff; empty if nothing."""
    before, after = path.read_text("utf-8").splitlines(), text.splitlines()
    name = str(path.relative_to(ROOT))
    made = difflib.unified_diff(
        before, after, name, "made anew", n=0, lineterm=""
    )
    return "\n".join(
        line if len(line) < 200 else line[:200] + "…" for line in made
    )


def replace(path: Path, text: str) -> None:
    """Write a file at a stroke: it is the old one or the new one."""
    with tempfile.TemporaryDirectory(
        dir=path.parent, prefix=".saving-"
    ) as folder:
        file = Path(folder, path.name)
        file.write_bytes(text.encode())
        os.chmod(file, path.stat().st_mode)
        os.replace(file, path)


def main() -> None:
    """Execute what the command line names, or all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path, default=chapters())
    parser.add_argument("--check", action="store_true", help="change no file")
    options = parser.parse_args()
    paths = [path.resolve() for path in options.notebooks]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        texts = pages() | dict(zip(paths, pool.map(anew, paths), strict=True))
    stale = [
        path for path in texts if path.read_bytes() != texts[path].encode()
    ]
    for path in stale:
        print(difference(path, texts[path]))
        if not options.check:
            replace(path, texts[path])
    print(f"{len(stale)} of {len(texts)} files were out of date")
    sys.exit(options.check and bool(stale))


if __name__ == "__main__":
    main()
