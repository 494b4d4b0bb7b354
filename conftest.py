"""What pytest has to know: its parts, and what runs side by side."""

import os
import re

import pytest
from xdist.scheduler import LoadScopeScheduling

from notebooks import execute

pytest_plugins = ["tests.book_site", "tests.executed", "tests.javascript"]
os.environ.update(execute.ENVIRONMENT)  # nbval's kernels get it from here


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever looks at the built book needs the reference system.

    Files that need it, and chapters, take longest: they begin, and short ones fill the
    end, when one process has nothing else left to do.
    """
    for item in items:
        if {"book", "browser"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("reference")
    marked = {item.path for item in items if item.get_closest_marker("reference")}
    long = marked | {item.path for item in items if item.path.suffix == ".ipynb"}
    items.sort(key=lambda item: item.path not in long)


class Scheduling(LoadScopeScheduling):
    """One process for the tests of a file, or of a chapter in all: they share pages.

    In the environment that is like Colab's chapters take turns: it is one for all.
    """

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        chapter = re.search(r"\b\d\d_\w+", test)
        return chapter[0] if chapter and "test_colab" not in file else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Scheduling:
    """Give the processes their work by files and chapters, in the order collected."""
    config.option.loadscopereorder = False
    return Scheduling(config, log)
