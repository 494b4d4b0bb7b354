"""Back-propagation in JavaScript, run by Node, against torch.autograd."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from tests.javascript import WIDGETS
from tests.test_encoder_math import SIZES, packed_block, random_block
from vitlib.show.widgets.depth import (
    DEEPEST,
    DIM,
    DRAWS,
    MATRICES,
    NORMS,
    TOKENS,
    drawn,
    gradients,
    mean_gradients,
    passed,
)

GRAD, MATH = "depth_grad.js", "depth_math.js"
NEAR = {"rel": 1e-6, "abs": 1e-9}
# Calls methods of classes, which the runner does not.
CALLS = """import {{ Gradients, Stack }} from {address};
export const lengths = (norm, draw, depth, count) =>
  new Stack(draw, norm).lengths(depth, count);
const known = new Gradients();
export const means = (norm, depth) => known.means(norm, depth);
export const lasts = (norm) => known.lasts(norm);
export const ratios = (norm, depth) => known.ratios(norm, depth);
export const ahead = () => [...known.ahead()].length;
"""


@pytest.fixture(scope="module")
def calls(tmp_path_factory):
    """A module that calls the classes' methods."""
    path = tmp_path_factory.mktemp("calls") / "calls.mjs"
    path.write_text(CALLS.format(address=json.dumps((WIDGETS / MATH).as_uri())))
    return path


@given(SIZES, st.integers(1, 6), st.sampled_from(NORMS), st.integers(0, 10**6))
@settings(max_examples=60)
def test_the_way_back_through_a_block_is_autograds(node, sizes, count, norm, seed):
    torch.manual_seed(seed)
    block = random_block(*sizes)
    packed = packed_block(block, sizes[0])
    weights = {name[9:]: table for name, table in packed["weights"].items()}
    x = torch.randn(1, count, sizes[0] * sizes[1], dtype=torch.float64)
    slope = torch.randn_like(x)
    x.requires_grad_()
    out = passed(block, x, norm)
    (out * slope).sum().backward()
    about = (packed["config"], weights, norm)
    there = node.call(GRAD, "blockThere", x.flatten().tolist(), *about)
    assert there["out"] == pytest.approx(out.flatten().tolist(), **NEAR)
    start = slope.flatten().tolist()
    back = node.call(GRAD, "blockBack", start, there["kept"], *about)
    assert back["slope"] == pytest.approx(x.grad.flatten().tolist(), **NEAR)
    wanted = {n: p.grad.square().sum().item() for n, p in block.named_parameters()}
    assert back["squares"] == pytest.approx(wanted, **NEAR)


@given(st.integers(1, 9), st.integers(1, 6), st.integers(0, 10**6))
@settings(max_examples=40)
def test_the_way_back_through_a_norm_is_autograds(node, dim, count, seed):
    torch.manual_seed(seed)
    norm = nn.LayerNorm(dim, eps=1e-6, dtype=torch.float64)
    nn.init.normal_(norm.weight)
    x = torch.randn(count, dim, dtype=torch.float64, requires_grad=True)
    slope = torch.randn(count, dim, dtype=torch.float64)
    norm(x).backward(slope)
    tables = [t.flatten().tolist() for t in (slope, x)]
    weights = {"a.weight": norm.weight.tolist()}
    about = ({"dim": dim, "eps": 1e-6}, weights, "a", {})
    found = node.call(GRAD, "normBack", *tables, *about)
    assert found == pytest.approx(x.grad.flatten().tolist(), **NEAR)


@pytest.mark.parametrize("draw", [1, DRAWS])
def test_a_draw_is_the_same_in_both_languages(node, draw):
    found = node.call(MATH, "drawn", draw)
    x, direction, blocks = drawn(draw)
    assert found["x"] == x.flatten().tolist()
    wanted = direction.flatten().tolist()
    assert found["direction"] == pytest.approx(wanted, rel=1e-14)
    for i in (0, DEEPEST - 1):
        state = blocks[i].state_dict()
        assert set(found["blocks"][i]) == set(state)
        for name, table in state.items():
            assert found["blocks"][i][name] == table.flatten().tolist(), name


def test_no_number_is_drawn_twice_and_weights_are_as_said():
    tables = [drawn(draw)[0] for draw in range(1, DRAWS + 1)]
    tables += [drawn(draw)[2][0].attn.qkv.weight for draw in range(1, DRAWS + 1)]
    for i, table in enumerate(tables):
        for other in tables[:i]:
            short, long = sorted((table.flatten(), other.flatten()), key=len)
            assert not torch.equal(short, long[: len(short)])
    for name in MATRICES:
        weights = torch.stack([b.get_submodule(name).weight for b in drawn(1)[2]])
        entering = weights.shape[-1]
        assert weights.var().item() * entering == pytest.approx(1, abs=0.03)
        assert abs(weights.mean().item()) < 0.01
    assert drawn(1)[0].shape == (1, TOKENS, DIM)
    assert drawn(1)[1].norm().item() == pytest.approx(1)


@pytest.mark.parametrize("norm", NORMS)
def test_stacks_of_every_depth(node, calls, norm):
    asked = [[norm, 1 + depth % DRAWS, depth] for depth in range(1, DEEPEST + 1, 3)]
    for (_, draw, depth), found in zip(
        asked, node.each(calls, "lengths", [], asked), strict=True
    ):
        wanted = gradients(draw, norm, depth).tolist()
        assert found == pytest.approx(wanted, rel=1e-6)
    (last,) = node.call(calls, "lengths", norm, 2, 9, 1)
    assert last == pytest.approx(gradients(2, norm, 9)[-1].item(), rel=1e-6)


@pytest.mark.parametrize("norm", NORMS)
def test_means_over_the_draws(node, calls, norm):
    for depth in (1, 5):
        found = node.call(calls, "means", norm, depth)
        assert found == pytest.approx(mean_gradients(norm, depth).tolist(), rel=1e-6)
        ratios = node.call(calls, "ratios", norm, depth)
        lengths = [gradients(draw, norm, depth) for draw in range(1, DRAWS + 1)]
        wanted = [(one[0] / one[-1]).item() for one in lengths]
        assert ratios == pytest.approx(wanted, rel=1e-6)
        lasts = node.call(calls, "lasts", norm)
        assert len(lasts) == DEEPEST
        assert lasts[depth - 1] == pytest.approx(found[-1], rel=1e-12)


def test_what_is_made_ahead_is_made_in_parts(node, calls):
    assert node.call(calls, "ahead") == len(NORMS) * DRAWS * (1 + DEEPEST)


def test_the_last_gradient_shrinks_with_depth_in_pre_norm_alone():
    ends = {
        norm: [mean_gradients(norm, d)[-1].item() for d in (1, 4, 24)] for norm in NORMS
    }
    before, behind = (np.array(ends[norm]) for norm in NORMS)
    assert (behind / behind[0] > 0.9).all()
    assert (before / before[0])[1:] == pytest.approx([0.59, 0.25], abs=0.03)
