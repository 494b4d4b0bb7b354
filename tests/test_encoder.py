"""Chapter 7: the config, blocks of attention and MLP, and the encoder of them."""

import math
from dataclasses import FrozenInstanceError, replace

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from vitlib import ViTConfig
from vitlib.encoder import Encoder, EncoderBlock, Mlp, drop_path, layer_norm

TINY = ViTConfig(image_size=8, patch_size=4, embed_dim=12, depth=2, num_heads=3)


def lively(module: nn.Module) -> nn.Module:
    """All weights at random, those too that begin as 0 or 1."""
    for weight in module.parameters():
        nn.init.normal_(weight, std=0.3)
    return module


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"num_heads": 5}, "width 12 is not divisible by 5 heads; 1, 2, 3, 4, 6 or 12"),
        ({"depth": 0}, "depth must be at least 1, got 0"),
        ({"embed_dim": 0}, "embed_dim must be at least 1, got 0"),
        ({"in_chans": 0}, "in_chans must be at least 1, got 0"),
        ({"num_classes": -1}, "num_classes must be at least 0, got -1"),
        ({"mlp_ratio": 0.01}, r"embed_dim · mlp_ratio must be at least 1, got 0\.12"),
        ({"mlp_ratio": math.nan}, "mlp_ratio must be .* got nan"),
        ({"drop_rate": 1.0}, r"drop_rate must be at least 0 and below 1, got 1\.0"),
        ({"attn_drop_rate": -0.1}, r"attn_drop_rate must be .* got -0\.1"),
        ({"drop_path_rate": math.nan}, "drop_path_rate must be .* got nan"),
        ({"pool": "max"}, "pool must be 'cls' or 'mean', got 'max'"),
        ({"pos_embed": "sin"}, "'learned', 'sinusoidal' or 'none', got 'sin'"),
    ],
)
def test_configs_that_cannot_be_built_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        replace(TINY, **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"depth": 2.0},
        {"num_heads": True},
        {"image_size": 8.0},
        {"patch_size": (2, 2.0)},
    ],
)
def test_counts_are_integers(changes):
    with pytest.raises(TypeError, match=f"{next(iter(changes))} must be an integer"):
        replace(TINY, **changes)


def test_a_config_does_not_change():
    with pytest.raises(FrozenInstanceError):
        TINY.depth = 3


def test_the_norm_adds_the_papers_millionth():
    x = torch.randn(3, 8) * 1e-3
    wanted = (x - x.mean(1, keepdim=True)) / (x.var(1, False, True) + 1e-6).sqrt()
    assert torch.allclose(layer_norm(8)(x), wanted, atol=1e-6)


def test_the_mlp_is_its_equation_on_each_token_alone():
    mlp, x = lively(Mlp(4, 6)), torch.randn(2, 5, 4)
    inner = x @ mlp.fc1.weight.T + mlp.fc1.bias
    inner = inner * 0.5 * (1 + torch.erf(inner / math.sqrt(2)))
    wanted = inner @ mlp.fc2.weight.T + mlp.fc2.bias
    assert torch.allclose(mlp(x), wanted, atol=1e-6)
    assert torch.allclose(mlp(x[:, 3:4]), mlp(x)[:, 3:4], atol=1e-6)


def test_a_block_is_the_papers_two_equations():
    block, x = lively(EncoderBlock(TINY)), torch.randn(2, 5, 12)
    middle = x + block.attn(block.norm1(x))
    wanted = middle + block.mlp(block.norm2(middle))
    assert torch.equal(block(x), wanted)
    assert torch.allclose(block(x, class_row=True), wanted[:, :1], atol=2e-6)


def test_a_block_is_pytorchs_with_the_norm_first():
    block, x = lively(EncoderBlock(TINY)), torch.randn(2, 5, 12)
    other = nn.TransformerEncoderLayer(
        12, 3, 48, 0.0, F.gelu, 1e-6, batch_first=True, norm_first=True
    )
    names = {"attn.qkv.weight": "self_attn.in_proj_weight"}
    names |= {"attn.qkv.bias": "self_attn.in_proj_bias"}
    parts = {"attn.proj": "self_attn.out_proj", "mlp.fc1": "linear1"}
    parts |= {"mlp.fc2": "linear2"}
    for name, weight in block.state_dict().items():
        part, _, kind = name.rpartition(".")
        theirs = names.get(name, f"{parts.get(part, part)}.{kind}")
        other.get_parameter(theirs).data.copy_(weight)
    assert (block(x) - other(x)).abs().max() < 1e-5


def test_the_books_block_keeps_the_shape_of_its_batch():
    config = ViTConfig(num_heads=4, mlp_ratio=1.5)
    block = EncoderBlock(config)
    assert block.mlp.fc1.out_features == 1152
    assert block(torch.randn(13, 176, 768)).shape == (13, 176, 768)


def test_the_books_counts():
    block = EncoderBlock(ViTConfig())
    counted = {name: weight.numel() for name, weight in block.named_parameters()}

    def of(part: str) -> int:
        return sum(count for name, count in counted.items() if part in name)

    assert sum(counted.values()) == 7_087_872
    assert (of("mlp.fc1"), of("mlp.fc2")) == (2_362_368, 2_360_064)
    assert (of("norm1"), of("norm2")) == (1536, 1536)


def test_branches_of_zeros_leave_the_stream_alone():
    encoder = Encoder(EncoderBlock(TINY) for _ in range(3))
    for block in encoder:
        for last in (block.attn.proj, block.mlp.fc2):
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)
    x = torch.randn(2, 5, 12)
    assert torch.equal(encoder(x), x)


@given(tokens=st.integers(1, 9), depth=st.integers(1, 3), batch=st.integers(0, 2))
def test_the_class_row_alone_is_the_first_of_all_rows(tokens, depth, batch):
    encoder = lively(Encoder(EncoderBlock(TINY) for _ in range(depth)))
    x = torch.randn(batch, tokens, 12)
    row = encoder(x, class_row=True)
    assert row.shape == (batch, 1, 12)
    assert torch.allclose(row, encoder(x)[:, :1], rtol=1e-5, atol=1e-5)


def test_blocks_have_weights_of_their_own():
    encoder = Encoder(EncoderBlock(TINY) for _ in range(12))
    assert len({weight.data_ptr() for weight in encoder.parameters()}) == 12 * 12


def test_drop_path_leaves_out_images_and_keeps_the_mean():
    branch = torch.ones(20_000, 2, 3)
    left = drop_path(branch, 0.25, training=True)
    assert left.unique().tolist() == pytest.approx([0, 4 / 3])
    assert (left.flatten(1).std(dim=1) == 0).all(), "only whole images are left out"
    assert left.mean().item() == pytest.approx(1, abs=0.02)
    assert drop_path(branch, 0.25, training=False) is branch
    assert drop_path(branch, 0.0, training=True) is branch
