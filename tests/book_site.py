"""The built book, served on this machine, and a browser that finds nothing else."""

import asyncio
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from book.ext.back import contents
from book.serve import BUILT, site
from tests.book_reader import NARROW as NARROW  # the sizes are found here, too
from tests.book_reader import WIDE as WIDE
from tests.book_reader import Kept, Reader

ROOT = Path(__file__).parents[1]
PROSE = ("_config.yml", "_toc.yml", "book", "notebooks/*.ipynb", "figures/*.svg")
SOURCES = (*PROSE, "requirements.txt", "vitlib")
AXE = ROOT / "tests" / "node_modules" / "axe-core" / "axe.min.js"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
HOST = "127.0.0.1"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {HOST}",
)


def chapters() -> list[str]:
    """The front page and the chapters in reading order, as ``folder/name``."""
    return [contents.pages()[0], *(chapter.file for chapter in contents.chapters())]


def pages() -> list[str]:
    """All pages in reading order, those of the back matter last."""
    return contents.pages()


def with_widget(name: str) -> list[str]:
    """The pages on which a widget stands; found in the notebooks, before the build."""
    mark = f'"widget": "{name}"'
    notebooks = ((page, ROOT / f"{page}.ipynb") for page in chapters())
    return [
        page
        for page, path in notebooks
        if path.exists() and mark in path.read_text("utf-8")
    ]


def chromium_path() -> str:
    """Where Chromium is: the variable CHROMIUM, or its name on this machine's path.

    Raises:
        FileNotFoundError: there is none; the message says how to get it.
    """
    named = os.environ.get("CHROMIUM")
    found = [named] if named else [shutil.which(name) for name in BROWSERS]
    path = next(filter(None, found), None)
    if path is None or not Path(path).is_file():
        raise FileNotFoundError(
            f"no Chromium{f' at {named}' if named else ''}: install it "
            "(apt-get install chromium), or set CHROMIUM to its path"
        )
    return path


@contextmanager
def served(folder: Path = BUILT) -> Iterator[str]:
    """Serve a built book while the block runs; gives the address it has."""
    (socket,) = bind_sockets(0, HOST)  # 0: any port that is free
    loop = asyncio.new_event_loop()

    async def start() -> None:
        application = site(folder)
        application.settings["log_function"] = lambda handler: None
        HTTPServer(application).add_socket(socket)

    def run() -> None:
        loop.run_until_complete(start())
        loop.run_forever()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield f"http://{HOST}:{socket.getsockname()[1]}/"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        socket.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running Chromium that finds no host but this machine."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(), args=[*FLAGS]
        )
        yield browser
        browser.close()


def newest(paths: tuple[str, ...]) -> Path:
    """The file changed last, of those in the repository under some paths."""
    command = ["git", "ls-files", "-z", "-co", "--exclude-standard", "--", *paths]
    listed = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True
    )
    files = (ROOT / name for name in listed.stdout.split("\0") if name)
    return max(filter(Path.is_file, files), key=lambda file: file.stat().st_mtime)


@pytest.fixture(scope="session")
def book() -> Path:
    """The folder of the built book, which must be newer than what it is built from."""
    built, source = BUILT / "index.html", newest(SOURCES)
    assert built.exists(), "the book is not built: make book"
    stale = f"{source.relative_to(ROOT)} is newer than the built book: make book"
    assert source.stat().st_mtime <= built.stat().st_mtime, stale
    return BUILT


@pytest.fixture(scope="session")
def address(book: Path) -> Iterator[str]:
    """Where the built book is served."""
    with served(book) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one browser of all tests."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def kept() -> dict[str, Kept]:
    """The pages that stay open between tests."""
    return {}


@pytest.fixture
def reader(browser: Browser, address: str, kept: dict[str, Kept]) -> Iterator[Reader]:
    """Opens pages for one test; in the end nothing must have gone wrong on them."""
    opened = Reader(browser, address, kept)
    yield opened
    opened.close()
    assert not opened.problems
