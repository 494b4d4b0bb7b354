"""Each chapter alone in an empty folder, among Colab's versions, as a reader opens it.

The bootstrap cell, the same in all of them, really installs vitlib from its public
address, which git is told to find in a copy of this checkout. It does so once; in each
chapter it then finds vitlib. `make` prepares the environment from tests/colab.txt; one
chapter is opened for every change, all of them by `make colab`, each week.
"""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from notebooks import execute
from notebooks.sync import ROOT, Sources
from tests.checks import hygiene, outputs, tree

pytestmark = pytest.mark.reference
COLAB = ROOT / ".venv-colab"
ALWAYS = "11_inspection"  # has pictures, widgets and a trained model; others are weekly
OPENED = [
    pytest.param(path, marks=[pytest.mark.weekly] * (path.stem != ALWAYS), id=path.stem)
    for path in execute.chapters()
]
PYTHON = str(COLAB / "bin" / "python")
KERNEL = {"argv": [PYTHON, "-m", "ipykernel_launcher", "-f", "{connection_file}"]}
OURS = ("GIT_", "PYTHON", "VIRTUAL_ENV")  # variables that no reader has


def ran(*command: str, cwd: Path = ROOT, fails: bool = False) -> set[str]:
    """Lines that a command prints; it must end well, or else be one that ``fails``."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    assert bool(done.returncode) == fails, done.stdout + done.stderr
    return {*done.stdout.splitlines()}


def pip(*arguments: str, fails: bool = False) -> set[str]:
    """Lines that pip prints in the environment that is like Colab's."""
    command = (PYTHON, "-m", "pip", "--disable-pip-version-check", *arguments)
    return ran(*command, fails=fails)


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Path:
    """This checkout, with what is not committed yet, as a repository of its own."""
    return tree.committed(ROOT, tmp_path_factory.mktemp("published"))


@pytest.fixture(scope="module")
def environment(published, tmp_path_factory) -> dict[str, str]:
    """Variables with which the public address leads to ``published``."""
    folder = str(tmp_path_factory.mktemp("home"))
    kept = {k: v for k, v in os.environ.items() if not k.startswith(OURS)}
    return kept | {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.file://{published}.insteadOf",
        "GIT_CONFIG_VALUE_0": Sources.read().url,
        "IPYTHONDIR": folder,
        "MPLCONFIGDIR": folder,
    }


@pytest.fixture(scope="module")
def run(environment, tmp_path_factory) -> Callable[[NotebookNode], NotebookClient]:
    """Runs a notebook in place, among Colab's versions, in an empty folder."""
    assert (COLAB / "stamp").exists(), "no .venv-colab: run `make colab`"
    jupyter = tmp_path_factory.mktemp("jupyter")
    (jupyter / "kernels" / "colab").mkdir(parents=True)
    (jupyter / "kernels" / "colab" / "kernel.json").write_text(json.dumps(KERNEL))

    def ran_alone(notebook: NotebookNode) -> NotebookClient:
        where = {"metadata": {"path": str(tmp_path_factory.mktemp("alone"))}}
        once = {"coalesce_streams": True}  # outputs as they are committed
        client = NotebookClient(notebook, kernel_name="colab", resources=where, **once)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("JUPYTER_PATH", str(jupyter))
            client.execute(env=environment)
        return client

    return ran_alone


@pytest.fixture(scope="module")
def installed(run) -> tuple[set[str], set[str]]:
    """What pip lists before and after the bootstrap cell, then used, adds vitlib."""
    pip("uninstall", "--yes", "vitlib", "--quiet")
    before = pip("freeze")
    cells = [new_code_cell(Sources.read().bootstrap()), new_code_cell("import vitlib")]
    run(new_notebook(cells=cells))
    return before, pip("freeze")


def distributions() -> dict[str, int]:
    """What is installed among Colab's versions: folders, and when they changed."""
    return {str(p): p.stat().st_mtime_ns for p in COLAB.glob("lib/*/*/*.dist-info")}


@dataclass
class Opened:
    """A chapter that was opened and run: as committed, and as it is now."""

    committed: NotebookNode
    notebook: NotebookNode
    widgets: dict[str, dict]
    changed: set[tuple[str, int]]

    def pairs(self) -> Iterator[tuple[NotebookNode, NotebookNode]]:
        """Outputs as committed and as they came, but for the bootstrap cell's."""
        cells = (hygiene.code_cells(n)[1:] for n in (self.committed, self.notebook))
        for one, two in zip(*cells, strict=True):
            assert len(one.outputs) == len(two.outputs), one.id
            yield from zip(one.outputs, two.outputs, strict=True)


@pytest.fixture(scope="module", params=OPENED)
def opened(request, installed, run) -> Opened:
    """A chapter, run alone after the bootstrap cell has added vitlib."""
    committed = nbformat.read(request.param, as_version=4)
    notebook = nbformat.read(request.param, as_version=4)
    before = distributions()
    client = run(notebook)
    changed = {*before.items()} ^ {*distributions().items()}
    return Opened(committed, notebook, client.widget_state, changed)


def test_the_environment_is_like_colabs():
    asked = (ROOT / "tests" / "colab.txt").read_text("utf-8").splitlines()
    there = {line.lower() for line in pip("freeze", "--all")}
    assert {line.lower() for line in asked if "==" in line} <= there


def test_the_bootstrap_cell_adds_vitlib_and_changes_nothing(installed):
    before, after = installed
    (added,) = after - before
    assert added.startswith(f"vitlib @ git+{Sources.read().url}@")
    assert before <= after


def test_colabs_versions_are_new_enough_for_vitlib(installed):
    missing = pip("check", fails=True)  # of the kernel, what it does not need to run
    assert [line for line in missing if line.startswith("vitlib ")] == []


def test_a_chapter_begins_with_that_cell_which_now_finds_vitlib(opened):
    first, *_ = hygiene.code_cells(opened.notebook)
    assert first.source == Sources.read().bootstrap()
    assert first.outputs == []
    assert any("/vitlib-" in folder for folder in distributions())
    assert opened.changed == set()


def test_cells_print_what_is_committed(opened):
    for one, two in opened.pairs():
        assert one.get("text") == two.get("text")


def test_pictures_and_widgets_are_shown_in_all_their_forms(opened):
    for one, two in opened.pairs():
        forms = set(two.get("data", {})) - {execute.WIDGET_VIEW}
        assert set(one.get("data", {})) == forms
        assert one.get("metadata") == two.get("metadata")


def test_pictures_are_drawn_in_their_size(opened):
    for one, two in opened.pairs():
        if "image/png" in one.get("data", {}):
            sizes = (outputs.decoded(o.data["image/png"]).shape for o in (one, two))
            assert len(set(sizes)) == 1


def test_widgets_stand_in_the_notebook_with_the_same_state(opened):
    pairs = [
        pair for pair in opened.pairs() if outputs.WIDGET in pair[0].get("data", {})
    ]
    for one, two in pairs:
        states = (output.data[outputs.WIDGET] for output in (one, two))
        assert outputs.state(*states) == []


def test_widgets_reach_the_front_end_with_their_script(opened):
    shown = [
        opened.widgets[two.data[execute.WIDGET_VIEW]["model_id"]]
        for one, two in opened.pairs()
        if outputs.WIDGET in one.get("data", {})
    ]
    for widget in shown:
        assert widget["_model_module"] == "anywidget"
        assert "export default" in widget["_esm"]
        assert widget["_css"]
