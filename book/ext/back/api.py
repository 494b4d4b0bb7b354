"""The reference of vitlib's public names, by module, in the order of the chapters.

Public are the names in a package's ``__all__``, and what a module of the model itself
defines. Left out is what only draws: ``vitlib.show``.
"""

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .contents import ROOT, chapters
from .sources import DEFINITIONS, file_of, find, names_of, tree

CHAPTER = re.compile(r"Chapters? (\d+)")
LAST = 99  # of modules that no chapter is about
PYTORCH = "https://docs.pytorch.org/docs/stable/"
PYTHON = "https://docs.python.org/3/library/"
FIELDS = {"Args": "Parameters", "Returns": "Returns", "Raises": "Raises"}
FIELD = re.compile(r"(Args|Returns|Raises): (?=\S)")
SIGNS = re.compile(r"\||(?<![\w*])\*(?=\w)(?![^*]*\w\*)")  # |x|, and *rest
LONG_SIGNATURE = re.compile(r"<dl>\s*((?:<dd>.*?</dd>\s*)+)</dl>")
BUILT_IN = {"int": "functions", "float": "functions", "bool": "functions"}


@dataclass(frozen=True)
class Module:
    """A module or package of vitlib that has public names."""

    name: str
    root: Path = ROOT

    @property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return tree(file_of(self.name, self.root))

    @property
    def says(self) -> str:
        """Its docstring's first line, without the chapter."""
        line = ast.get_docstring(self.tree).splitlines()[0]
        return re.sub(r"^Chapters? \d+( and \d+)?\. ", "", line)

    @property
    def says_chapter(self) -> re.Match | None:
        """The chapter that its docstring names, if it does."""
        return CHAPTER.match(ast.get_docstring(self.tree))

    @property
    def chapter(self) -> int:
        """The chapter that it belongs to: as it says, or the first that imports it."""
        if said := self.says_chapter:
            return int(said[1])
        imports = re.compile(rf"(from|import) {self.name}\b")
        for chapter in chapters(self.root):
            if any(imports.search(cell["source"]) for cell in chapter.cells):
                return chapter.number
        return LAST

    @property
    def listed(self) -> list[str] | None:
        """The names in ``__all__``, if it has one."""
        for node in self.tree.body:
            if "__all__" in names_of(node):
                return ast.literal_eval(node.value)
        return None

    @property
    def names(self) -> list[str]:
        """Its public names: those of a package as sorted there, else as they stand."""
        package = file_of(self.name, self.root).stem == "__init__"
        if package:
            return self.listed or []
        own = [name for node in self.tree.body for name in names_of(node)]
        constants = Module("vitlib", self.root).listed or []
        return [n for n in own if n[0] != "_" and (not n.isupper() or n in constants)]


@cache
def modules(root: Path = ROOT) -> list[Module]:
    """The modules with public names, in reading order."""
    files = [p for p in (root / "vitlib").iterdir() if p.suffix == ".py" or p.is_dir()]
    names = sorted(f"vitlib.{path.stem}" for path in files if path.stem[0] != "_")
    found = [Module(name, root) for name in names if name != "vitlib.show"]
    kept = [m for m in found if file_of(m.name, root).is_file() and m.names]
    return sorted(kept, key=lambda m: (m.chapter, not m.says_chapter, m.name))


@cache
def names(root: Path = ROOT) -> dict[str, str]:
    """How a chapter may write a public name, and its full name, which is its anchor."""
    found = [(n, f"{m.name}.{n}") for m in modules(root) for n in m.names]
    bare = [name for name, _ in found]
    known = {full: full for _, full in found}
    known |= {name: full for name, full in found if bare.count(name) == 1}
    top = Module("vitlib", root).listed or []
    return known | {f"vitlib.{name}": known[name] for name in top}


def directive(full: str, root: Path = ROOT) -> str:
    """The lines that let Sphinx document a name."""
    place = find(full, root)
    module, name = full.rsplit(".", 1)
    lines = (root / place.file).read_text("utf-8").splitlines()
    defined = [
        node
        for node in tree(root / place.file).body
        if name in names_of(node) and isinstance(node, DEFINITIONS)
    ]
    if not defined:
        said = lines[place.first - 1].partition("  # ")[2]
        return f".. py:data:: {name}\n   :module: {module}\n\n   {said}"
    if isinstance(defined[0], ast.ClassDef):
        return f".. autoclass:: {full}\n   :members:"
    return f".. autofunction:: {full}"


def listed(root: Path = ROOT) -> str:
    """The page's Markdown: a section for each module."""
    parts = []
    numbered = {chapter.number: chapter for chapter in chapters(root)}
    for module in modules(root):
        about = numbered.get(module.chapter)
        link = f" {about.link()}." if about else ""
        made = "\n\n".join(directive(f"{module.name}.{n}", root) for n in module.names)
        text = f"## `{module.name}`\n\n{module.says}{link}"
        parts.append(f"{text}\n\n```{{eval-rst}}\n{made}\n```")
    return "\n\n".join(parts)


def kind_of(line: str, before: str, kind: str) -> str:
    """What a docstring's line belongs to: field, section, formula, or the text."""
    if FIELD.match(line):
        return "field"
    if re.fullmatch(r"\w+:", line):
        return "section"
    if not line.strip():
        return "" if kind == "field" else kind
    if line.startswith("    ") and not (kind or before):
        return "formula"
    return kind if kind == "field" or line.startswith(" ") else ""


def in_fields(lines: list[str]) -> None:
    """Make a docstring reStructuredText, in place.

    Where it says "Args: …" in a line, a field follows; what is set in after an empty
    line is a formula, left as it is; elsewhere signs of mathematics are escaped.
    """
    made, kind = [], ""
    for line in lines:
        before, kind = kind, kind_of(line, made[-1] if made else "", kind)
        if kind == "field" != before and made and made[-1]:
            made.append("")
        if kind == "formula" != before:
            made += ["::", ""]
        if found := FIELD.match(line):
            line = f":{FIELDS[found[1]]}: {line[found.end() :]}"
        elif kind == "field":
            line = f"    {line}"
        made.append(line if kind == "formula" else SIGNS.sub(r"\\\g<0>", line))
    lines[:] = made


def without_lists(html: str) -> str:
    """A page whose long signatures are no lists, since these would lack their terms."""

    def lines(found: re.Match) -> str:
        opened = found[1].replace("<dd>", '<span class="parameter">')
        return opened.replace("</dd>", "</span>")

    return LONG_SIGNATURE.sub(lines, html)


def elsewhere(name: str) -> str:
    """The address at which PyTorch or Python documents a type; none for others."""
    last = name.rpartition(".")[2]
    if name in ("torch.Tensor", "Tensor"):
        return f"{PYTORCH}tensors.html#torch.Tensor"
    if name.startswith("torch.nn."):  # classes stand in modules of their own there
        return f"{PYTORCH}generated/torch.nn.{last}.html"
    if name.startswith("torch."):
        return f"{PYTORCH}generated/{name}.html"
    if name == "None":
        return f"{PYTHON}constants.html#None"
    if name in ("str", "list", "dict", "tuple", "set", *BUILT_IN):
        return f"{PYTHON}{BUILT_IN.get(name, 'stdtypes')}.html#{name}"
    known = ("collections.abc", "pathlib", "os")
    module = next((m for m in known if name.startswith(f"{m}.")), None)
    return f"{PYTHON}{module}.html#{name}" if module else ""
