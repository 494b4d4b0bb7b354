"""The model that pages run, by Node, against vitlib's."""

import json
import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from tests.javascript import Node
from vitlib import data, training
from vitlib.model import ViT
from vitlib.show.widgets.weights import packed_model

MATH = "model_math.js"
CONFIGS = {
    "one layer, one head": {"depth": 1, "num_heads": 1},
    "three heads": {"num_heads": 3, "embed_dim": 24},
    "colours": {"in_chans": 3},
    "oblong": {"image_size": (4, 12), "patch_size": (2, 3)},
    "one patch": {"image_size": 4, "patch_size": 4},
    "no bias": {"qkv_bias": False},
    "mean of the patches": {"pool": "mean"},
    "sinusoids": {"pos_embed": "sinusoidal"},
    "no positions": {"pos_embed": "none"},
    "no head": {"num_classes": 0},
    "one number": {"num_classes": 1},
    "wide MLP": {"mlp_ratio": 4.5},
    "large epsilon": {"norm_layer": lambda dim: nn.LayerNorm(dim, eps=0.1)},
}
SMALL = {"image_size": 8, "patch_size": 2, "in_chans": 1, "num_classes": 5}
SMALL |= {"embed_dim": 16, "depth": 3, "num_heads": 2, "mlp_ratio": 2.0}


def halved(model: ViT) -> ViT:
    """A model in evaluation mode, its numbers rounded to what float16 holds."""
    model = model.half().float().eval()
    if model.pos_embed is not None:
        model.pos_embed.data = model.pos_embed.data.half().float()
    return model


def random_model(name: str) -> ViT:
    """A model with weights large enough that attention and GELU have work to do."""
    torch.manual_seed(len(name))
    model = ViT(**(SMALL | CONFIGS[name]))
    for tensor in model.parameters():
        nn.init.normal_(tensor, std=0.4)
    return halved(model)


@torch.no_grad()
def expected(model: ViT, images: Tensor) -> list[SimpleNamespace]:
    """Of each image the logits, tables of rows and attention maps, by vitlib."""
    rows, maps = [model.embed(images)], []
    for block in model.blocks:
        maps.append(block.attn.forward_with_weights(block.norm1(rows[-1]))[1])
        rows.append(block(rows[-1]))
    logits = model(images)
    return [
        SimpleNamespace(
            logits=logits[i].numpy(),
            rows=torch.stack(rows, 1)[i].flatten(1).numpy(),
            attention=torch.stack(maps, 1)[i].flatten(2).numpy(),
        )
        for i in range(len(images))
    ]


def check(node: Node, model: ViT, images: Tensor, tolerance: float) -> None:
    """Everything is vitlib's, for each image."""
    stored = json.loads(json.dumps(packed_model(model), sort_keys=True))
    unpacked = node.call(MATH, "unpackModel", stored)  # stored as in a notebook
    calls = [[image.flatten().tolist()] for image in images]
    results = node.each(MATH, "forward", [unpacked], calls)
    precise = model.double()
    for found, wanted in zip(results, expected(precise, images.double()), strict=True):
        for part in ("logits", "rows", "attention"):
            assert np.shape(found[part]) == np.shape(getattr(wanted, part))
            wrong = np.abs(found[part] - getattr(wanted, part)).max()
            assert wrong <= tolerance * max(1, np.abs(getattr(wanted, part)).max()), (
                part
            )
        shares = torch.tensor(wanted.logits).softmax(0).numpy()
        assert found["probabilities"] == pytest.approx(shares, abs=1e-9)


def test_each_digit_of_the_trained_model(node):
    images, _ = data.digits("test")
    check(node, training.digits_model(), images[:150], 1e-10)


def test_images_that_are_no_digits(node):
    torch.manual_seed(0)
    images = torch.stack([torch.zeros(1, 8, 8), torch.ones(1, 8, 8)])
    images = torch.cat([images, torch.rand(6, 1, 8, 8), 3 * torch.randn(6, 1, 8, 8)])
    check(node, training.digits_model(), images, 1e-10)


@pytest.mark.parametrize("name", CONFIGS)
def test_random_weights_of_many_shapes(node, name):
    model = random_model(name)
    c, (height, width) = model.config, model.patch_embed.image_size
    check(node, model, torch.randn(4, c.in_chans, height, width), 1e-10)


def test_the_head_reads_any_layers_rows(node):
    model = training.digits_model().double()
    image = data.digits("test")[0][:1].double()
    unpacked = node.call(MATH, "unpackModel", packed_model(training.digits_model()))
    (wanted,) = expected(model, image)
    for rows in wanted.rows:
        found = node.call(MATH, "readOut", unpacked, rows.tolist())
        row = torch.tensor(rows[: model.config.embed_dim])
        logits = model.head(model.norm(row)).detach().numpy()
        assert found == pytest.approx(logits, abs=1e-9)


def test_every_finite_float16_is_read_exactly(node):
    bits = [b for b in range(2**16) if b >> 10 & 31 != 31]
    found = node.each(MATH, "fromHalf", [], [[b] for b in bits])
    assert np.array_equal(found, np.array(bits, "u2").view("f2").astype(float))


def test_the_activation_is_exact(node):
    places = np.linspace(-12, 12, 4801)
    found = node.each(MATH, "erf", [], [[x] for x in places])
    assert np.abs(found - np.vectorize(math.erf)(places)).max() < 2e-15
    found = node.each(MATH, "gelu", [], [[x] for x in places])
    wanted = nn.functional.gelu(torch.tensor(places)).numpy()
    assert np.abs(found - wanted).max() < 1e-14


def test_softmax_bears_large_scores(node):
    shares = node.call(MATH, "softmax", [1000.0, 1000.0, -1000.0])
    assert shares == [0.5, 0.5, 0.0]


def test_weights_that_would_be_rounded_are_refused():
    model = halved(ViT(**SMALL))
    for number in (1 / 3, 1e6, math.inf, math.nan):
        model.cls_token.data[0, 0, 0] = number
        with pytest.raises(ValueError, match=r"^cls_token .* model\.half\(\)\.float\("):
            packed_model(model)


@pytest.mark.parametrize(
    "change",
    [
        {"qk_scale": 0.3},
        {"act_layer": nn.ReLU},
        {"act_layer": lambda: nn.GELU("tanh")},
        {"norm_layer": nn.RMSNorm},
    ],
)
def test_layers_that_a_page_does_not_have_are_refused(change):
    with pytest.raises(ValueError, match=r"nn\.LayerNorm, exact nn\.GELU"):
        packed_model(halved(ViT(**(SMALL | change))))
