"""Chapters 8 and 9: what the whole model computes, and what it refuses."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from tests.peers import randomise
from vitlib import CONFIGS, ViT, ViTConfig

TINY = ViTConfig(
    image_size=8, patch_size=4, num_classes=5, embed_dim=12, depth=2, num_heads=3
)
PARAMETERS = {  # with 1000 classes, the same without biases of q, k and v, no head
    "Ti/14": (5_694_376, 5_687_464, 5_501_376),
    "Ti/16": (5_717_416, 5_710_504, 5_524_416),
    "Ti/32": (6_131_560, 6_124_648, 5_938_560),
    "S/14": (22_004_584, 21_990_760, 21_619_584),
    "S/16": (22_050_664, 22_036_840, 21_665_664),
    "S/32": (22_878_952, 22_865_128, 22_493_952),
    "B/14": (86_475_496, 86_447_848, 85_706_496),
    "B/16": (86_567_656, 86_540_008, 85_798_656),
    "B/32": (88_224_232, 88_196_584, 87_455_232),
    "L/14": (304_203_752, 304_130_024, 303_178_752),
    "L/16": (304_326_632, 304_252_904, 303_301_632),
    "L/32": (306_535_400, 306_461_672, 305_510_400),
    "H/14": (632_045_800, 631_922_920, 630_764_800),
    "H/16": (632_199_400, 632_076_520, 630_918_400),
    "H/32": (634_960_360, 634_837_480, 633_679_360),
}


@st.composite
def configs(draw) -> ViTConfig:
    """Configs of small models of every kind."""
    rows, columns, h, w, heads = (draw(st.integers(1, 4)) for _ in range(5))
    return ViTConfig(
        image_size=(rows * h, columns * w),
        patch_size=(h, w),
        in_chans=draw(st.integers(1, 4)),
        num_classes=draw(st.integers(0, 4)),
        embed_dim=2 * heads * draw(st.integers(1, 8)),
        depth=draw(st.integers(1, 3)),
        num_heads=heads,
        mlp_ratio=draw(st.sampled_from([0.5, 1.5, 4.0])),
        qkv_bias=draw(st.booleans()),
        qk_scale=draw(st.sampled_from([None, 0.2])),
        pool=draw(st.sampled_from(["cls", "mean"])),
        pos_embed=draw(st.sampled_from(["learned", "sinusoidal", "none"])),
    )


def pictures(model: ViT, batch: int = 2, dtype=torch.float32) -> torch.Tensor:
    """Noise of the size that a model takes."""
    size = model.patch_embed.image_size
    return torch.randn(batch, model.config.in_chans, *size, dtype=dtype)


@given(
    config=configs(),
    batch=st.sampled_from([0, 1, 3]),
    dtype=st.sampled_from([torch.float32, torch.float64, torch.bfloat16]),
)
def test_whatever_is_configured_the_head_reads_the_pooled_rows(config, batch, dtype):
    model = randomise(ViT(config)).to(dtype)
    images = pictures(model, batch, dtype)
    rows, found = model.forward_features(images), model(images)
    count = math.prod(model.patch_embed.grid_size) + 1
    assert rows.shape == (batch, count, config.embed_dim)
    assert found.shape == (batch, config.num_classes or config.embed_dim)
    assert rows.dtype == found.dtype == dtype
    pooled = rows[:, 0] if config.pool == "cls" else rows[:, 1:].mean(dim=1)
    tolerance = {torch.float32: 5e-6, torch.float64: 1e-12, torch.bfloat16: 0.15}
    assert torch.allclose(found, model.head(pooled), rtol=0, atol=tolerance[dtype])


@pytest.mark.parametrize("name", PARAMETERS)
def test_the_papers_sizes_have_the_books_counts(name):
    assert PARAMETERS.keys() == CONFIGS.keys()
    features = CONFIGS[name].embed_dim / CONFIGS[name].num_heads  # of a head
    assert features == (80 if name.startswith("H") else 64)
    for changes, wanted in zip(
        ({}, {"qkv_bias": False}, {"num_classes": 0}), PARAMETERS[name], strict=True
    ):
        with torch.device("meta"):
            model = ViT(CONFIGS[name], **changes)
        assert sum(weight.numel() for weight in model.parameters()) == wanted


def test_a_regression_of_one_picture_is_one_number():
    model = ViT(TINY, num_classes=1)
    assert model(pictures(model, 1)).shape == (1, 1)


def test_without_positions_only_their_order_is_lost():
    with_positions, without = ViT(TINY), ViT(TINY, pos_embed="none")
    images = pictures(without, 1)
    tiles = images.unflatten(3, (2, 4)).flip(3).flatten(3)  # left and right exchanged
    for model, least, most in ((without, 0, 2e-6), (with_positions, 1e-3, 1)):
        randomise(model)
        change = (model(images) - model(tiles)).abs().max()
        assert least <= change <= most


def test_sinusoidal_positions_are_fixed_and_not_saved():
    model = ViT(TINY, pos_embed="sinusoidal")
    assert model.pos_embed.shape == (1, 5, 12)
    assert "pos_embed" not in model.state_dict()
    assert model.no_weight_decay() == {"cls_token"}
    assert ViT(TINY).no_weight_decay() == {"cls_token", "pos_embed"}
    with pytest.raises(ValueError, match="width must be a multiple of 2, got 9"):
        ViT(TINY, embed_dim=9, pos_embed="sinusoidal")


def test_it_starts_as_timms_does():
    model = ViT(CONFIGS["Ti/16"], depth=1, pos_embed_std=0.5, num_classes=300)
    attn, mlp = model.blocks[0].attn, model.blocks[0].mlp
    for weight in (
        attn.qkv.weight,
        attn.proj.weight,
        mlp.fc1.weight,
        model.head.weight,
    ):
        assert weight.std().item() == pytest.approx(0.02, rel=0.05)
    for layer in (attn.qkv, attn.proj, mlp.fc1, mlp.fc2, model.head):
        assert (layer.bias == 0).all()
    assert model.pos_embed.std().item() == pytest.approx(0.5, rel=0.05)
    assert (model.cls_token == 0).all()
    uniform = (3 * 16 * 16) ** -0.5  # PyTorch's own for layers with so many inputs
    assert model.patch_embed.proj.weight.abs().max().item() <= uniform
    assert model.patch_embed.proj.weight.std().item() == pytest.approx(
        uniform / 3**0.5, rel=0.05
    )


def test_the_share_of_dropped_branches_grows_with_depth():
    model = ViT(TINY, depth=3, drop_path_rate=0.2)
    assert [block.drop_path_rate for block in model.blocks] == [0, 0.1, 0.2]
    assert ViT(TINY, depth=1, drop_path_rate=0.2).blocks[0].drop_path_rate == 0


def test_dropout_acts_in_training_alone():
    rates = {"drop_rate": 0.2, "attn_drop_rate": 0.2, "drop_path_rate": 0.2}
    model = ViT(TINY, **rates).train()
    images = pictures(model)
    assert not torch.equal(model(images), model(images))
    model.eval()
    assert torch.equal(model(images), model(images))
    places = [m for m in model.modules() if isinstance(m, nn.Dropout)]
    assert {m.p for m in places} == {0.2}
    assert len(places) == 1 + 2 * 2
    assert {block.attn.attn_drop for block in model.blocks} == {0.2}


def test_gradients_are_right():
    sizes = {"image_size": 4, "patch_size": 2, "in_chans": 1, "num_heads": 2}
    model = randomise(ViT(TINY, embed_dim=4, **sizes)).double()
    weights = [weight.detach().requires_grad_() for weight in model.parameters()]
    names = [name for name, _ in model.named_parameters()]
    images = pictures(model, 1, torch.float64).requires_grad_()

    def output(images, *weights):
        named = dict(zip(names, weights, strict=True))
        return torch.func.functional_call(model, named, images)

    assert torch.autograd.gradcheck(output, (images, *weights))


def test_every_weight_learns():
    model = randomise(ViT(TINY))
    model(pictures(model)).square().sum().backward()
    for name, weight in model.named_parameters():
        assert weight.grad.abs().max() > 0, name


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (torch.zeros(1, 3, 8, 16), r"\(B, 3, 8, 8\), got \(1, 3, 8, 16\)"),
        (torch.zeros(1, 3, 4, 4), r"got \(1, 3, 4, 4\)"),
        (torch.zeros(1, 4, 8, 8), r"got \(1, 4, 8, 8\)"),
        (
            torch.full((1, 3, 8, 8), math.nan),
            "192 of 192 numbers in the images are NaN",
        ),
    ],
)
def test_other_images_are_refused(images, message):
    with pytest.raises(ValueError, match=message):
        ViT(TINY)(images)


def test_fields_that_a_config_has_not_are_refused():
    with pytest.raises(TypeError, match="num_class"):
        ViT(TINY, num_class=3)
