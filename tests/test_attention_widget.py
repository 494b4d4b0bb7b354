"""The attention explorer, on Python's side."""

import math

import pytest
import torch

from tests.settings import leaves, refuses
from vitlib import data, patchify
from vitlib.show import style
from vitlib.show.widgets import AttentionExplorer
from vitlib.show.widgets import attention as explorer

IMAGES = {"mountains": data.mountains(), "photograph": data.photograph()}
CUTS = [("mountains", 10), ("mountains", 20), ("photograph", 16), ("photograph", 32)]
EACH_CUT = pytest.mark.parametrize(("picture", "size"), CUTS)
DIVISORS = ("nothing", "head", "width")


def settings(shown: AttentionExplorer) -> tuple:
    """Where picture, size and query stand."""
    return shown.picture, shown.patch_size, shown.query


def test_it_starts_with_a_patch_on_the_ridge():
    shown = AttentionExplorer()
    assert repr(shown) == (
        "AttentionExplorer(divide_by='head', head_dim=16, patch_size=10, "
        "picture='mountains', projections='shared', query=36)"
    )
    words = "Entropy 3.18 of at most ln 60 = 4.09; largest weight 13%"
    assert shown.outcome() == words
    assert shown.largest() == [36]


@EACH_CUT
def test_values_are_the_pixels_and_tokens_have_the_mean_square_one(picture, size):
    shown = AttentionExplorer(picture=picture, patch_size=size)
    patches = patchify(IMAGES[picture][None], size)[0].double()
    assert torch.allclose(shown.patches(), patches, rtol=0, atol=1e-6)
    tokens = explorer.tokens_from(patches)
    wanted = patches - patches.mean()
    assert torch.allclose(
        tokens.square().mean(dim=1), torch.tensor(1.0).double(), atol=1e-2
    )
    angles = torch.cosine_similarity(tokens, wanted)
    assert torch.allclose(angles, torch.ones_like(angles))


@EACH_CUT
@pytest.mark.parametrize("projections", ["shared", "separate"])
@pytest.mark.parametrize("divide_by", DIVISORS)
def test_every_head_and_query_is_softmax_by_hand(picture, size, projections, divide_by):
    shown = AttentionExplorer(
        picture=picture, patch_size=size, projections=projections, divide_by=divide_by
    )
    tokens = explorer.tokens_from(shown.patches())
    count, width = tokens.shape
    w_q, w_k = explorer.random_projections(width)
    for head in explorer.HEADS:
        shown.head_dim = head
        for shown.query in {1, count // 2, count}:
            q = w_q[:head] @ tokens[shown.query - 1]
            keys = tokens @ (w_q if projections == "shared" else w_k)[:head].T
            by = {"nothing": 1, "head": head**0.5, "width": width**0.5}[divide_by]
            powers = (keys @ q / by).exp()
            mean, weights = shown.attention()
            assert torch.allclose(shown.scores(), keys @ q)
            assert shown.divisor() == pytest.approx(by)
            assert torch.allclose(weights, powers / powers.sum())
            assert torch.allclose(mean, weights @ shown.patches())
            assert -1e-12 <= shown.entropy() <= math.log(count)


@pytest.mark.parametrize("width", [100, 400, 768, 3072])
def test_the_projections_are_like_drawn_ones_of_variance_one_in_d(width):
    both = explorer.random_projections(width)
    assert both.shape == (2, 64, width)
    assert both.var().item() * width == pytest.approx(1, abs=0.03)
    assert both.mean().abs() * width**0.5 < 0.03
    crossed = both[0] @ both[1].T
    assert crossed.abs().max() * width**0.5 < 5  # W_q and W_k have nothing in common


@EACH_CUT
def test_root_d_keeps_untrained_weights_from_both_ends(picture, size):
    """Divided by nothing a query sees few patches, by √D all alike; by √d neither."""
    shown = AttentionExplorer(
        picture=picture, patch_size=size, projections="separate", head_dim=64
    )
    count = math.prod(shown.grid())
    left = {}
    for shown.divide_by in DIVISORS:
        found = []
        for shown.query in range(1, count + 1):
            found.append(shown.entropy())
        left[shown.divide_by] = sum(found) / count / math.log(count)
    assert left["nothing"] < 0.45
    assert 0.8 < left["head"] < left["width"]
    assert left["width"] > 0.93


def test_equal_patches_have_equal_weights():
    shown = AttentionExplorer(query=1)
    patches = shown.patches()
    equal = [n for n, patch in enumerate(patches) if torch.equal(patch, patches[0])]
    assert len(equal) == 8
    weights = shown.attention()[1][equal]
    assert torch.allclose(weights, weights[0].expand(8), rtol=1e-12)
    shown.divide_by, shown.head_dim = "nothing", 64
    assert shown.largest()[0] - 1 in equal


def test_another_picture_is_cut_as_finely():
    shown = AttentionExplorer(patch_size=20, query=15)
    shown.picture = "photograph"
    assert settings(shown) == ("photograph", 32, 15)
    shown.patch_size = 16
    shown.query = 64
    shown.picture = "mountains"
    assert settings(shown) == ("mountains", 10, 60)
    shown.patch_size = 20
    assert settings(shown) == ("mountains", 20, 15)
    assert settings(AttentionExplorer(picture="photograph")) == ("photograph", 16, 36)
    made = AttentionExplorer(picture="photograph", patch_size=32, query=99)
    assert settings(made) == ("photograph", 32, 16)


test_bad_settings_are_refused_with_what_would_work = refuses(
    AttentionExplorer,
    [
        ("picture", "lake", "no picture 'lake'; there are 'mountains', 'photograph'"),
        ("patch_size", 7, "no patch size 7 for the mountains; there are 10, 20"),
        ("patch_size", 5, "no patch size 5 for the mountains; there are 10, 20"),
        ("patch_size", "10", "int"),
        ("query", 0, "1"),
        ("query", 2.5, "int"),
        ("head_dim", 3, "[1, 2, 4, 8, 16, 32, 64]"),
        ("head_dim", 128, "[1, 2, 4, 8, 16, 32, 64]"),
        ("divide_by", "√d", "['nothing', 'head', 'width']"),
        ("projections", "learned", "['shared', 'separate']"),
        ("pictures", {}, "read-only"),
    ],
)


test_its_output_is_small_and_the_same_each_time = leaves(
    AttentionExplorer,
    {
        "divide_by", "head_dim", "patch_size", "picture", "pictures", "projections",
        "query",
    },
    80_000,
    settings=[{"picture": p, "patch_size": size, "query": 9} for p, size in CUTS],
)  # fmt: skip


@EACH_CUT
def test_the_still_picture_states_the_outcome(picture, size):
    shown = AttentionExplorer(picture=picture, patch_size=size, query=9)
    assert shown.outcome() in style.svg(shown.still())
