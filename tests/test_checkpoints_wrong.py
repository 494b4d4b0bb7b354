"""Arguments that cannot be are refused, and the model is left alone."""

import pytest
import torch
from torch import nn

from tests.peers import randomise
from tests.test_checkpoints import TINY
from tests.test_checkpoints_refused import refused, weights
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
