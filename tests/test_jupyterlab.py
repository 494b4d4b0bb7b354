"""The patch explorer in JupyterLab: a picture first, then a widget with a kernel."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect
from tornado.netutil import bind_sockets

from tests.book_site import HOST, ROOT, Reader
from vitlib.show.widgets import base

CELLS = {
    "show": "from vitlib.show.widgets import PatchExplorer\n"
    "explorer = PatchExplorer()\nexplorer",
    "drive": "explorer.patch_size = 10",
    "follow": "print('the patch size is', explorer.patch_size)",
    "bring": "from vitlib.show.widgets import own_picture\nown_picture(explorer)",
    "name": "print('the picture is', explorer.picture)",
}


def notebook() -> nbformat.NotebookNode:
    """A notebook that shows the explorer as the chapter's committed notebook does."""
    chapter = nbformat.read(ROOT / "notebooks" / "01_patches.ipynb", as_version=4)
    every = (output for cell in chapter.cells for output in cell.get("outputs", []))
    committed = next(output for output in every if base.MIME in output.get("data", {}))
    made = nbformat.v4.new_notebook(metadata=chapter.metadata)
    for name, source in CELLS.items():
        made.cells.append(nbformat.v4.new_code_cell(source, id=name))
    made.cells[0].outputs = [committed]
    return made


def options(folder: Path, port: int) -> list[str]:
    """What to tell a JupyterLab that serves a folder, and asks nobody else."""
    settings = {
        "ServerApp.allow_root": True,
        "ServerApp.ip": HOST,
        "ServerApp.port": port,
        "ServerApp.root_dir": folder,
        "ServerApp.open_browser": False,
        "IdentityProvider.token": "",
        "LabApp.news_url": None,
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
    }
    return [f"--{name}={value}" for name, value in settings.items()]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab with the notebook in it."""
    folder = tmp_path_factory.mktemp("lab")
    nbformat.write(notebook(), folder / "explorer.ipynb")
    (socket,) = bind_sockets(0, HOST)
    port = socket.getsockname()[1]
    socket.close()
    own = {f"JUPYTER_{kind}_DIR": str(folder / kind) for kind in ("CONFIG", "RUNTIME")}
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options(folder, port)],
            env={**os.environ, **own, "PYTHONPATH": str(ROOT)},
            stdout=log,
            stderr=log,
        )
    try:
        wait_for(f"http://{HOST}:{port}/", folder / "log")
        yield f"http://{HOST}:{port}/"
    finally:
        server.terminate()
        server.wait(20)


def wait_for(address: str, log: Path) -> None:
    """Return once the server answers."""
    for _ in range(240):
        try:
            with urllib.request.urlopen(f"{address}api/status") as answer:
                json.load(answer)
                return
        except OSError:
            time.sleep(0.25)
    raise TimeoutError(f"JupyterLab does not start:\n{log.read_text()}")


class Notebook:
    """The notebook, open in JupyterLab."""

    def __init__(self, page: Page):
        self.page = page
        self.panel = page.locator(".vit-panel")

    def cell(self, name: str) -> Locator:
        """A cell, with what it has put out."""
        return self.page.locator(".jp-Notebook .jp-CodeCell").nth([*CELLS].index(name))

    def run(self, name: str) -> Locator:
        """Run a cell; gives its output once it has run."""
        self.cell(name).locator(".jp-InputArea-editor").click()
        self.page.keyboard.press("Shift+Enter")
        prompt = self.cell(name).locator(".jp-InputPrompt")
        expect(prompt).to_have_text(re.compile(r"^\[\d+\]:$"), timeout=60_000)
        return self.cell(name).locator(".jp-OutputArea-output")

    def bring(self, name: str, content: bytes) -> None:
        """Choose a file with the button that the cell "bring" has put out."""
        with self.page.expect_file_chooser() as chosen:
            self.cell("bring").get_by_role("button", name="Your own picture").click()
        file = {"name": name, "mimeType": "image/png", "buffer": content}
        chosen.value.set_files(file)


@pytest.fixture
def opened(lab, browser):
    """The notebook, just opened; in the end nothing must have gone wrong."""
    reader = Reader(browser, lab)
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    reader.watch(page)
    page.goto(f"{lab}lab/tree/explorer.ipynb?reset")
    expect(page.locator(".jp-Notebook .jp-CodeCell")).to_have_count(5, timeout=60_000)
    expect(page.get_by_text("(ipykernel) | Idle")).to_be_visible(timeout=60_000)
    yield Notebook(page)
    harmless = ("debug: ", "log: ", "info: ")
    context.close()
    assert [line for line in reader.problems if not line.startswith(harmless)] == []


def test_a_picture_then_a_widget_whose_traits_and_sliders_follow(opened):
    before = opened.cell("show").locator(".jp-OutputArea-output")
    expect(before.locator("img")).to_be_visible()
    assert "Error" not in before.inner_text()

    opened.run("show")
    size = opened.panel.get_by_label("Patch size P", exact=True)
    expect(size).to_have_value("20")
    assert opened.cell("show").locator("img").count() == 0
    opened.run("drive")
    expect(size).to_have_value("10")
    size.press("ArrowRight")  # which JupyterLab has a use for, too
    expect(opened.panel).to_contain_text("11 × 11 pixels")
    opened.panel.get_by_label("Picture", exact=True).press("ArrowDown")
    expect(opened.run("name")).to_have_text("the picture is mountains in colour")
    expect(opened.run("follow")).to_have_text("the patch size is 11")


def test_a_picture_of_ones_own(opened):
    opened.run("show")
    opened.run("bring")
    opened.bring("poem.png", b"a poem")
    said = opened.cell("bring").get_by_text("This file cannot be shown")
    expect(said).to_be_visible()
    expect(opened.run("name")).to_have_text("the picture is mountains")
    picture = ROOT / "vitlib" / "pictures" / "photograph.png"
    opened.bring("photograph.png", picture.read_bytes())
    expect(opened.panel.get_by_label("Picture", exact=True)).to_have_value("your own")
    expect(said).not_to_be_visible()
    expect(opened.run("name")).to_have_text("the picture is your own")
