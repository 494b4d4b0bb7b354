"""Common wrong choices move B/16's logits by as much as the book says."""

from functools import partial

import pytest
import torch
from torch import Tensor, nn

from tests.peers import randomise, timm_vit, transformers_vit
from vitlib import CONFIGS, ViT
from vitlib.checkpoints import export_state_dict, load_checkpoint

B16 = CONFIGS["B/16"]
D, HEADS = B16.embed_dim, B16.num_heads
CONFIGURED = {
    "GELU by tanh": (5.5e-4, {"act_layer": partial(nn.GELU, approximate="tanh")}),
    "eps 1e-5": (1.3e-3, {"norm_layer": partial(nn.LayerNorm, eps=1e-5)}),
    "eps 1e-12": (1.4e-4, {"norm_layer": partial(nn.LayerNorm, eps=1e-12)}),
    "scale 1/√D": (0.14, {"qk_scale": D**-0.5}),
}


def by_head_and_feature(weight: Tensor) -> Tensor:
    """Rows (qkv h d) as one that takes them for (h d qkv) reads them."""
    return weight.unflatten(0, (HEADS, -1, 3)).movedim(2, 0).flatten(0, 2)


def by_head(weight: Tensor) -> Tensor:
    """Rows (qkv h d) as one that takes them for (h qkv d) reads them."""
    return weight.unflatten(0, (HEADS, 3, -1)).movedim(1, 0).flatten(0, 2)


def pixel_by_pixel(weight: Tensor) -> Tensor:
    """A patch's numbers in the order (p p c) instead of (c p p)."""
    return weight.permute(0, 2, 3, 1).reshape(weight.shape)


REARRANGED = {
    "qkv as (h d qkv)": (1.48, "qkv", by_head_and_feature),
    "qkv as (h qkv d)": (1.25, "qkv", by_head),
    "pixels (p p c)": (0.72, "patch_embed.proj.weight", pixel_by_pixel),
    "class position last": (0.74, "pos_embed", lambda table: table.roll(1, dims=1)),
}


def built(state: dict[str, Tensor], **changes) -> ViT:
    """This book's B/16 with these weights."""
    with torch.device("meta"):
        model = ViT(B16, **changes)
    model.load_state_dict(state, assign=True)
    return model.eval()


@pytest.fixture(scope="module")
def reference():
    """Weights of timm's, started as it does, an image, and the logits in float64."""
    torch.manual_seed(0)
    model = randomise(timm_vit(B16), matrices=False)
    images = torch.randn(1, 3, 224, 224)
    state = {name: weight.clone() for name, weight in model.state_dict().items()}
    with torch.inference_mode():
        exact = model.double()(images.double())
    return state, images, exact


def moved(state: dict[str, Tensor], reference, **changes) -> float:
    """How far the logits are from timm's."""
    _, images, exact = reference
    with torch.inference_mode():
        return (built(state, **changes)(images) - exact).abs().max().item()


def test_the_right_ones_are_within_rounding(reference):
    assert 0.5 < reference[2].std() < 0.6
    assert moved(reference[0], reference) < 5e-6


@pytest.mark.parametrize("name", CONFIGURED)
def test_a_wrong_setting_is_seen(reference, name):
    amount, changes = CONFIGURED[name]
    assert amount / 2 < moved(reference[0], reference, **changes) < amount * 2


@pytest.mark.parametrize("name", REARRANGED)
def test_a_wrong_order_is_seen(reference, name):
    amount, part, change = REARRANGED[name]
    state = {k: change(w) if part in k else w for k, w in reference[0].items()}
    assert amount / 2 < moved(state, reference) < amount * 2


def test_hugging_faces_own_eps_is_carried_over(reference):
    state, images, _ = reference
    with torch.device("meta"):
        theirs = transformers_vit(B16, eps=1e-12)
    exported = export_state_dict(built(state), "huggingface-modules")
    theirs.load_state_dict(exported, assign=True)
    ours = built(state)
    load_checkpoint(ours, exported, eps=theirs.config.layer_norm_eps)
    with torch.inference_mode():
        assert (ours(images) - theirs.eval()(images).logits).abs().max() < 5e-6
