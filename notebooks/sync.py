"""What notebooks and pages say because it stands elsewhere.

The repository's address stands in ``_config.yml``, alternative texts stand
in ``figures/alt.yml``. From these two come the first code cell of each
chapter, all links into the repository and the texts of all pictures.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import yaml
from nbformat import NotebookNode

ROOT = Path(__file__).parents[1]
BOOTSTRAP = """\
# Opened alone, in Colab say? This fetches the book's code.
try:
    import vitlib
except ModuleNotFoundError:
    %pip install --quiet --no-deps git+{url}"""
FIGURE = re.compile(
    r"!\[(?:\\.|[^\]\\])*\]\(([^()\s]*figures/([\w-]+)\.svg)\)"
)


@dataclass(frozen=True)
class Sources:
    """The repository's address and branch, and the alternative texts."""

    url: str
    branch: str
    alts: dict[str, str]

    @classmethod
    def read(cls, root: Path = ROOT) -> "Sources":
        """As they stand in the files of a copy of the repository."""
        files = (root / "_config.yml", root / "figures" / "alt.yml")
        config, alts = (yaml.safe_load(f.read_text("utf-8")) for f in files)
        repository = config["repository"]
        return cls(repository["url"], repository["branch"], alts)

    @property
    def name(self) -> str:
        """OWNER/REPOSITORY."""
        return self.url.removeprefix("https://github.com/")

    def bootstrap(self) -> str:
        """The first code cell of each chapter."""
        return BOOTSTRAP.format(url=self.url)

    def alt(self, key: str) -> str:
        """The alternative text of a figure or of a cell's picture."""
        if key not in self.alts:
            raise SystemExit(f"figures/alt.yml has no text for {key}")
        return self.alts[key]

    def text(self, text: str, former: str) -> str:
        """Text with this repository for the ``former``, and figures' alts."""
        text = re.sub(rf"\b{re.escape(former)}(?![\w-])", self.name, text)
        raw = rf"(//raw\.githubusercontent\.com/{self.name}/)[^/\s)]+"
        text = re.sub(raw, rf"\g<1>{self.branch}", text)
        page = rf"(/{self.name}/(?:blob|tree)/)[^/\s)]+"
        text = re.sub(page, rf"\g<1>{self.branch}", text)
        return FIGURE.sub(self.figure, text)

    def figure(self, found: re.Match) -> str:
        """An image in Markdown, with its alternative text."""
        alt = re.sub(r"([\[\]\\])", r"\\\1", self.alt(found[2]))
        return f"![{alt}]({found[1]})"

    def apply(self, notebook: NotebookNode) -> None:
        """Bring a notebook up to date, in place."""
        former = former_name(notebook)
        bootstrap_cell(notebook).source = self.bootstrap()
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = self.text(cell.source, former)
            elif cell.id in self.alts:
                cell.metadata.mystnb = {"image": {"alt": self.alts[cell.id]}}


def bootstrap_cell(notebook: NotebookNode) -> NotebookNode:
    """The first code cell of a chapter, which fetches the book's code."""
    return next(cell for cell in notebook.cells if cell.cell_type == "code")


def former_name(notebook: NotebookNode) -> str:
    """OWNER/REPOSITORY as a notebook was last brought up to date with."""
    found = re.search(
        r"git\+https://github\.com/(\S+)", bootstrap_cell(notebook).source
    )
    if not found:
        raise SystemExit(
            f"{notebook.cells[0].source.splitlines()[0]}: the first code cell"
            " must be the bootstrap cell; copy that of 01_patches.ipynb"
        )
    return found[1]
