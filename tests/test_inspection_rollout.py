"""Rollout, distances and likeness of maps."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vitlib.data import digits
from vitlib.inspection import (
    attention_distance,
    attention_maps,
    attention_rollout,
    class_attention,
    correlation,
)
from vitlib.training import digits_model


def some_maps(batch=2, depth=3, heads=2, tokens=5, seed=0) -> torch.Tensor:
    """Rows at random that sum to 1."""
    generator = torch.Generator().manual_seed(seed)
    shape = (batch, depth, heads, tokens, tokens)
    return torch.randn(shape, generator=generator, dtype=torch.float64).softmax(-1)


def test_by_hand():
    """Two blocks of one head, two tokens: ½ [[1, 1], [0, 2]] · ½ [[2, 0], [1, 1]]."""
    first, second = [[1, 0], [1, 0]], [[0, 1], [0, 1]]
    maps = torch.tensor([[[first], [second]]], dtype=torch.float64)
    found = attention_rollout(maps)[0]
    assert found.tolist() == [[0.75, 0.25], [0.5, 0.5]]
    assert attention_rollout(maps, keep=0)[0].tolist() == [[1, 0], [1, 0]]


def rolled(maps: torch.Tensor, keep: float) -> torch.Tensor:
    """The same number by number: all ways from token to token, through the blocks."""
    tokens = maps.shape[-1]
    share = torch.eye(tokens, dtype=torch.float64)
    for block in maps:
        result = torch.zeros_like(share)
        for i in range(tokens):
            for j in range(tokens):
                weight = (1 - keep) * sum(head[i, j] for head in block) / len(block)
                result[i] += (weight + keep * (i == j)) * share[j]
        share = result
    return share


@given(
    depth=st.integers(1, 4),
    heads=st.integers(1, 3),
    tokens=st.integers(2, 6),
    keep=st.floats(0, 1),
)
def test_rollout_by_loops_and_rows_sum_to_1(depth, heads, tokens, keep):
    maps = some_maps(1, depth, heads, tokens)
    found = attention_rollout(maps, keep)
    torch.testing.assert_close(found[0], rolled(maps[0], keep))
    torch.testing.assert_close(found.sum(-1), torch.ones(1, tokens).double())
    assert (found >= 0).all()


def test_all_kept_is_the_identity_and_the_order_of_blocks_counts():
    maps = some_maps()
    assert torch.equal(attention_rollout(maps, keep=1)[0], torch.eye(5).double())
    assert not torch.allclose(attention_rollout(maps), attention_rollout(maps.flip(1)))


@pytest.mark.parametrize("keep", [-0.1, 1.5, math.nan])
def test_another_share_to_keep_is_refused(keep):
    with pytest.raises(ValueError, match=f"keep must be from 0 to 1, got {keep}"):
        attention_rollout(some_maps(), keep)


def test_no_maps_are_refused():
    with pytest.raises(ValueError, match=r"L, h, N\+1, N\+1\), got \(3, 2, 5, 5\)"):
        attention_rollout(some_maps()[0])
    with pytest.raises(ValueError, match=r"got \(2, 3, 2, 5, 4\)"):
        attention_rollout(some_maps()[..., 1:])
    with pytest.raises(TypeError, match=r"got list; torch\.stack them"):
        attention_rollout([some_maps()])


@given(rows=st.integers(1, 4), columns=st.integers(1, 4), seed=st.integers(0, 99))
def test_distances_by_loops(rows, columns, seed):
    maps = some_maps(2, 2, 2, rows * columns + 1, seed)
    height, width = 3, 2  # of a patch
    total = torch.zeros(2, 2, dtype=torch.float64)
    for i in range(rows * columns):
        weights = maps[:, :, :, 1 + i, 1:]
        weights = weights / weights.sum(-1, keepdim=True)
        for j in range(rows * columns):
            down = height * (i // columns - j // columns)
            across = width * (i % columns - j % columns)
            total += weights[..., j].mean(0) * math.hypot(down, across)
    found = attention_distance(maps, (rows, columns), (height, width))
    torch.testing.assert_close(found, total / (rows * columns))


def test_distances_of_maps_that_are_known():
    tokens = 17
    here = torch.eye(tokens).expand(1, 1, 1, tokens, tokens)
    assert attention_distance(here, (4, 4), 2).item() == 0
    next_one = here.roll(1, dims=-1).clone()
    next_one[..., 4::4, :] = here[..., 4::4, :]  # the last of a line: itself
    assert attention_distance(next_one, (4, 4), 2).item() == pytest.approx(2 * 12 / 16)
    evenly = torch.full_like(here, 1 / tokens)
    assert attention_distance(evenly, (4, 4), 2).item() == pytest.approx(
        4.016, abs=1e-3
    )


def test_a_grid_of_another_number_of_patches_is_refused():
    with pytest.raises(ValueError, match="a grid of 4 × 3 has 12 patches, got 16"):
        attention_distance(some_maps(tokens=17), (4, 3), 2)


def test_correlation_is_pearsons():
    one, other = torch.rand(2, 4, 9, dtype=torch.float64)
    both = zip(one, other, strict=True)
    expected = [torch.corrcoef(torch.stack(pair))[0, 1] for pair in both]
    torch.testing.assert_close(correlation(one, other), torch.stack(expected))
    line = torch.ones(4, dtype=torch.float64)
    torch.testing.assert_close(correlation(one, 3 * one + 2), line)
    torch.testing.assert_close(correlation(one, -one), -line)
    with pytest.raises(ValueError, match=r"got \(4, 9\) and \(4, 8\)"):
        correlation(one, other[:, 1:])


def test_the_shipped_models_rollout_does_not_follow_ink():
    """What chapter 11 says of it; the trained starts are in the recorded run."""
    images, _ = digits("test")
    rollout = attention_rollout(attention_maps(digits_model(), images))
    ink = images.unfold(2, 2, 2).unfold(3, 2, 2).mean((1, 4, 5)).flatten(1)
    r = correlation(class_attention(rollout), ink)
    assert r.mean().item() == pytest.approx(-0.135, abs=0.01)
