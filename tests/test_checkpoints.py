"""Weights load whatever they are called, and for which sizes they were learned."""

import warnings

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.peers import randomise
from vitlib import ViT, ViTConfig
from vitlib.checkpoints import export_state_dict, load_checkpoint
from vitlib.checkpoints.layouts import LAYOUTS, names_in
from vitlib.position import interpolate_position_embedding

TINY = ViTConfig(
    image_size=(12, 20), patch_size=4, num_classes=5, embed_dim=12, depth=2, num_heads=3
)


@pytest.fixture
def source() -> ViT:
    """A model whose weights are to be moved."""
    return randomise(ViT(TINY))


def alike(one: ViT, other: ViT) -> bool:
    """Whether two models have the same weights, to the bit."""
    ours, theirs = one.state_dict(), other.state_dict()
    return ours.keys() == theirs.keys() and all(
        torch.equal(weight, theirs[name]) for name, weight in ours.items()
    )


def quietly(model: ViT, source, **options) -> list[str]:
    """Load without any warning; gives the notes."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return load_checkpoint(model, source, **options).notes


@given(
    layout=st.sampled_from(list(LAYOUTS)),
    depth=st.integers(1, 12),
    bias=st.booleans(),
    wrapper=st.sampled_from(["", "module.", "_orig_mod.", "module._orig_mod."]),
)
def test_every_layout_is_recognised_and_brought_back(layout, depth, bias, wrapper):
    sizes = {"embed_dim": 2, "num_heads": 1, "patch_size": 4, "image_size": 8}
    source, target = (ViT(depth=depth, qkv_bias=bias, **sizes) for _ in range(2))
    randomise(source)
    exported = export_state_dict(source, layout)
    state = {wrapper + name: weight for name, weight in exported.items()}
    assert load_checkpoint(target, state, eps=1e-6).layout == layout
    assert alike(source, target)
    again = export_state_dict(target, layout)
    assert again.keys() == exported.keys()
    assert all(torch.equal(again[name], exported[name]) for name in exported)


def test_exported_weights_are_copies(source):
    for weight in export_state_dict(source, "huggingface").values():
        weight.zero_()
    assert source.head.weight.abs().min() > 0


def test_an_unknown_layout_is_refused(source):
    with pytest.raises(
        ValueError, match=r"must be one of timm, huggingface, .*'keras'"
    ):
        export_state_dict(source, "keras")


def test_torchvisions_old_names_are_known(source):
    state = export_state_dict(source, "torchvision")
    for new, old in (("mlp.0.", "mlp.linear_1."), ("mlp.3.", "mlp.linear_2.")):
        state = {name.replace(new, old): weight for name, weight in state.items()}
    target = ViT(TINY)
    assert load_checkpoint(target, state).layout == "torchvision"
    assert alike(source, target)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_projection_saved_by_a_linear_layer_loads(source, layout):
    state, target = export_state_dict(source, layout), ViT(TINY)
    (name,) = names_in(layout, "patch_embed.proj.weight")
    state[name] = state[name].flatten(1)
    load_checkpoint(target, state, eps=1e-6)
    assert alike(source, target)
    assert state[name].ndim == 2, "the caller's dict was changed"


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_weights_are_brought_into_the_models_own_type(source, dtype):
    state = {name: weight.to(dtype) for name, weight in source.state_dict().items()}
    target = ViT(TINY)
    load_checkpoint(target, state)
    assert target.head.weight.dtype == torch.float32
    assert torch.equal(target.head.weight, state["head.weight"].float())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_head_for_other_classes_is_left_alone_and_said(source, layout):
    target = ViT(TINY, num_classes=3)
    before = target.head.weight.clone()
    message = "head for 3 classes not loaded: the weights' own is for 5"
    with pytest.warns(UserWarning, match=message):
        report = load_checkpoint(target, export_state_dict(source, layout), eps=1e-6)
    assert report.notes == [message]
    assert torch.equal(target.head.weight, before)
    assert torch.equal(target.blocks[1].mlp.fc2.weight, source.blocks[1].mlp.fc2.weight)


def test_heads_that_are_missing_on_either_side_are_said(source):
    without = ViT(TINY, num_classes=0)
    assert quietly(without, source.state_dict()) == ["left out the head for 5 classes"]
    assert quietly(ViT(TINY, num_classes=0), without.state_dict()) == []
    with pytest.warns(
        UserWarning, match="head for 5 classes not loaded: .* is missing"
    ):
        load_checkpoint(ViT(TINY), without.state_dict())


def test_positions_are_stretched_to_another_image_size(source):
    target = ViT(TINY, image_size=(24, 16))
    notes = quietly(target, source.state_dict(), grid=(3, 5))
    assert notes == ["positions stretched from (3, 5) patches to (6, 4)"]
    wanted = interpolate_position_embedding(source.pos_embed, (3, 5), (6, 4))
    assert torch.equal(target.pos_embed, wanted)
    assert torch.equal(target.pos_embed[:, 0], source.pos_embed[:, 0])


def test_a_square_grid_need_not_be_told(source):
    square = randomise(ViT(TINY, image_size=12))
    target = ViT(TINY)
    notes = quietly(target, square.state_dict())
    assert notes == ["positions stretched from (3, 3) patches to (3, 5)"]


def test_a_grid_that_cannot_be_known_is_asked_for(source):
    target = ViT(TINY, image_size=(24, 16))
    with pytest.raises(
        ValueError, match=r"15 patches, .* no grid of 3 × 3; tell theirs"
    ):
        load_checkpoint(target, source.state_dict())


@pytest.mark.parametrize("pos_embed", ["sinusoidal", "none"])
def test_fixed_positions_need_none_and_take_none(source, pos_embed):
    target = ViT(TINY, pos_embed=pos_embed)
    with pytest.raises(ValueError, match="not the model's: pos_embed"):
        load_checkpoint(target, source.state_dict())
    assert quietly(ViT(TINY, pos_embed=pos_embed), target.state_dict()) == []


def test_an_unknown_eps_of_hugging_faces_is_warned_of(source):
    state = export_state_dict(source, "huggingface")
    with pytest.warns(UserWarning, match="LayerNorms keep eps 1e-06; .* 1e-12"):
        load_checkpoint(ViT(TINY), state)
