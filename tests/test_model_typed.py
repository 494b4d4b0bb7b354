"""Chapter 9's Vision Transformer, as a reader types it into an empty file."""

import ast
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
import torch
from torch import nn

from notebooks import execute
from tests.checks import code
from tests.peers import randomise, timm_vit
from tests.test_parity import SMALL, pictures
from vitlib import CONFIGS, ViT, ViTConfig
from vitlib.cost import parameters
from vitlib.show.exercises.model import SIZES

CHAPTER = execute.HERE / "09_model.ipynb"
PASSED = (*SIZES, "num_heads")  # the fields of a config that it takes
CONFIGURED = {
    "small": SMALL,
    "one head": replace(SMALL, num_heads=1),
    "one patch": replace(SMALL, patch_size=24),
    "narrow MLP": replace(SMALL, mlp_ratio=1.5),
    "grey and wide": replace(SMALL, image_size=(12, 20), in_chans=1),
    "high": replace(SMALL, image_size=(32, 16), num_heads=2),
    "regression": replace(SMALL, num_classes=1),
    "Ti/32": replace(CONFIGS["Ti/32"], depth=2, image_size=96),
}


@pytest.fixture(scope="module")
def cells() -> dict[str, str]:
    """The cells that make the model, by id."""
    notebook = nbformat.read(CHAPTER, as_version=4)
    coded = [cell for cell in notebook.cells if cell.cell_type == "code"]
    found = {cell.id: cell.source for cell in coded if cell.id.startswith("whole-")}
    assert found, "no cell whose id begins with whole-"
    return found


@pytest.fixture(scope="module")
def typed(cells, tmp_path_factory) -> Path:
    """The file."""
    path = tmp_path_factory.mktemp("typed") / "whole.py"
    path.write_text("\n\n\n".join(cells.values()) + "\n", "utf-8")
    return path


@pytest.fixture(scope="module")
def made(typed) -> type[nn.Module]:
    """The class that is there when the file alone has been executed."""
    names = {"__name__": "whole"}
    exec(compile(typed.read_text("utf-8"), typed, "exec"), names)
    return names["VisionTransformer"]


def build(made: type[nn.Module], config: ViTConfig) -> nn.Module:
    """A model of that class."""
    return made(**{name: getattr(config, name) for name in PASSED}).eval()


def counted(model: nn.Module) -> int:
    """Numbers that it learns."""
    return sum(weight.numel() for weight in model.parameters())


def test_it_is_about_sixty_lines_of_nothing_but_torch(cells, typed):
    assert max(len(source.splitlines()) for source in cells.values()) <= 30
    _, lines, _ = code.lengths(typed)
    assert 40 <= lines <= 64
    assert {name.partition(".")[0] for name in code.imported(typed)} == {"torch"}
    names = (
        getattr(node, "id", "")
        for node in ast.walk(ast.parse(typed.read_text("utf-8")))
    )
    assert not {"__import__", "exec", "eval", "open"} & {*names}


def test_an_empty_file_is_enough_for_b16(typed):
    count = "sum(w.numel() for w in whole.VisionTransformer().parameters())"
    ask = f"import torch, whole; torch.set_default_device('meta'); print({count})"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", ask],
        cwd=typed.parent,
        capture_output=True,
        text=True,
    )
    assert (done.stderr, done.stdout) == ("", "86567656\n")


@pytest.mark.parametrize("name", CONFIGURED)
def test_with_timms_weights_its_logits_are_timms_and_vitlibs(made, name):
    config = CONFIGURED[name]
    theirs = randomise(timm_vit(config))
    model, ours, images = build(made, config), ViT(config).eval(), pictures(config)
    for other in (model, ours):
        other.load_state_dict(theirs.state_dict(), strict=True)
    with torch.inference_mode():
        found, wanted = model(images), theirs(images)
        assert wanted.std() > 0.3
        for other in (wanted, ours(images)):
            assert found.shape == other.shape
            assert (found - other).abs().max() < 1e-5 * other.abs().max()


@pytest.mark.parametrize("name", ["Ti/16", "B/32", "L/16", "H/14"])
def test_it_has_as_many_weights_as_the_formula_says(made, name):
    with torch.device("meta"):
        model = build(made, CONFIGS[name])
    assert counted(model) == sum(parameters(CONFIGS[name]).values())


def test_it_starts_from_numbers_and_learns_all_of_them(made):
    model = build(made, SMALL)
    model(pictures(SMALL)).square().sum().backward()
    for name, weight in model.named_parameters():
        assert weight.isfinite().all(), name
        assert weight.grad.any(), name
