"""Files of weights: every kind is read, and saving leaves the old or the new one."""

import json
import os
import pickle
from functools import partial

import pytest
import torch
from torch import nn

from tests.peers import randomise
from tests.test_checkpoints import TINY, alike, quietly
from vitlib import ViT
from vitlib.checkpoints import export_state_dict, load_checkpoint, save_checkpoint

IMAGES = torch.randn(2, 3, 12, 20, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def source() -> ViT:
    """A model whose weights are to be kept."""
    return randomise(ViT(TINY))


@pytest.mark.parametrize("name", ["a.safetensors", "a.pt", "a.pth", "a.bin"])
@pytest.mark.parametrize("nested", [None, "state_dict", "model"])
def test_every_kind_of_file_is_read(source, tmp_path, name, nested):
    if name.endswith(".safetensors"):
        save_checkpoint(source, tmp_path / name)
    else:
        state = source.state_dict()
        torch.save({nested: state, "epoch": 3} if nested else state, tmp_path / name)
    target = ViT(TINY)
    assert quietly(target, str(tmp_path / name)) == []
    assert alike(source, target)
    assert torch.equal(target.eval()(IMAGES), source(IMAGES))


def test_a_file_of_ours_tells_its_grid(source, tmp_path):
    save_checkpoint(source, tmp_path / "a.safetensors")
    target = ViT(TINY, image_size=(20, 12))  # as many patches, on another grid
    notes = quietly(target, tmp_path / "a.safetensors")
    assert notes == ["positions stretched from (3, 5) patches to (5, 3)"]


def test_eps_goes_with_the_weights(source, tmp_path):
    other = ViT(TINY, norm_layer=partial(nn.LayerNorm, eps=1e-3)).eval()
    load_checkpoint(other, source.state_dict(), eps=1e-3)
    save_checkpoint(other, tmp_path / "a.safetensors")
    target = ViT(TINY).eval()
    notes = quietly(target, tmp_path / "a.safetensors")
    assert notes == ["eps of the LayerNorms changed from 1e-06 to 0.001"]
    assert torch.equal(target(IMAGES), other(IMAGES))
    assert not torch.equal(target(IMAGES), source(IMAGES))
    assert ViT(target.config).norm.eps == 1e-3


def test_saving_replaces_the_old_file_and_leaves_nothing_else(source, tmp_path):
    path = tmp_path / "a.safetensors"
    for model in (randomise(ViT(TINY), seed=3), source):
        save_checkpoint(model, path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.safetensors"]
    target = ViT(TINY)
    quietly(target, path)
    assert alike(source, target)
    wanted = os.umask(0)
    os.umask(wanted)
    assert path.stat().st_mode & 0o777 == 0o666 & ~wanted


def test_equal_weights_make_equal_files(source, tmp_path):
    one, two = tmp_path / "1.safetensors", tmp_path / "2.safetensors"
    for path in [one, two] * 5:  # one in two metadata would come in another order
        save_checkpoint(source, path)
        assert path.read_bytes() == one.read_bytes()
    length = int.from_bytes(one.read_bytes()[:8], "little")
    assert length % 8 == 0
    assert list(json.loads(one.read_bytes()[8 : 8 + length])["__metadata__"]) == [
        "format",
        "vitlib",
    ]


@pytest.mark.parametrize("step", ["safetensors.torch.save", "os.fsync", "os.replace"])
def test_when_saving_fails_the_old_file_stays(source, tmp_path, monkeypatch, step):
    path = tmp_path / "a.safetensors"
    save_checkpoint(source, path)
    before = path.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(step, full)
    with pytest.raises(OSError, match="No space left"):
        save_checkpoint(randomise(ViT(TINY), seed=3), path)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.safetensors"]


def test_weights_that_share_memory_are_saved_apart(source, tmp_path):
    source.blocks[1].mlp.fc1.weight = source.blocks[0].mlp.fc1.weight
    save_checkpoint(source, tmp_path / "a.safetensors")
    target = ViT(TINY)
    quietly(target, tmp_path / "a.safetensors")
    assert alike(source, target)


def test_what_a_link_leads_to_is_replaced(source, tmp_path):
    (tmp_path / "a.safetensors").touch()
    (tmp_path / "latest.safetensors").symlink_to("a.safetensors")
    save_checkpoint(source, tmp_path / "latest.safetensors")
    assert (tmp_path / "latest.safetensors").is_symlink()
    quietly(ViT(TINY), tmp_path / "a.safetensors")


def test_whole_numbers_are_facts_too(tmp_path):
    changes = {"qk_scale": 1, "norm_layer": partial(nn.LayerNorm, eps=0)}
    model = randomise(ViT(TINY, **changes))
    save_checkpoint(model, tmp_path / "a.safetensors")
    assert quietly(ViT(TINY, **changes), tmp_path / "a.safetensors") == []
    usual = ViT(TINY, qk_scale=0.5)  # as None would be
    save_checkpoint(usual, tmp_path / "a.safetensors")
    assert quietly(ViT(TINY), tmp_path / "a.safetensors") == []


def test_norms_keep_what_they_are_beside_their_eps(source):
    target = ViT(TINY, norm_layer=partial(nn.LayerNorm, eps=1e-5, bias=False))
    state = {k: w for k, w in source.state_dict().items() if k in target.state_dict()}
    load_checkpoint(target, state, eps=1e-3)
    assert {m.eps for m in target.modules() if isinstance(m, nn.LayerNorm)} == {1e-3}
    again = pickle.loads(pickle.dumps(target.config)).norm_layer(4)
    assert (again.eps, again.bias) == (1e-3, None)
    plain = ViT(TINY, norm_layer=WithoutEps)
    message = "the model's norms have no eps, the weights' own 0.001"
    with pytest.warns(UserWarning, match=message):
        load_checkpoint(plain, source.state_dict(), eps=1e-3)
    assert plain.config.norm_layer is WithoutEps


class WithoutEps(nn.Module):
    """A norm that only scales and shifts."""

    def __init__(self, dim: int):
        super().__init__()
        self.weight, self.bias = (nn.Parameter(torch.ones(dim)) for _ in range(2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(B, N, D) → (B, N, D)."""
        return x * self.weight + self.bias


def test_warnings_point_at_who_loads(source):
    state = export_state_dict(source, "huggingface")
    with pytest.warns(UserWarning, match="head for 3|keep eps") as caught:
        load_checkpoint(ViT(TINY, num_classes=3), state)
    assert len(caught) == 2
    assert {warning.filename for warning in caught} == {__file__}


@pytest.mark.parametrize("name", ["a.PT", "a.Bin"])
def test_endings_may_be_capitals(source, tmp_path, name):
    torch.save(source.state_dict(), tmp_path / name)
    assert quietly(ViT(TINY), tmp_path / name) == []


def test_eight_bits_are_read(source):
    state = {k: w.to(torch.float8_e4m3fn) for k, w in source.state_dict().items()}
    target = ViT(TINY)
    assert quietly(target, state) == []
    assert torch.equal(target.norm.weight, state["norm.weight"].float())


def test_where_there_is_no_folder_nothing_is_written(source, tmp_path):
    (tmp_path / "file").touch()
    for folder in (tmp_path / "new", tmp_path / "file"):
        with pytest.raises(FileNotFoundError, match="is no folder; make it, or give"):
            save_checkpoint(source, folder / "a.safetensors")
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_a_checkpoint_is_named_as_what_it_is(source, tmp_path):
    with pytest.raises(ValueError, match=r"ends in \.safetensors, not 'a\.pt'"):
        save_checkpoint(source, tmp_path / "a.pt")
