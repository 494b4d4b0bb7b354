"""Weights that do not fit are refused by name, and nothing of them is loaded."""

import pickle
import re
from contextlib import suppress
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.peers import randomise
from tests.test_checkpoints import TINY, alike
from vitlib import ViT
from vitlib.checkpoints import export_state_dict, load_checkpoint, save_checkpoint
from vitlib.checkpoints.layouts import LAYOUTS, names_in

NAN = float("nan")


def refused(source, *messages: str, model: ViT | None = None, **options) -> None:
    """Check that a source is refused with these words, and the model left alone."""
    model = model or randomise(ViT(TINY))
    before = ViT(model.config)
    before.load_state_dict(model.state_dict())
    with pytest.raises(ValueError, match=re.escape(messages[0])) as caught:
        load_checkpoint(model, source, **{"eps": 1e-6, **options})
    for message in messages:
        assert message in str(caught.value)
    assert alike(model, before)
    assert model.config == before.config


def weights(layout: str = "timm", **changes) -> dict[str, torch.Tensor]:
    """Weights of a small model."""
    return export_state_dict(randomise(ViT(TINY, **changes), seed=5), layout)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_missing_is_named(layout):
    state = weights(layout)
    names = names_in(layout, "blocks.1.attn.qkv.bias") + names_in(layout, "norm.weight")
    for name in names:
        del state[name]
    refused(state, *(f"missing: {name}" for name in names))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_left_over_is_named(layout):
    state = weights(layout, depth=3)
    (name,) = names_in(layout, "blocks.2.mlp.fc1.weight")
    refused({**state, "spare": torch.ones(1)}, f"not the model's: {name}", "spare")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_has_another_shape_is_named_with_both(layout):
    state = weights(layout, mlp_ratio=2.0)
    for key, ours in (("mlp.fc1.bias", (48,)), ("mlp.fc2.weight", (12, 48))):
        (name,) = names_in(layout, f"blocks.1.{key}")
        theirs = tuple(state[name].shape)
        refused(state, f"{name} has shape {theirs}, the model's {ours}")


def test_another_width_or_channels_or_patches_do_not_fit():
    name = "patch_embed.proj.weight has shape"
    refused(weights(embed_dim=24), f"{name} (24, 3, 4, 4), the model's (12, 3, 4, 4)")
    refused(weights(in_chans=1), f"{name} (12, 1, 4, 4), the model's (12, 3, 4, 4)")
    patches = weights(patch_size=2)
    refused(patches, f"{name} (12, 3, 2, 2), the model's (12, 3, 4, 4)", grid=(6, 10))


def test_queries_keys_and_values_of_different_shapes_do_not_fit():
    state = weights("huggingface")
    name = names_in("huggingface", "blocks.0.attn.qkv.weight")[1]
    state[name] = state[name][:5]
    refused(state, f"{name}, ", "differ in shape")


def test_half_a_head_is_no_head():
    state = weights()
    del state["head.bias"]
    refused(state, "missing: head.bias")


@pytest.mark.parametrize(
    ("weight", "message"),
    [
        (torch.full((12,), NAN), "norm.weight: 12 of 12 numbers NaN or infinite"),
        (torch.full((12,), torch.inf), "norm.weight: 12 of 12 numbers"),
        (torch.ones(12, dtype=torch.int8), "norm.weight: torch.int8 is no floating"),
        ([1.0] * 12, "'norm.weight': list is no tensor under a name"),
    ],
)
def test_numbers_that_cannot_be_used_are_refused(weight, message):
    refused({**weights(), "norm.weight": weight}, message)


@pytest.mark.parametrize(
    "state", [{}, {"conv1.weight": torch.ones(1)}, {"cls_token": torch.ones(1, 1, 12)}]
)
def test_weights_of_something_else_are_refused(state):
    refused(state, "no ViT in the layout of timm, Hugging Face or torchvision", *state)


def test_positions_that_cannot_be_are_refused():
    state = weights()
    refused({**state, "pos_embed": torch.ones(1, 1, 12)}, "positions for 0 patches")
    refused({**state, "pos_embed": torch.ones(1, 0, 12)}, "positions for -1 patches")
    refused({**state, "pos_embed": torch.ones(16, 12)}, "pos_embed has shape (16, 12)")
    refused(state, "on no grid of 4 × 4", grid=(4, 4))


def test_facts_that_weights_do_not_show_are_compared(tmp_path):
    for changes, message in (
        ({"num_heads": 4}, "heads of the weights' model: 4; of this one: 3"),
        ({"act_layer": torch.nn.ReLU}, "activation of the weights' model: ReLU()"),
    ):
        save_checkpoint(ViT(TINY, **changes), tmp_path / "a.safetensors")
        refused(tmp_path / "a.safetensors", message)


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.9, 0.999])
@pytest.mark.parametrize("name", ["a.safetensors", "a.pt"])
def test_files_that_were_cut_off_are_refused(tmp_path, name, share, old):
    path = tmp_path / name
    if name == "a.safetensors":
        save_checkpoint(ViT(TINY), path)
    else:
        torch.save(weights(), path, _use_new_zipfile_serialization=not old)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    refused(path, f"{name} ({int(share * len(whole)):,} bytes) is cut off")


@pytest.mark.parametrize("name", ["a.safetensors", "a.pt"])
@pytest.mark.parametrize("content", [b"<!DOCTYPE html>", b"version https://git-lfs"])
def test_files_of_something_else_are_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    refused(tmp_path / name, f"{name} ({len(content)} bytes) is cut off, or holds more")


@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
@settings(max_examples=200)
@given(name=st.sampled_from(["a.safetensors", "a.pt", "b.pt"]), data=st.data())
def test_changed_bytes_are_refused_or_harmless(tmp_path_factory, name, data):
    folder = tmp_path_factory.getbasetemp() / "bytes"
    if not (folder / name).exists():
        folder.mkdir(exist_ok=True)
        save_checkpoint(ViT(TINY), folder / "a.safetensors")
        torch.save(weights(), folder / "a.pt")
        torch.save(weights(), folder / "b.pt", _use_new_zipfile_serialization=False)
    content = bytearray((folder / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    changed = folder / f"changed{Path(name).suffix}"
    changed.write_bytes(content)
    with suppress(ValueError):  # anything else is a failure
        load_checkpoint(ViT(TINY), changed)


class Harm:
    """What a pickle may do to those who open it trustingly."""

    def __reduce__(self):
        """Make a file."""
        return Path.touch, (Path("harmed"),)


@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
@pytest.mark.parametrize("content", [Harm(), {"head": Harm()}, ViT(TINY)])
def test_code_in_a_file_is_not_run(tmp_path, monkeypatch, content):
    monkeypatch.chdir(tmp_path)
    torch.save(content, "a.pt")
    Path("b.pt").write_bytes(pickle.dumps(content))
    for name in ("a.pt", "b.pt"):
        refused(name, f"{name} (", "holds more than tensors", "ask for .safetensors")
    assert not Path("harmed").exists()


def test_what_is_no_dict_of_tensors_is_refused(tmp_path):
    torch.save([torch.ones(1)], tmp_path / "a.pt")
    refused(tmp_path / "a.pt", "weights come as a dict of tensors by name, not as list")


def test_files_of_unknown_kinds_and_missing_ones_are_told_apart(tmp_path):
    refused(
        tmp_path / "a.ckpt", "read from .safetensors, .pt, .pth, .bin, not from 'a.c"
    )
    for name in ("a.safetensors", "a.pt"):
        with pytest.raises(FileNotFoundError):
            load_checkpoint(ViT(TINY), tmp_path / name)
