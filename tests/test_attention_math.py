"""The attention explorer's mathematics, run by Node, against vitlib's."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.javascript import exact
from vitlib.attention import scaled_dot_product_attention
from vitlib.show.widgets import AttentionExplorer
from vitlib.show.widgets import attention as explorer
from vitlib.show.widgets.attention_still import round_up

FILE = "attention_math.js"
WIDEST = explorer.HEADS[-1]
SEEDS = st.integers(0, 2**31 - 1)
CUTS = [("mountains", 10), ("mountains", 20), ("photograph", 16), ("photograph", 32)]
EACH_CUT = pytest.mark.parametrize(("picture", "size"), CUTS)


def close(found: list, wanted: torch.Tensor) -> bool:
    """Whether JavaScript's numbers are these, but for rounding in float64."""
    return torch.allclose(exact(found), wanted.flatten(), rtol=1e-9, atol=1e-11)


def drawn(seed: int, *shape: int) -> torch.Tensor:
    """Normally distributed numbers of a shape."""
    return torch.randn(
        *shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64
    )


def test_heads_are_pythons(node):
    words = node.each(FILE, "headWords", [], [[step] for step in range(7)])
    assert words == ["1 = 2⁰", "2 = 2¹", "4 = 2²", "8 = 2³", "16 = 2⁴", "32 = 2⁵",
                     "64 = 2⁶"]  # fmt: skip
    assert [int(said.split()[0]) for said in words] == list(explorer.HEADS)


@given(st.integers(1, 200), st.integers(1, 200))
def test_patch_sizes_are_pythons(node, height, width):
    info = {"channels": 1, "height": height, "width": width}
    sizes = explorer.patch_sizes(info)
    assert node.call(FILE, "patchSizes", info) == sizes
    for size in sizes:
        assert height % size == width % size == 0
        assert 12 <= height * width / size**2 <= 150
        count = height * width // size**2
        assert node.call(FILE, "sizeWords", info, size) == f"{size}: N = {count}"


@EACH_CUT
def test_the_values_and_tokens_are_pythons(node, picture, size):
    twin = AttentionExplorer(picture=picture, patch_size=size)
    pixels = twin.image().flatten().tolist()
    info = twin.pictures[picture]
    found = node.call(FILE, "patchTable", pixels, info, size)
    assert found == twin.patches().flatten().tolist()
    tokens = node.call(FILE, "tokensFrom", found, twin.patches().shape[1])
    assert close(tokens, explorer.tokens_from(twin.patches()))


@given(st.integers(1, 9), st.integers(1, 40), SEEDS)
def test_tokens_of_any_table_are_pythons(node, count, width, seed):
    patches = drawn(seed, count, width)
    wanted = explorer.tokens_from(patches)
    assert close(
        node.call(FILE, "tokensFrom", patches.flatten().tolist(), width), wanted
    )
    assert (wanted.square().mean(dim=1) <= 1).all()


def test_a_patch_that_is_the_picture_s_mean_stays_zero(node):
    found = node.call(FILE, "tokensFrom", [0, 1, 0.5, 0.5], 2)
    assert found[2:] == [0, 0]
    assert [round(number, 4) for number in found[:2]] == [-1, 1]


@pytest.mark.parametrize("projections", ["shared", "separate"])
@given(st.integers(1, 5), st.integers(1, 48), SEEDS)
@settings(max_examples=20)
def test_queries_and_keys_are_pythons(node, projections, count, width, seed):
    tokens = drawn(seed, count, width)
    w_q, w_k = explorer.random_projections(width)
    called = tokens.flatten().tolist(), width, projections
    found = node.call(FILE, "projected", *called)
    assert close(found["queries"], tokens @ w_q.T)
    keys = tokens @ (w_q if projections == "shared" else w_k).T
    assert close(found["keys"], keys)


