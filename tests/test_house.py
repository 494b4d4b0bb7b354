"""The rules of the house: style, length, layers, and that files agree."""

import statistics
import subprocess
import sys
import tomllib
from importlib import import_module
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bench.__main__ import ALL
from notebooks import execute
from tests.checks import code, tree

ROOT = Path(__file__).parents[1]
LIBRARY = sorted(ROOT.glob("vitlib/**/*.py"))
CODE = [path for path in tree.files(ROOT) if path.suffix in {".py", ".js", ".mjs"}]


@pytest.mark.parametrize("check", tree.CHECKS, ids=lambda check: check.__name__)
def test_files(check):
    found = [*check(ROOT)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_functions_and_files_are_short(path):
    found = [*code.too_long(path)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: str(path.relative_to(ROOT)))
def test_public_functions_of_vitlib_have_type_hints(path):
    found = [*code.unhinted(path)]
    assert not found, "\n".join(found)


def test_the_model_can_be_read_in_one_sitting():
    files = [ROOT / "vitlib" / f"{name}.py" for name in code.MODELS if name != "checks"]
    lines, of_code, functions = zip(*map(code.lengths, files), strict=True)
    assert sum(lines) <= 450
    assert sum(of_code) <= 260
    assert statistics.median(chain(*functions)) <= 12


def test_lines_of_code_are_counted(tmp_path):
    path = tmp_path / "a.py"
    path.write_text(
        '"""Words.\n\nMore."""\n\n# why\nx = 1  # so\n\n\ndef f():\n'
        '    """Words."""\n    return """no\n    words"""\n'
    )
    assert code.lengths(path) == (12, 4, [4])


def test_parts_import_only_what_lies_before_them():
    found = [*code.layers(ROOT)]
    assert not found, "\n".join(found)


def test_pages_say_what_config_and_alternative_texts_say():
    pages = execute.pages().items()
    assert [path.name for path, text in pages if path.read_text("utf-8") != text] == []


@pytest.mark.parametrize("name", ALL)
def test_what_bench_lists_can_be_measured(name):
    assert callable(import_module(f"bench.{name}").main)


def test_the_pins_are_what_pyproject_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [
        *project["dependencies"],
        *chain(*project["optional-dependencies"].values()),
    ]
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    pins = [Requirement(line) for line in lines if not line.startswith("#")]
    versions = {canonicalize_name(pin.name): str(pin.specifier)[2:] for pin in pins}
    for wanted in map(Requirement, asked):
        version = versions.get(canonicalize_name(wanted.name), "0")
        assert version in wanted.specifier, f"{wanted}: run `make lock`"


@pytest.mark.parametrize("command", ["check", "format --check"])
def test_style(command):
    ruff = [sys.executable, "-m", "ruff", *command.split(), "."]
    done = subprocess.run(ruff, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
