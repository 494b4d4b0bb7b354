"""What the book is made of, counted and read when it is built."""

import json
import re
from pathlib import Path

from vitlib.show.widgets import base

from .contents import ROOT, chapters

TEST = re.compile(r"^ *def test_", re.MULTILINE)


def counts(root: Path = ROOT) -> dict[str, int]:
    """How many chapters, figures, sliders and tests there are."""
    tests = [path.read_text("utf-8") for path in root.glob("tests/test_*.py")]
    return {
        "chapters": len(chapters(root)),
        "cells": sum(c["cell_type"] == "code" for k in chapters(root) for c in k.cells),
        "figures": len([*root.glob("figures/*.svg")]),
        "widgets": len(base.names()),
        "tests": sum(len(TEST.findall(text)) for text in tests),
    }


def version(package: str, root: Path = ROOT) -> str:
    """A package's pinned version.

    Raises:
        KeyError: it is not pinned.
    """
    pins = (root / "requirements.txt").read_text("utf-8").lower()
    found = re.search(rf"^{re.escape(package.lower())}==(\S+)$", pins, re.MULTILINE)
    if not found:
        raise KeyError(f"requirements.txt pins no {package}")
    return found[1]


def versions(*packages: str) -> str:
    """Packages with their versions, as a sentence names them."""
    *others, last = [f"{package} {version(package)}" for package in packages]
    return f"{', '.join(others)} and {last}" if others else last


def katex(root: Path = ROOT) -> str:
    """The version of the style sheet and fonts for formulas."""
    words = (root / "book/static/katex/README.md").read_text("utf-8")
    return re.match(r"# KaTeX ([\d.]+)", words)[1]


def machines(root: Path = ROOT) -> str:
    """The table of recorded measurements: which, where, with what, when."""
    lines = ["| measurement | machine | versions | date |", "|---|---|---|---|"]
    for path in sorted(root.glob("bench/*.json")):
        said = json.loads(path.read_text("utf-8"))
        date = f'<span class="line">{said["date"]}</span>'
        row = (f"`{path.stem}`", said["machine"], said["versions"], date)
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines)
