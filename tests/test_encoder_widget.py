"""Through one encoder block, on Python's side."""

import itertools

import pytest
import torch
import torch.nn.functional as F

from tests.settings import leaves, refuses
from vitlib import data, training
from vitlib.show.widgets import BlockExplorer
from vitlib.show.widgets.encoder import STEPS
from vitlib.show.widgets.looked_at import HELD_OUT

TRAITS = {"attention", "layer", "mlp", "norm", "picture", "step"}


@pytest.fixture(scope="module")
def rows():
    """The model, and its rows for a three before each layer and after the last."""
    model = training.digits_model()
    images, _ = data.digits("test")
    with torch.no_grad():
        found = [model.embed(images[HELD_OUT[3][0]][None])]
        for block in model.blocks:
            found.append(block(found[-1]))
    return model, [table[0] for table in found]


@pytest.fixture
def explorer():
    """An explorer as the chapter shows it."""
    return BlockExplorer()


def settings(explorer: BlockExplorer) -> dict:
    """What the controls stand at."""
    return {name: getattr(explorer, name) for name in TRAITS}


def test_it_starts_with_what_enters_the_first_block(explorer, rows):
    assert repr(explorer) == (
        "BlockExplorer(attention=True, layer=1, mlp=True, norm='pre-norm', "
        "picture='3', step=0)"
    )
    assert torch.equal(explorer.tokens(), rows[1][0])


@pytest.mark.parametrize("layer", range(1, 5))
def test_in_pre_norm_the_last_step_is_the_block(explorer, rows, layer):
    explorer.layer = layer
    stages = explorer.stages()
    assert len(stages) == len(STEPS["pre-norm"])
    torch.testing.assert_close(stages[0], rows[1][layer - 1])
    torch.testing.assert_close(stages[-1], rows[1][layer], rtol=1e-5, atol=1e-5)
    wanted = (rows[1][layer] - rows[1][layer - 1]).abs().max().item()
    assert explorer.change() == pytest.approx(wanted, rel=1e-4)


@pytest.mark.parametrize("layer", range(1, 5))
@torch.no_grad()
def test_in_post_norm_the_norms_stand_in_the_stream(rows, layer):
    explorer = BlockExplorer(layer=layer, norm="post-norm")
    model, before = rows
    block, x = model.blocks[layer - 1], before[layer - 1][None]
    x = block.norm1(x + block.attn(x))
    x = block.norm2(x + block.mlp(x))
    torch.testing.assert_close(explorer.stages()[-1], x[0], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("layer", range(1, 5))
def test_with_both_branches_off_pre_norm_is_the_identity(layer):
    explorer = BlockExplorer(layer=layer, attention=False, mlp=False)
    assert explorer.change() == 0
    explorer.norm = "post-norm"
    assert explorer.change() > 0.5


@pytest.mark.parametrize("norm", STEPS)
def test_adding_adds_what_the_branch_found(norm):
    explorer = BlockExplorer(norm=norm, layer=2)
    for explorer.attention, explorer.mlp in itertools.product((True, False), repeat=2):
        stages, names = explorer.stages(), STEPS[norm]
        for step in (i for i, name in enumerate(names) if name == "add"):
            stream = stages[0 if step < 4 else 3]
            assert torch.equal(stages[step], stream + stages[step - 1])
            on = explorer.attention if step < 4 else explorer.mlp
            assert bool(stages[step - 1].any()) == on


@pytest.mark.parametrize("norm", STEPS)
def test_moments_are_those_of_the_tokens_numbers(norm):
    explorer = BlockExplorer(norm=norm, picture="8")
    for explorer.step, name in enumerate(STEPS[norm]):
        tokens = explorer.tokens().double()
        means, variances = explorer.moments()
        assert means.tolist() == pytest.approx(tokens.mean(dim=1).tolist(), abs=1e-6)
        squares = tokens.square().mean(dim=1) - tokens.mean(dim=1) ** 2
        assert variances.tolist() == pytest.approx(squares.tolist(), abs=1e-5)
        plain = explorer.plain_moments()
        assert (plain is not None) == (name == "norm")
        if plain:
            assert plain.means.abs().max() < 1e-6
            entering = explorer.stages()[explorer.step - 1].var(dim=1, correction=0)
            wanted = entering / (entering + 1e-6)
            torch.testing.assert_close(plain.variances, wanted, rtol=0, atol=1e-5)


def test_the_norms_scale_and_shift_are_the_models(explorer, rows):
    explorer.step = 1
    norm = rows[0].blocks[0].norm1
    plain = F.layer_norm(explorer.stages()[0], (48,), eps=1e-6)
    torch.testing.assert_close(explorer.tokens(), plain * norm.weight + norm.bias)


test_bad_settings_are_refused_with_what_would_work = refuses(
    BlockExplorer,
    [
        ("step", -1, "0"),
        ("step", 7, "6"),
        ("layer", 0, "1"),
        ("layer", 5, "4"),
        ("layer", 1.5, "int"),
        ("picture", "10", "'3', '4'"),
        ("norm", "prenorm", "'pre-norm', 'post-norm'"),
        ("attention", "off", "boolean"),
        ("mlp", 2, "boolean"),
    ],
)


test_its_output_is_small_and_the_same_each_time = leaves(
    BlockExplorer, TRAITS | {"pictures", "weights"}, 6_000, "weights", [{"step": 2}]
)


@pytest.mark.parametrize("norm", STEPS)
def test_the_still_picture_names_the_steps_and_lights_one(norm):
    explorer = BlockExplorer(norm=norm, mlp=False, layer=3)
    for explorer.step, name in enumerate(STEPS[norm]):
        texts = explorer.still().axes[0].texts
        words = [text.get_text() for text in texts]
        assert f"layer 3, {norm}" in words
        assert f"{explorer.title()} (17 × 48)" in words
        assert ("attention" in words, "MLP" in words, "off" in words) == (1, 0, 1)
        (lit,) = (t for t in texts if t.get_color() == "#ffffff")
        shown = {"add": "+", "MLP": "off"}.get(name, name)
        assert lit.get_text() == shown
