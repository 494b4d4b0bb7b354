"""Chapter 6: what heads share, what they do not, and what its figures state."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from figures import heads_counted, heads_layouts, heads_trained
from tests.test_attention import attention
from tests.test_exercises_heads import by_view, merge, rows, split
from vitlib.attention import (
    Attention,
    merge_heads,
    scaled_dot_product_attention,
    split_heads,
)
from vitlib.data import digits
from vitlib.training import digits_model

COUNTS = (1, 2, 3, 4, 6, 8, 12)  # of heads; all divide a width of 24


def attended(module: Attention, x: torch.Tensor, into_heads) -> torch.Tensor:
    """What all heads find, (B, h, N, d), with q, k, v split in one's own way."""
    parts = module.qkv(x).chunk(3, dim=-1)
    heads = (into_heads(part.contiguous(), module.num_heads) for part in parts)
    return scaled_dot_product_attention(*heads)[0]


@pytest.mark.parametrize("heads", COUNTS)
def test_with_any_number_of_heads_it_is_pytorchs(heads):
    module, x = attention(9, 24 // heads, heads)
    other = nn.MultiheadAttention(24, heads, batch_first=True)
    layers = {"in_proj_": module.qkv, "out_proj.": module.proj}
    named = {
        f"{key}{part}": getattr(layer, part)
        for key, layer in layers.items()
        for part in ("weight", "bias")
    }
    other.load_state_dict(named)
    wanted, weights = other(x, x, x, average_attn_weights=False)
    found, ours = module.forward_with_weights(x)
    assert (found - wanted).abs().max() < 2e-6
    assert (ours - weights).abs().max() < 1e-6


def test_the_number_of_heads_changes_the_answer_and_no_parameter():
    module, x = attention(9, 24, heads=1)
    answers = []
    for heads in COUNTS:
        other = Attention(24, heads)
        other.load_state_dict(module.state_dict())
        answers.append(other(x))
        assert sum(w.numel() for w in other.parameters()) == 4 * 24**2 + 4 * 24
    apart = torch.stack([(y - answers[0]).abs().max() for y in answers[1:]])
    assert (apart > 0.05).all()


@given(heads=st.integers(1, 4), width=st.integers(1, 6), tokens=st.integers(1, 9))
def test_the_output_is_a_sum_over_heads_and_each_has_at_most_rank_d(
    heads, width, tokens
):
    module, x = attention(tokens, width, heads, torch.float64)
    y = attended(module, x, split)  # (B, h, N, d)
    columns = module.proj.weight.unflatten(1, (heads, width)).transpose(
        0, 1
    )  # (h, D, d)
    parts = y @ columns.mT  # (B, h, N, D)
    assert torch.allclose(parts.sum(dim=1) + module.proj.bias, module(x))
    assert torch.linalg.matrix_rank(parts).max() <= min(width, tokens)


def test_the_answers_to_the_exercises_are_vitlibs():
    module, x = attention(6, 4, heads=3)
    parts = module.qkv(x).chunk(3, dim=-1)
    for part, wanted in zip(
        parts, split_heads(module.qkv(x), module.num_heads), strict=True
    ):
        assert torch.equal(split(part, 3), wanted)
        assert torch.equal(merge(wanted), merge_heads(wanted))


@pytest.mark.parametrize(("way", "right"), [(split, True), (by_view, False)])
def test_view_alone_splits_tokens_and_not_features(way, right):
    module, x = attention(6, 4, heads=2)
    changed = x.clone()
    changed[:, -1] += 1
    before, after = (merge(attended(module, tokens, way)) for tokens in (x, changed))
    reached = (before != after).any(dim=1)[0]  # (D,): each feature, in any row
    assert reached.tolist() == [right] * 4 + [True] * 4
    order = torch.randperm(6)
    found = merge(attended(module, x[:, order], way))
    assert torch.allclose(found, before[:, order], atol=1e-5) == right


def test_without_transpose_back_the_first_rows_know_the_first_head_alone():
    module, x = attention(6, 4, heads=2)
    y = attended(module, x, split)
    without = y * torch.tensor([1.0, 0.0])[:, None, None]
    shape = (2, 6, 8)
    assert torch.equal(y.reshape(shape)[:, :3], without.reshape(shape)[:, :3])
    assert not torch.equal(merge(y)[:, :3], merge(without)[:, :3])


def test_rows_moved_to_another_layout_and_read_so_give_the_same():
    module, x = attention(6, 4, heads=2)
    order = heads_layouts.rows()
    assert torch.equal(order, rows(8, 2))
    bias, weight = module.qkv.bias[order], module.qkv.weight[order]
    moved = nn.functional.linear(x, weight, bias).unflatten(-1, (2, 4, 3))
    found = moved.permute(4, 0, 2, 1, 3)  # (3, B, h, N, d)
    assert torch.allclose(
        found, torch.stack(split_heads(module.qkv(x), module.num_heads)), atol=1e-6
    )


def test_heads_that_are_left_out_are_columns_of_proj_that_are_zero():
    model, (images, labels) = digits_model(), digits("test")
    images, labels = images[::5], labels[::5]
    weight = model.blocks[0].attn.proj.weight.data
    for heads in ([], [1], range(4)):
        found = heads_trained.misread(model, images, labels, 0, heads)
        kept = weight.clone()
        for head in heads:
            weight[:, 12 * head : 12 * head + 12] = 0
        assert found == heads_trained.misread(model, images, labels)
        weight.copy_(kept)
    assert found > heads_trained.misread(model, images, labels)


def test_without_proj_an_output_feature_feels_one_head_and_with_it_both():
    apart, mixed = map(heads_counted.dependence, (False, True))
    blocks = apart.unflatten(0, (2, 4)).unflatten(2, (2, 4)).abs().amax((1, 3))
    assert (blocks > 0.1).tolist() == [[True, False], [False, True]]
    assert blocks[0, 1] == blocks[1, 0] == 0
    assert (mixed != 0).all()
    assert {heads_counted.parameters(heads) for heads in COUNTS} == {2_362_368}
