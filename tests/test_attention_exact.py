"""Attention is as exact as float32 is, whichever way it takes."""

import copy

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from tests.test_attention import attention
from vitlib.attention import EXPLICIT_WIDTH, Attention, split_heads


def roundings(terms: int) -> float:
    """The variance that float32 adds to a sum of so many terms, over their squares'.

    Each is rounded once, by up to 2⁻²⁴ of itself, and so is each sum of the first few,
    which has half of the squares on average; evenly, which takes a third of the square.
    """
    return 2**-48 * (1 + terms / 6)


def deviation(module: Attention, x: torch.Tensor) -> torch.Tensor:
    """By how much float32 is off, as a standard deviation, for each output.

    Roundings up and down are taken for chance. A product adds the variances of both
    factors, each times the square of the other, and those of ``roundings``; a weight is
    off by the share by which its score is off, and the mean of the others' are.
    """

    def heads(rows: torch.Tensor) -> torch.Tensor:
        return rows.unflatten(-1, (3, module.num_heads, -1)).permute(2, 0, 3, 1, 4)

    (tokens, dim), width = x.shape[1:], module.qkv.in_features // module.num_heads
    squares = nn.functional.linear(*(w.square() for w in (x, *module.qkv.parameters())))
    (q, k, v), off = heads(module.qkv(x)).square(), heads(roundings(dim) * squares)
    scores = off[0] @ k.mT + q @ off[1].mT + roundings(width) * q @ k.mT
    scores = scores * module.scale**2
    _, weights = module.forward_with_weights(x)
    y = weights @ split_heads(module.qkv(x), module.num_heads)[2]
    a = weights.square()
    share = scores + (a * scores).sum(dim=-1, keepdim=True) + roundings(1)
    means = (a * share) @ v + a @ (off[2] + roundings(tokens) * v)
    means = means + roundings(dim) * y.square()
    rows = means.transpose(1, 2).flatten(2) @ module.proj.weight.square().T
    return (rows + roundings(dim) * module.proj.bias.square()).sqrt()


def ways(module: Attention, x: torch.Tensor) -> dict[str, torch.Tensor]:
    """What comes of explicit, fused, whichever is faster, and the class row alone."""
    explicit, weights = module.forward_with_weights(x)
    assert weights.shape == (len(x), module.num_heads, x.shape[1], x.shape[1])
    with torch.inference_mode():
        fused, row = module(x), module.forward_class_row(x)
    learning, learning_row = module(x), module(x, class_row=True)
    found = {"explicit": explicit, "fused": fused, "class row": row}
    return found | {"learning": learning, "class row, learning": learning_row}


@given(
    tokens=st.sampled_from([1, 2, 16, 17, 26, 40, 41, 65]),
    width=st.sampled_from([1, 12, EXPLICIT_WIDTH, 25, 32]),
    heads=st.integers(1, 4),
    bias=st.booleans(),
    scale=st.sampled_from([None, 0.1]),
)
def test_each_way_is_within_a_few_roundings_of_the_truth(
    tokens, width, heads, bias, scale
):
    # In 4,600 modules with 2 million outputs none was off by more than 6.5 deviations.
    module, x = attention(tokens, width, heads, qkv_bias=bias, qk_scale=scale)
    exact = copy.deepcopy(module).double()
    truth, _ = exact.forward_with_weights(x.double())
    most = 10 * deviation(exact, x.double())
    for name, found in ways(module, x).items():
        rows = found.shape[1]
        assert rows == (1 if "row" in name else tokens)
        assert ((found - truth[:, :rows]).abs() <= most[:, :rows]).all(), name
    for name, found in ways(exact, x.double()).items():
        assert (found - truth[:, : found.shape[1]]).abs().max() < 1e-12, name


def test_what_is_off_by_more_than_roundings_is_seen():
    module, x = attention(26, 12, heads=4)
    exact = copy.deepcopy(module).double()
    truth, _ = exact.forward_with_weights(x.double())
    most = 10 * deviation(exact, x.double())
    assert most.max() < 6e-6
    exact.scale *= 1 + 1e-5
    other, _ = exact.forward_with_weights(x.double())
    assert ((other - truth).abs() > most).any()


@pytest.mark.parametrize(
    ("tokens", "width", "heads"),
    [(17, 12, 4), (26, 24, 3), (65, 32, 4), (176, 64, 12), (197, 64, 12)],
)
def test_fused_explicit_and_class_row_are_equal_to_a_millionth(tokens, width, heads):
    module, x = attention(tokens, width, heads)
    with torch.no_grad():  # make outputs as large as 1, which a millionth refers to
        largest = module(x).abs().max()
        for weight in module.proj.parameters():
            weight /= largest
    found = ways(module, x)
    assert found["explicit"].abs().max().item() == pytest.approx(1, abs=1e-6)
    for name, y in found.items():
        assert (y - found["explicit"][:, : y.shape[1]]).abs().max() <= 1e-6, name


def test_in_bfloat16_all_ways_are_as_near_as_its_digits():
    module, x = attention(17, 12, 4, torch.bfloat16)
    exact = copy.deepcopy(module).double()
    truth, _ = exact.forward_with_weights(x.double())
    most = 10 * 2**16 * deviation(exact, x.double())  # 16 bits fewer than float32
    for name, found in ways(module, x).items():
        assert found.dtype == torch.bfloat16
        rows = found.shape[1]
        assert ((found - truth[:, :rows]).abs() <= most[:, :rows]).all(), name
