"""Where a name of vitlib is defined: file and lines, read from the source."""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from .contents import ROOT

DEFINITIONS = (ast.FunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Place:
    """A file of the repository, and the first and last line of a definition in it."""

    file: str
    first: int
    last: int

    @property
    def address(self) -> str:
        """Its address in the repository, on the web."""
        return f"{repository()}{self.file}#L{self.first}-L{self.last}"


@cache
def repository(root: Path = ROOT) -> str:
    """Address under which a reader sees the repository's files."""
    known = yaml.safe_load((root / "_config.yml").read_text("utf-8"))["repository"]
    return f"{known['url']}/blob/{known['branch']}/"


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text("utf-8"))


def file_of(module: str, root: Path = ROOT) -> Path:
    """The file of a module or a package, whether or not there is one."""
    stem = root.joinpath(*module.split("."))
    return stem / "__init__.py" if stem.is_dir() else stem.with_suffix(".py")


def names_of(node: ast.stmt) -> list[str]:
    """What a statement defines: a function, a class, or variables."""
    if isinstance(node, DEFINITIONS):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    targets += [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def find(name: str, root: Path = ROOT) -> Place:
    """Where ``vitlib.tokens.PatchEmbed.forward`` stands, or what a package imports.

    Raises:
        KeyError: there is no such name.
    """
    parts = name.split(".")
    long = max(
        i for i in range(1, len(parts)) if file_of(".".join(parts[:i]), root).is_file()
    )
    module, rest = ".".join(parts[:long]), parts[long:]
    body = tree(file_of(module, root)).body
    for node in body:
        names = node.names if isinstance(node, ast.ImportFrom) else []
        if rest[0] in [alias.name for alias in names]:
            return find(".".join([node.module, *rest]), root)
    for part in rest:
        found = [node for node in body if part in names_of(node)]
        if not found:
            raise KeyError(f"{name}: {module} defines no {part}")
        body = getattr(found[0], "body", [])
    path = file_of(module, root).relative_to(root).as_posix()
    return Place(path, found[0].lineno, found[0].end_lineno)


def code(name: str) -> str:
    """A name of vitlib, linked to the reference, and its place in the repository."""
    place, file = find(f"vitlib.{name}"), find(f"vitlib.{name}").file.split("/")[-1]
    return (
        f'<a href="api.html#vitlib.{name}"><code>{name}</code></a> '
        f'(<a class="line" href="{place.address}">{file}, line {place.first}</a>)'
    )