@given(
    count=st.integers(1, 30),
    width=st.integers(1, 12),
    head=st.sampled_from(explorer.HEADS),
    by=st.floats(0.5, 60),
    seed=SEEDS,
)
def test_one_query_s_way_is_vitlibs(node, count, width, head, by, seed):
    queries, keys = (2 * drawn(seed + i, count, WIDEST) for i in (0, 1))
    patches, query = drawn(seed + 2, count, width), seed % count
    heads = {"queries": queries.flatten().tolist(), "keys": keys.flatten().tolist()}
    called = heads, patches.flatten().tolist(), query, head, by
    found = node.call(FILE, "attentionOf", *called)
    asking, answering = queries[query, None, :head], keys[:, :head]
    wanted = scaled_dot_product_attention(asking, answering, patches, 1 / by)
    assert close(found["scores"], answering @ asking[0])
    assert close(found["mean"], wanted[0])
    assert close(found["weights"], wanted[1])
    assert sum(found["weights"]) == pytest.approx(1, abs=1e-12)


@given(st.integers(1, 40), st.floats(0, 40), SEEDS)
def test_entropy_is_torchs_and_at_most_that_of_equal_weights(node, count, by, seed):
    weights = (by * drawn(seed, count)).softmax(dim=0)
    found = node.call(FILE, "entropy", weights.tolist())
    assert found == pytest.approx(torch.special.entr(weights).sum().item(), abs=1e-12)
    assert 0 <= found <= math.log(count) + 1e-12


def test_entropy_at_its_ends(node):
    assert node.call(FILE, "entropy", [0, 1, 0]) == 0
    equal = node.call(FILE, "entropy", [1 / 60] * 60)
    assert equal == pytest.approx(math.log(60), abs=1e-12)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=30))
def test_equal_patches_share_the_largest_weight(node, parts):
    weights = [part / sum(parts) * (1 + 1e-13 * i) for i, part in enumerate(parts)]
    wanted = [i for i, part in enumerate(parts) if part == max(parts)]
    assert node.call(FILE, "largest", weights) == wanted


@given(st.floats(1e-6, 1e6))
def test_scales_end_at_round_numbers(node, value):
    found = node.call(FILE, "roundUp", value)
    assert found == round_up(value)
    assert value <= found * (1 + 1e-9)
    assert found <= 2.5 * value * (1 + 1e-9)
    assert f"{found:e}"[0] in "125"


@pytest.mark.parametrize(
    ("called", "value", "words"),
    [
        (("nothing", 16, 100), 1, "nothing"),
        (("head", 16, 100), 4, "√16 = 4"),
        (("head", 8, 100), math.sqrt(8), "√8 ≈ 2.8"),
        (("width", 16, 100), 10, "√100 = 10"),
        (("width", 16, 3072), math.sqrt(3072), "√3,072 ≈ 55.4"),
    ],
)
def test_what_the_scores_are_divided_by(node, called, value, words):
    found = node.call(FILE, "divisor", *called)
    assert found["value"] == pytest.approx(value, abs=1e-12)
    assert found["words"] == words


def words_of(node, weights: list[float], query: int) -> str:
    """What is said of the largest of 6 weights, 2 rows of 3."""
    cut = {"count": 6, "width": 4, "size": 2}
    cut |= {"grid": {"rows": 2, "columns": 3}, "info": {"channels": 1}}
    by = {"value": 2, "words": "√4 = 2"}
    said = {"cut": cut, "headDim": 4, "by": by, "query": query}
    said |= {"scores": [-1, 0, 1, 2, 3, 4], "weights": weights}
    lines = node.call(FILE, "attentionWords", said)
    assert (
        lines[0] == "Each of 6 tokens: D = 1 · 2² = 4 numbers; its q and k: 4 numbers"
    )
    assert lines[1] == ("Scores q·k: −1.00 to +4.00; divided by √4 = 2: −0.50 to +2.00")
    return lines[3]


@pytest.mark.parametrize(
    ("weights", "query", "words"),
    [
        ([0.1, 0, 0, 0, 0.9, 0], 1, "90%, patch 5, row 2, column 2"),
        ([1, 0, 0, 0, 0, 0], 1, "more than 99.9%, patch 1, row 1, column 1 (the query"),
        ([0.3, 0.3, 0.3, 0.1, 0, 0], 2, "column 2 (the query itself), and 2 patches"),
        ([0.4, 0.4, 0.2, 0, 0, 0], 3, "patch 1, row 1, column 1, and 1 patch equal to"),
    ],
)
def test_what_is_said_of_the_largest_weight(node, weights, query, words):
    assert words in words_of(node, weights, query)
