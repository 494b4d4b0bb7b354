"""Arguments that cannot be are refused, and the model is left alone."""

import io
import json
import re
import zipfile

import pytest
import torch
from safetensors.torch import save
from torch import nn

from tests.peers import randomise
from tests.test_checkpoints import TINY
from tests.test_checkpoints_refused import NAN, refused, weights
from vitlib import ViT
from vitlib.checkpoints import load_checkpoint, save_checkpoint


@pytest.mark.parametrize(
    ("grid", "message"),
    [
        ((-3, -5), "a grid is (rows, columns), both from 1, got (-3, -5)"),
        ((3, 5, 1), "got (3, 5, 1)"),
        (15, "both from 1, got 15"),
    ],
)
def test_what_is_no_grid_is_refused(grid, message):
    refused(weights(), message, grid=grid)


@pytest.mark.parametrize("eps", [-1, "1e-6", float("nan"), 1])
def test_what_is_no_eps_is_refused(eps):
    message = f"eps must be a number from 0 and below 1, got {eps!r}"
    refused(weights(), message, eps=eps)


def test_names_that_are_there_twice_are_refused():
    state = {**weights(), "module.head.weight": torch.ones(5, 12)}
    refused(state, "head.weight would be there twice, without a wrapper")


def packed(header: dict | bytes, length: int | None = None) -> bytes:
    """A safetensors file of this header, which may lie about its length."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return (length or len(text)).to_bytes(8, "little") + text + bytes(4)


@pytest.mark.parametrize(
    "content",
    [
        packed(b"{}", length=2**63),
        packed(b"{}", length=10**8),
        packed(b"[" * 10**6),
        packed({"x": {"dtype": "F32", "shape": [2**40], "data_offsets": [0, 4]}}),
        packed({"x": {"dtype": "F32", "shape": [2**62, 8], "data_offsets": [0, 4]}}),
        packed({"x": {"dtype": "F32", "shape": [1], "data_offsets": [-4, 0]}}),
    ],
)
def test_headers_that_lie_are_refused(tmp_path, content):
    path = tmp_path / "a.safetensors"
    path.write_bytes(content)
    refused(path, f"a.safetensors ({len(content):,} bytes) is cut off, or holds more")


FACTS = {"heads": 3, "activation": "GELU(approximate='none')", "eps": 1e-6}
FACTS |= {"grid": [3, 5], "positions": "learned", "scale": None}


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("[]", "facts are []"),
        ("null", "facts are None"),
        ("[" * 10**5, "RecursionError"),
        (json.dumps({}), "heads is None"),
        (json.dumps(FACTS | {"grid": ["3", 5]}), "grid is ['3', 5]"),
        (json.dumps(FACTS | {"grid": [10**9, 5]}), "on no grid of 1000000000 × 5"),
        (json.dumps(FACTS | {"eps": NAN}), "eps must be a number from 0 and below 1"),
    ],
)
def test_metadata_that_cannot_be_are_refused(tmp_path, said, message):
    path = tmp_path / "a.safetensors"
    path.write_bytes(save(weights(), {"vitlib": json.dumps(FACTS)}))
    load_checkpoint(ViT(TINY), path)
    path.write_bytes(save(weights(), {"vitlib": said}))
    model = randomise(ViT(TINY))
    before = model.norm.weight.clone()
    with pytest.raises(ValueError, match=re.escape(message)):
        load_checkpoint(model, path)
    assert torch.equal(model.norm.weight, before)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "../../etc/passwd\n"),
        ("\x1b[2J\x1b[31m", r"'\x1b[2J\x1b[31m'"),
        ("a\n  missing: b", r"'a\n  missing: b'"),
        ("\u202etxt.exe", r"'\u202etxt.exe'"),
        ("n" * 10**6, "n" * 200 + "…\n"),
    ],
)
def test_names_are_shown_on_one_line_and_lead_nowhere(tmp_path, name, shown):
    path = tmp_path / "in" / "a.safetensors"
    path.parent.mkdir()
    path.write_bytes(save({**weights(), name: torch.ones(1)}))
    refused(path, f"not the model's: {shown}".strip())
    assert [entry.name for entry in tmp_path.rglob("*")] == ["in", "a.safetensors"]


def test_a_message_about_very_many_weights_stays_short():
    many = {f"spare{number}": torch.ones(1) for number in range(30_000)}
    refused({**weights(), **many}, "not the model's: spare98\n  and 29,901 more")


def test_a_small_file_that_would_fill_the_memory_is_refused(tmp_path):
    endless = torch.ones(1).as_strided((10**11,), (0,))  # one number, again and again
    torch.save({**weights(), "norm.weight": endless}, tmp_path / "a.pt")
    refused(tmp_path / "a.pt", "norm.weight has 100,000,000,000 numbers")
    torch.save({"x": torch.zeros(10**6)}, plain := io.BytesIO())
    with (
        zipfile.ZipFile(plain) as parts,
        zipfile.ZipFile(tmp_path / "b.pt", "w", zipfile.ZIP_DEFLATED) as bomb,
    ):
        for name in parts.namelist():
            bomb.writestr(name, parts.read(name))
    refused(tmp_path / "b.pt", "it would unpack to 4,000,")


@pytest.mark.parametrize("name", ["a.safetensors", "a.pt", "a"])
def test_a_folder_is_no_file(tmp_path, name):
    (tmp_path / name).mkdir()
    refused(tmp_path / name, "is a folder; name the file of weights in it")


def test_a_head_without_axes_has_the_wrong_shape():
    state = {**weights(), "head.weight": torch.tensor(1.0)}
    refused(state, "head.weight has shape (), the model's (5, 12)")


def test_weights_without_numbers_or_in_other_layouts_are_refused():
    state = weights()
    refused(
        {**state, "norm.weight": state["norm.weight"].to("meta")},
        "norm.weight: on the meta device, without numbers",
    )
    refused(
        {**state, "head.weight": state["head.weight"].to_sparse()},
        "head.weight: torch.sparse_coo, not dense; .to_dense() makes it so",
    )


def test_numbers_beyond_the_models_type_are_refused():
    state = {**weights(), "norm.weight": torch.full((12,), 1e6)}
    model = randomise(ViT(TINY)).half()
    before = model.norm.weight.clone()
    message = r"norm\.weight has numbers that torch\.float16 cannot hold"
    with pytest.raises(ValueError, match=message):
        load_checkpoint(model, state)
    assert torch.equal(model.norm.weight, before)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"qk_scale": 0.3}, "scale of the weights' model: 0.3; of this one: None"),
        ({"pos_embed": "none"}, "positions of the weights' model: none; of this one:"),
    ],
)
def test_other_scores_and_positions_are_refused(tmp_path, changes, message):
    save_checkpoint(ViT(TINY, **changes), tmp_path / "a.safetensors")
    target = {"pos_embed": "sinusoidal"} if "pos_embed" in changes else {}
    refused(tmp_path / "a.safetensors", message, model=ViT(TINY, **target))


@pytest.mark.parametrize("source", [3, b"a.pt", None, ViT(TINY)])
def test_what_is_neither_a_path_nor_weights_is_refused(source):
    kind = type(source).__name__
    message = f"from a path or a state dict, not from {kind}; of a model, give its"
    with pytest.raises(TypeError, match=message):
        load_checkpoint(ViT(TINY), source)


def test_only_a_vit_with_numbers_takes_weights():
    for model in (nn.Linear(3, 3), nn.DataParallel(ViT(TINY))):
        kind = type(model).__name__
        message = rf"into a vitlib\.ViT, not into {kind}; before it is compiled"
        with pytest.raises(TypeError, match=message):
            load_checkpoint(model, weights())
    with pytest.raises(ValueError, match=r"on the meta device; model\.to_empty"):
        load_checkpoint(ViT(TINY).to("meta"), weights())
