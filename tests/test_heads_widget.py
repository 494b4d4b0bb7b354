"""The heads' widget, on Python's side."""

import math

import pytest
import torch
from torch import nn

from tests.settings import leaves, refuses
from vitlib import data, training
from vitlib.attention import Attention
from vitlib.show.widgets import HeadsExplorer
from vitlib.show.widgets.heads_layers import COUNTS, fitting

SIZES = {"mountains": [4, 5, 10, 20], "photograph": [4, 8, 16, 32]}
EACH_COUNT = pytest.mark.parametrize("heads", COUNTS)


@pytest.fixture
def explorer():
    """An explorer as the chapter shows it."""
    return HeadsExplorer()


def settings(explorer: HeadsExplorer) -> tuple:
    """What the controls stand at."""
    names = ("weights", "heads", "picture", "patch_size", "digit", "layer", "query")
    return tuple(getattr(explorer, name) for name in names)


@torch.no_grad()
def torchs(layer: Attention, tokens: torch.Tensor) -> torch.Tensor:
    """All heads' weights (h, N, N), by torch's own layer with the same numbers."""
    width = tokens.shape[1]
    peer = nn.MultiheadAttention(width, layer.num_heads, batch_first=True).double()
    peer.in_proj_weight.copy_(layer.qkv.weight)
    peer.in_proj_bias.copy_(layer.qkv.bias)
    x = tokens[None]
    return peer(x, x, x, average_attn_weights=False)[1][0]


def test_it_starts_with_four_untrained_heads_and_the_moon(explorer):
    start = ("random", 4, "mountains", 10, "3", 1, 18)
    assert settings(explorer) == start
    assert repr(explorer) == (
        "HeadsExplorer(digit='3', heads=4, layer=1, patch_size=10, "
        "picture='mountains', query=18, weights='random')"
    )
    assert data.mountains()[0, 10:20, 70:80].max() == 1  # nothing is as bright


