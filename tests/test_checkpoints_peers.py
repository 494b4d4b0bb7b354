"""Other libraries can be imported, whichever torch their operators were built for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from notebooks.sync import ROOT

DECLARE = "from vitlib.checkpoints import declare_operators; declare_operators()\n"
COUNT = (
    "from vitlib.checkpoints import peers; print(peers.declared.cache_info().misses)"
)
PEERS = """
import torch, torchvision, timm, transformers
models = [
    torchvision.models.VisionTransformer(8, 4, 1, 1, 4, 4, num_classes=2),
    timm.models.VisionTransformer(8, 4, embed_dim=4, num_heads=1, depth=1),
    transformers.ViTForImageClassification(transformers.ViTConfig(
        image_size=8, patch_size=4, hidden_size=4, num_attention_heads=1,
        num_hidden_layers=1, intermediate_size=4)),
]
for model in models:
    model(torch.zeros(1, 3, 8, 8))
"""
MISFIT = """
import torch
@torch.library.register_fake("torchvision::nms")
def nms(a): ...
@torch.library.register_fake("torchvision::qnms")
def qnms(a): ...
"""
LOADED = """
import torch
library = torch.library.Library("torchvision", "FRAGMENT")
library.define("nms(Tensor b) -> Tensor")
library.define("qnms(Tensor b) -> Tensor")
"""


def python(script: str, *folders: Path) -> subprocess.CompletedProcess:
    """A fresh process that finds packages in these folders first."""
    path = os.pathsep.join(map(str, [*folders, ROOT]))
    return subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
    )


def printed(script: str, *folders: Path) -> str:
    """What it prints, having met neither an error nor a warning that is shown."""
    done = python(script, *folders)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture
def wheel(tmp_path) -> Path:
    """A folder with a torchvision that expects operators which are not there."""
    package = tmp_path / "torchvision"
    package.mkdir()
    (package / "extension.py").write_text("")
    (package / "_meta_registrations.py").write_text(MISFIT)
    (package / "__init__.py").write_text("from . import extension, _meta_registrations")
    return tmp_path


def test_peers_are_imported_and_compute():
    printed(DECLARE + PEERS)


def test_a_wheel_for_another_torch_is_imported_once_its_operators_are_declared(wheel):
    stops = "try: import torchvision\nexcept RuntimeError as error: print(error)\n"
    works = "import torchvision; print(torchvision.__name__, id(torchvision))\n"
    script = stops + 2 * DECLARE + works + DECLARE + works + COUNT
    error, one, same, declarations = printed(script, wheel).splitlines()
    assert error == "operator torchvision::nms does not exist"
    assert (same, declarations) == (one, "1")


def test_nothing_is_declared_where_the_wheel_fits(wheel):
    (wheel / "torchvision" / "extension.py").write_text(LOADED)
    assert printed(DECLARE + "import torchvision\n" + COUNT, wheel) == "0\n"


def test_nothing_is_declared_without_torchvision():
    absent = "import sys; sys.modules['torchvision'] = None\n"
    assert printed(absent + DECLARE + COUNT) == "0\n"


def test_what_else_is_wrong_with_a_wheel_is_said(wheel):
    (wheel / "torchvision" / "extension.py").write_text("raise RuntimeError('no disk')")
    done = python(DECLARE, wheel)
    assert done.returncode == 1
    assert done.stderr.endswith("RuntimeError: no disk\n")
