"""Checks of Python code: what notebooks define, and how vitlib is built."""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

MODELS = ["checks", "patches", "tokens", "position", "attention", "encoder", "model"]
# All parts of vitlib; what they have of each other they have of those before them.
PARTS = [*MODELS, "cost", "checkpoints", "data", "training", "weights"]
PARTS += ["inspection", "scaling", "mistakes", "__init__", "show"]
LONGEST_FUNCTION, LONGEST_FILE = 25, 200  # in lines
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DEFINITIONS = (*FUNCTIONS, ast.ClassDef)


def undocumented(definition: ast.AST) -> str:
    """A definition's syntax tree as text, without docstrings."""
    for node in ast.walk(definition):
        if isinstance(node, DEFINITIONS) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.dump(definition)


def definitions(tree: ast.Module) -> Iterator[ast.AST]:
    """Functions and classes in a module, wherever they stand; no methods."""
    methods = {
        part
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for part in ast.walk(node)
        if part is not node
    }
    for node in ast.walk(tree):
        if isinstance(node, DEFINITIONS) and node not in methods:
            yield node


@cache
def defined(python: str) -> list[tuple[str, str]]:
    """Names and syntax trees of what a module's text defines."""
    nodes = definitions(ast.parse(python))
    return [(node.name, undocumented(node)) for node in nodes]


def library(root: Path) -> dict[str, set[str]]:
    """The syntax trees of what vitlib defines, by name."""
    found = defaultdict(set)
    for path in root.glob("vitlib/**/*.py"):
        for name, tree in defined(path.read_text("utf-8")):
            found[name].add(tree)
    return found


def drifted(notebook: NotebookNode, root: Path) -> Iterator[str]:
    """A chapter defines something of vitlib, and all of that as vitlib does."""
    vitlib, shared = library(root), 0
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        python = TransformerManager().transform_cell(cell.source)
        for name, tree in defined(python):
            shared += name in vitlib
            if tree not in vitlib.get(name, {tree}):
                yield f"{cell.id}: {name} is another in vitlib; change both alike"
    if not shared:
        yield "defines nothing of vitlib; a chapter shows at least one of it"


def too_long(path: Path) -> Iterator[str]:
    """Functions and files that no longer fit on a screen or two."""
    text = path.read_text("utf-8")
    lines = text.splitlines()
    if len(lines) > LONGEST_FILE:
        said = f"{len(lines)} lines, more than {LONGEST_FILE}"
        yield f"{path.name}: {said}; move a part to a file beside it"
    for node in ast.walk(ast.parse(text)) if path.suffix == ".py" else ():
        if isinstance(node, FUNCTIONS):
            count = sum(
                map(bool, map(str.strip, lines[node.lineno - 1 : node.end_lineno]))
            )
            if ast.get_docstring(node) is not None:
                words = node.body[0]
                said = lines[words.lineno - 1 : words.end_lineno]
                count -= sum(map(bool, map(str.strip, said)))
            if count > LONGEST_FUNCTION:
                yield f"{path.name}: {node.name} has {count} lines of code"


def lengths(path: Path) -> tuple[int, int, list[int]]:
    """Lines of a file, lines of code in it, and lines of each of its functions.

    Code is what is neither blank nor a comment nor a docstring.
    """
    text = path.read_text("utf-8")
    tree, lines = ast.parse(text), text.splitlines()
    nodes = [tree, *(node for node in ast.walk(tree) if isinstance(node, DEFINITIONS))]
    said = [node.body[0] for node in nodes if ast.get_docstring(node) is not None]
    words = {n for node in said for n in range(node.lineno, node.end_lineno + 1)}
    code = [
        line
        for number, line in enumerate(lines, start=1)
        if number not in words and line.strip() and not line.lstrip().startswith("#")
    ]
    functions = [node for node in nodes if isinstance(node, FUNCTIONS)]
    return len(lines), len(code), [f.end_lineno - f.lineno + 1 for f in functions]


def unhinted(path: Path) -> Iterator[str]:
    """Public functions that do not say what types they take and return."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        inside = node.body if isinstance(node, ast.Module | ast.ClassDef) else []
        for function in (part for part in inside if isinstance(part, FUNCTIONS)):
            a = function.args
            named = [*a.posonlyargs, *a.args, *a.kwonlyargs]
            bare = [
                x.arg
                for x in named
                if not x.annotation and x.arg not in ("self", "cls")
            ]
            bare += [] if function.returns else ["its result"]
            if bare and not function.name.startswith("_"):
                yield f"{path.name}: {function.name}: no type for {', '.join(bare)}"


def imported(path: Path) -> Iterator[str]:
    """Full names of the modules and things that a module imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layers(root: Path) -> Iterator[str]:
    """Parts of vitlib import themselves and those before; model files torch besides."""
    for path in sorted(root.glob("vitlib/**/*.py")):
        part = path.relative_to(root / "vitlib").parts[0].removesuffix(".py")
        before = [*PARTS[: PARTS.index(part)], *[part] * (part not in MODELS)]
        for name in imported(path):
            first, _, rest = name.partition(".")
            if first == "vitlib" and rest.partition(".")[0] not in before:
                yield f"{path.name}: imports {name}, which does not stand before it"
            other = first not in {"vitlib", "torch", *sys.stdlib_module_names}
            if other and part in MODELS:
                yield f"{path.name}: imports {name}, not torch or an earlier file"
