"""Exported, a model says the same without this book's code, to any number of images."""

import builtins
import json
from functools import cache
from pathlib import Path
from unittest.mock import patch

import onnx
import pytest
import torch
from torch import Tensor, nn
from torch.export import Dim, export

from tests.test_model import randomise
from vitlib import CONFIGS, ViT, ViTConfig
from vitlib.data import digits
from vitlib.scaling import export as module
from vitlib.scaling import export_onnx, export_program, run_onnx
from vitlib.training import DIGITS, digits_model

ONE = ViTConfig(4, 2, 1, 3, embed_dim=8, depth=1, num_heads=2)
DROPPED = {"drop_rate": 0.5, "attn_drop_rate": 0.5, "drop_path_rate": 0.5}


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> Path:
    """A folder with the digits' model in both forms, exported in training mode."""
    folder, model = tmp_path_factory.mktemp("exported"), digits_model().train()
    with patch.object(module, "traced", cache(module.traced)):  # one trace for both
        export_program(model, folder / "digits.pt2")
        names = [f"a {number}" for number in range(10)]
        export_onnx(model, folder / "digits.onnx", names)
    assert all(part.training for part in model.modules())
    assert {path.name for path in folder.iterdir()} == {"digits.pt2", "digits.onnx"}
    return folder


@torch.no_grad()
def test_any_number_of_digits_gets_the_same_logits(files):
    program = torch.export.load(files / "digits.pt2").module()
    for count in (1, 3, 17):
        images = digits("test")[0][:count]
        wanted = digits_model()(images)
        assert torch.allclose(program(images), wanted, rtol=0, atol=1e-6)
        found = run_onnx(files / "digits.onnx", images)
        assert torch.allclose(found, wanted, rtol=0, atol=1e-5)


def test_the_file_tells_what_it_takes_and_whose_it_is(files):
    model = onnx.load(files / "digits.onnx")
    (images,), (logits,) = model.graph.input, model.graph.output
    sizes = [
        [axis.dim_param or axis.dim_value for axis in one.type.tensor_type.shape.dim]
        for one in (images, logits)
    ]
    assert [images.name, logits.name] == ["images", "logits"]
    assert sizes == [["batch", 1, 8, 8], ["batch", 10]]
    facts = {entry.key: json.loads(entry.value) for entry in model.metadata_props}
    assert ViTConfig(**facts["config"]) == DIGITS
    assert facts["classes"][7] == "a 7"
    onnx.checker.check_model(model, full_check=True)


def test_a_block_as_wide_as_b16_gets_the_same_logits(tmp_path):
    model, images = ViT(CONFIGS["B/16"], depth=1), torch.randn(3, 3, 224, 224)
    export_onnx(model, tmp_path / "b.onnx")
    with torch.no_grad():
        wanted = model(images)
    assert wanted.std() > 0.1
    found = run_onnx(tmp_path / "b.onnx", images)
    assert torch.allclose(found, wanted, rtol=0, atol=1e-5)


def test_images_that_do_not_fit_are_refused(files):
    words = r"takes images of shape \(batch, 1, 8, 8\), got \(2, 1, 12, 12\); resize"
    with pytest.raises(ValueError, match=words):
        run_onnx(files / "digits.onnx", torch.zeros(2, 1, 12, 12))
    with pytest.raises(ValueError, match=r"got \(1, 8, 8\)"):
        run_onnx(files / "digits.onnx", torch.zeros(1, 8, 8))
    with pytest.raises(
        TypeError, match=r"in torch\.float32, got images of torch\.uint8"
    ):
        run_onnx(files / "digits.onnx", torch.zeros(2, 1, 8, 8, dtype=torch.uint8))
    with pytest.raises(FileNotFoundError):
        run_onnx(files / "none.onnx", torch.zeros(2, 1, 8, 8))


def test_what_cannot_be_written_is_refused(tmp_path, monkeypatch):
    model = ViT(ONE)
    with pytest.raises(ValueError, match=r"ends in \.pt2, not 'model\.pt'"):
        export_program(model, tmp_path / "model.pt")
    with pytest.raises(ValueError, match=r"ends in \.onnx, not 'model'"):
        export_onnx(model, tmp_path / "model")
    with pytest.raises(ValueError, match="3 classes, got 2 names"):
        export_onnx(model, tmp_path / "model.onnx", ["yes", "no"])
    monkeypatch.setattr(module, "LARGEST_ONNX", 1000)
    with pytest.raises(ValueError, match=r"less than 1,000 bytes, these weights take"):
        export_onnx(model, tmp_path / "model.onnx")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["onnx", "onnxscript", "onnxruntime"])
def test_a_missing_package_is_named_with_how_to_get_it(monkeypatch, files, name):
    def importing(wanted, *more):
        if wanted == name:
            raise ImportError(f"No module named {name!r}")
        return kept(wanted, *more)

    kept = builtins.__import__
    monkeypatch.setattr(builtins, "__import__", importing)
    words = rf"pip install 'vitlib\[onnx\]' \(No module named '{name}'\)"
    runs = run_onnx if name == "onnxruntime" else lambda path, _: module.in_onnx(path)
    with pytest.raises(ImportError, match=words):
        runs(files / "digits.onnx", torch.zeros(1, 1, 8, 8))


def test_a_file_is_the_old_one_or_the_whole_new_one(tmp_path, monkeypatch):
    path = tmp_path / "model.pt2"
    path.write_text("old")

    def stopped(program, file):
        file.write(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(torch.export, "save", stopped)
    with pytest.raises(OSError, match="disk full"):
        export_program(ViT(ONE), path)
    assert path.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["model.pt2"]


def traced_by(model: nn.Module, images: Tensor, free: bool = False) -> nn.Module:
    """A program as torch makes it, with a free number of images or not."""
    shapes = ({0: Dim("batch")},) if free else None
    return export(model, (images,), dynamic_shapes=shapes).module()


def test_a_trace_freezes_the_batch_unless_it_is_told():
    model = randomise(ViT(ONE)).eval()
    program = traced_by(model, torch.zeros(2, 1, 4, 4))
    assert program(torch.zeros(2, 1, 4, 4)).shape == (2, 3)
    with pytest.raises(AssertionError, match=r"images\.size\(\)\[0\] == 2"):
        program(torch.zeros(3, 1, 4, 4))


def test_a_trace_freezes_the_image_size_through_the_positions():
    program = traced_by(ViT(ONE).eval(), torch.zeros(2, 1, 4, 4), free=True)
    with pytest.raises(AssertionError, match=r"images\.size\(\)\[2\] == 4"):
        program(torch.zeros(2, 1, 8, 8))


class Choosy(nn.Module):
    """Asks in Python how large the batch is."""

    def forward(self, images: Tensor) -> Tensor:
        """(B, C, H, W) → (B,)."""
        x = images.flatten(1)  # (B, CHW)
        return x.mean(1) if len(images) > 4 else x.amax(1)  # (B,)


def test_a_trace_takes_one_way_of_an_if():
    images = torch.rand(9, 1, 4, 4)
    with pytest.raises(Exception, match="batch"):
        traced_by(Choosy(), images[:2], free=True)
    program = traced_by(Choosy(), images[:2])
    assert "amax" in program.code
    assert "mean" not in program.code


def test_a_trace_in_training_mode_goes_on_dropping():
    model, images = randomise(ViT(ONE, **DROPPED)).train(), torch.rand(2, 1, 4, 4)
    program = traced_by(model, images)
    assert not torch.equal(program(images), program(images))
    program = module.traced(model).module()
    assert torch.allclose(program(images), model.eval()(images), atol=1e-6)