@EACH_COUNT
@pytest.mark.parametrize("picture", SIZES)
def test_untrained_attention_is_torchs_for_every_size(picture, heads):
    explorer = HeadsExplorer(picture=picture, heads=heads)
    assert fitting(explorer.pictures[picture]) == SIZES[picture]
    for explorer.patch_size in SIZES[picture][1:]:
        tokens = explorer.tokens()
        rows, columns = explorer.grid()
        assert tokens.shape == (rows * columns, 48)
        wanted = torchs(explorer.attention_layer(), tokens)
        for explorer.query in (1, rows * columns // 2, rows * columns):
            _, weights = explorer.split()
            expected = wanted[:, explorer.query - 1]
            torch.testing.assert_close(weights, expected, rtol=1e-9, atol=1e-12)


@EACH_COUNT
def test_trained_attention_is_torchs_for_every_layer_and_query(heads):
    explorer = HeadsExplorer(weights="trained", heads=heads, digit="another 5")
    for explorer.layer in range(1, 5):
        wanted = torchs(explorer.attention_layer(), explorer.tokens())
        for explorer.query in range(17):
            expected = wanted[:, explorer.query]
            weights = explorer.split()[1]
            torch.testing.assert_close(weights, expected, rtol=1e-9, atol=1e-12)


@torch.no_grad()
def test_with_four_heads_it_is_the_model_as_trained():
    explorer = HeadsExplorer(weights="trained", digit="7")
    model = training.digits_model()
    image = explorer.image()[None]
    x = model.embed(image)
    for explorer.layer in range(1, 5):
        block = model.blocks[explorer.layer - 1]
        _, weights = block.attn.forward_with_weights(block.norm1(x))
        explorer.query = 0  # the class token
        found = explorer.split()[1].float()  # (4, 17)
        torch.testing.assert_close(found, weights[0, :, 0], rtol=0, atol=1e-5)
        x = block(x)
    share, digit = model(image)[0].softmax(dim=0).max(dim=0)
    assert explorer.answer() == (digit, pytest.approx(share.item(), abs=1e-5))


@EACH_COUNT
def test_heads_are_no_parameters(heads):
    for weights in ("random", "trained"):
        explorer = HeadsExplorer(weights=weights, heads=heads)
        tokens = 60 if weights == "random" else 17
        assert explorer.counts() == (4 * 48**2 + 4 * 48, heads * tokens**2)
    own = HeadsExplorer(heads=heads).split()[0]
    assert own.shape == (3, heads, 48 // heads)
    assert torch.equal(own.flatten(1), HeadsExplorer(heads=1).split()[0].flatten(1))


@EACH_COUNT
def test_entropy_is_at_most_that_of_an_even_look(heads):
    explorer = HeadsExplorer(heads=heads)
    found = []
    for explorer.query in range(1, 61):
        weights = explorer.split()[1]
        assert weights.sum(dim=1).tolist() == pytest.approx([1] * heads)
        by_hand = -(weights * weights.log()).sum(dim=1)
        found.append(explorer.entropies())
        assert found[-1].tolist() == pytest.approx(by_hand.tolist())
    found = torch.stack(found)
    assert 0 < found.min() < found.max() < math.log(60)
    assert found.max() - found.min() > 0.75  # some look about, others stare


def test_right_answers_are_counted_over_the_test_digits(explorer):
    images, labels = data.digits("test")
    assert set(explorer.right) == {str(heads) for heads in COUNTS}
    for heads in COUNTS:
        model = training.digits_model()
        for block in model.blocks:
            block.attn.num_heads, block.attn.scale = heads, (48 / heads) ** -0.5
        share = training.accuracy(model, images, labels)
        assert explorer.right[str(heads)] == round(450 * share)
    assert max(explorer.right, key=explorer.right.get) == "4"


def test_patch_size_and_query_stay_in_range():
    explorer = HeadsExplorer(picture="photograph", patch_size=4, query=1024)
    assert settings(explorer)[2:4] == ("photograph", 4)
    assert explorer.query == 1024
    explorer.picture = "mountains"
    assert (explorer.patch_size, explorer.query) == (4, 375)
    explorer.patch_size = 20
    assert explorer.query == 15
    explorer.picture = "photograph"
    assert (explorer.patch_size, explorer.query) == (16, 15)
    explorer.query = 10**6
    assert explorer.query == 64
    explorer.weights = "trained"
    assert explorer.query == 16
    explorer.query = 0
    explorer.weights = "random"
    assert explorer.query == 1


test_bad_settings_are_refused_with_what_would_work = refuses(
    HeadsExplorer,
    [
        ("heads", 5, "1, 2, 3, 4, 6, 8, 12"),
        ("heads", 0, "1, 2, 3, 4, 6, 8, 12"),
        ("heads", 2.5, "int"),
        ("patch_size", 6, "4, 5, 10, 20"),
        ("patch_size", "10", "int"),
        ("picture", "lake", "'mountains', 'photograph'"),
        ("digit", "10", "'3', '4'"),
        ("weights", "zero", "'random'"),
        ("layer", 0, "1"),
        ("layer", 5, "4"),
        ("query", -1, "0"),
    ],
)
test_its_output_is_small_and_the_same_each_time = leaves(
    HeadsExplorer,
    {
        "digit", "digits", "heads", "layer", "patch_size", "picture", "pictures",
        "query", "right", "trained", "weights",
    },
    80_000,
    "trained",
    [{"weights": "random"}, {"weights": "trained"}],
)  # fmt: skip


@EACH_COUNT
@pytest.mark.parametrize("weights", ["random", "trained"])
def test_the_still_picture_states_entropies_and_counts(weights, heads):
    explorer = HeadsExplorer(weights=weights, heads=heads)
    axes = explorer.still().axes[0]
    words = [text.get_text() for text in axes.texts]
    for entropy in explorer.entropies():
        assert f"{entropy:.2f}" in words
    assert "parameters: 9,408" in words
    assert f"attention weights: {explorer.counts()[1]:,}" in words
    if weights == "trained":
        assert f"{explorer.right[str(heads)]} of 450 digits right" in words
    for image in axes.images:  # nothing is drawn outside of the frame
        left, right, bottom, top = image.get_extent()
        assert 0 <= left < right <= 480
        assert 0 <= top < bottom <= axes.get_ylim()[0]
