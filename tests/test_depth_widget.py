"""Gradients by depth, on Python's side."""

import itertools

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from tests.settings import leaves, refuses
from vitlib.show.widgets import DepthGradients
from vitlib.show.widgets.depth import DRAWS, MARKS, NORMS, drawn, gradients

WIDE = 64  # as wide as the model of digits and more
OTHERS = {"pre-norm": True, "post-norm": False}


def test_it_starts_with_twelve_blocks():
    gradient = DepthGradients()
    assert repr(gradient) == "DepthGradients(depth=12)"
    assert gradient.state() == {"depth": 12}
    assert gradient.lengths("pre-norm").shape == (12,)


@pytest.mark.parametrize("norm", NORMS)
def test_a_draws_gradients_are_those_of_pytorchs_own_layers(norm):
    x, direction, blocks = drawn(3)
    layers = []
    for block in blocks[:5]:
        layer = nn.TransformerEncoderLayer(
            32, 2, 128, 0.0, "gelu", 1e-6, True, OTHERS[norm], dtype=torch.float64
        )
        layer.self_attn.in_proj_weight.data = block.attn.qkv.weight.data
        layer.self_attn.out_proj.weight.data = block.attn.proj.weight.data
        layer.linear1.weight.data = block.mlp.fc1.weight.data
        layer.linear2.weight.data = block.mlp.fc2.weight.data
        for bias in (layer.linear1.bias, layer.linear2.bias):
            nn.init.zeros_(bias)
        layers.append(layer)
        x = layer(x)
    if norm == "pre-norm":
        x = F.layer_norm(x, (32,), eps=1e-6)
    (x * direction).sum().backward()
    wanted = [sum(p.grad.square().sum() for p in la.parameters()) for la in layers]
    found = gradients(3, norm, 5).square()
    torch.testing.assert_close(found, torch.stack(wanted), rtol=1e-8, atol=0)


def last_of_wide(norm: str, depth: int, seed: int) -> float:
    """The last gradient's length in blocks 64 wide with 17 tokens and 4 heads."""
    torch.manual_seed(seed)
    layers = nn.ModuleList(
        nn.TransformerEncoderLayer(
            WIDE, 4, 4 * WIDE, 0.0, "gelu", 1e-6, True, OTHERS[norm]
        )
        for _ in range(depth)
    )
    for parameter in layers.parameters():
        if parameter.ndim > 1:
            nn.init.normal_(parameter, std=parameter.shape[1] ** -0.5)
    x, direction = torch.randn(2, 1, 17, WIDE)
    for layer in layers:
        x = layer(x)
    if norm == "pre-norm":
        x = F.layer_norm(x, (WIDE,), eps=1e-6)
    (x * direction / direction.norm()).sum().backward()
    return nn.utils.get_total_norm([p.grad for p in layers[-1].parameters()]).item()


def test_wider_blocks_tell_the_same_of_the_last_gradient():
    for depth in (1, 12):
        logs = torch.tensor(
            [[last_of_wide(norm, depth, seed) for norm in NORMS] for seed in range(8)]
        ).log()
        wide = (logs[:, 1] - logs[:, 0]).mean().exp().item()
        shown = DepthGradients(depth=depth)
        pre, post = (shown.lengths(norm)[-1].item() for norm in NORMS)
        assert post / pre == pytest.approx(wide, rel=0.15)


def test_ratios_are_the_first_length_over_the_last():
    shown = DepthGradients(depth=7)
    for norm in NORMS:
        lengths = torch.stack([gradients(d, norm, 7) for d in range(1, DRAWS + 1)])
        assert torch.equal(shown.ratios(norm), lengths[:, 0] / lengths[:, -1])
        mean = shown.ratios(norm).log().mean().exp()
        ends = shown.lengths(norm)
        torch.testing.assert_close(mean, ends[0] / ends[-1])


test_bad_settings_are_refused_with_what_would_work = refuses(
    DepthGradients,
    [
        ("depth", 0, "1"),
        ("depth", 25, "24"),
        ("depth", 1.5, "int"),
        ("depth", "12", "int"),
        ("depth", None, "int"),
    ],
)


test_its_output_is_small_and_the_same_each_time = leaves(
    DepthGradients, {"depth"}, 100, settings=[{"depth": 2}]
)


@pytest.mark.parametrize("depth", [1, 4, 24])
def test_the_still_pictures_curves_are_the_lengths(depth):
    shown = DepthGradients(depth=depth)
    (axes,) = shown.still().axes
    curves = [line for line in axes.lines if line.get_marker() in ("o", "s")][2:]
    for norm, curve in zip(NORMS, curves, strict=True):
        heights = torch.tensor(curve.get_ydata())
        top, bottom = (
            line.get_ydata()[0]
            for line in (axes.lines[2 + len(MARKS) - 1], axes.lines[2])
        )
        lengths = MARKS[-1] ** ((bottom - heights) / (bottom - top))
        torch.testing.assert_close(lengths, shown.lengths(norm), rtol=1e-9, atol=0)
        assert 1 <= lengths.min() <= lengths.max() <= MARKS[-1]
    steps = {b - a for a, b in itertools.pairwise(curves[0].get_xdata())}
    assert all(step == pytest.approx((462 - 40) / 23) for step in steps)
