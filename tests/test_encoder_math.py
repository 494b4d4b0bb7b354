"""The block explorer's own mathematics, run by Node, against vitlib's and torch's."""

import itertools

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from tests.javascript import Node
from vitlib.encoder import EncoderBlock, ViTConfig
from vitlib.show.widgets import BlockExplorer
from vitlib.show.widgets.encoder import STEPS

MATH = "encoder_math.js"
BRANCHES = [*itertools.product((True, False), repeat=2)]


@pytest.fixture(scope="module")
def unpacked(node):
    """The trained model, in JavaScript's hands."""
    model = node.call("model_math.js", "unpackModel", BlockExplorer().weights)
    return node.keep(model)


def rows_of(node: Node, unpacked: dict, explorer: BlockExplorer) -> list[float]:
    """What enters the explorer's block, by JavaScript's model."""
    picture = explorer.pictures[explorer.picture]
    image = node.call("patches_math.js", "unpack", picture)
    rows = node.call("model_math.js", "forward", unpacked, image)["rows"]
    return rows[explorer.layer - 1]


def chosen(explorer: BlockExplorer) -> dict:
    """The traits that decide what a block computes."""
    names = ("layer", "norm", "attention", "mlp")
    return {name: getattr(explorer, name) for name in names}


@pytest.mark.parametrize("norm", STEPS)
@pytest.mark.parametrize("layer", range(1, 5))
def test_every_step_of_every_block_is_the_models(node, unpacked, norm, layer):
    explorer = BlockExplorer(picture="another 7", layer=layer, norm=norm)
    rows = rows_of(node, unpacked, explorer)
    for explorer.attention, explorer.mlp in BRANCHES:
        found = node.call(MATH, "stages", unpacked, rows, chosen(explorer))
        wanted = torch.stack(explorer.stages()).flatten(1).numpy()
        assert np.abs(np.array(found) - wanted).max() < 2e-5
        assert node.call(MATH, "change", found) == pytest.approx(
            explorer.change(), abs=2e-5
        )
        for step in range(7):
            off = node.call(MATH, "isOff", step, chosen(explorer))
            explorer.step = step
            assert off == explorer.title().endswith("off")
            assert not off or not any(found[step])


@pytest.mark.parametrize("picture", BlockExplorer().pictures)
def test_every_picture(node, unpacked, picture):
    explorer = BlockExplorer(picture=picture, layer=4)
    rows = rows_of(node, unpacked, explorer)
    found = node.call(MATH, "stages", unpacked, rows, chosen(explorer))
    wanted = torch.stack(explorer.stages()).flatten(1).numpy()
    assert np.abs(np.array(found) - wanted).max() < 2e-5


def random_block(heads: int, size: int, hidden: int) -> EncoderBlock:
    """A block in float64 with random weights, biases and norms."""
    config = ViTConfig(
        embed_dim=heads * size, num_heads=heads, mlp_ratio=hidden / (heads * size)
    )
    block = EncoderBlock(config).double()
    for parameter in block.parameters():
        nn.init.normal_(parameter, std=0.5)
    return block


def packed_block(block: EncoderBlock, heads: int) -> dict:
    """A block as the first layer of a model in JavaScript's hands."""
    dim, hidden = block.mlp.fc1.in_features, block.mlp.fc1.out_features
    state = block.state_dict().items()
    weights = {f"blocks.0.{name}": t.flatten().tolist() for name, t in state}
    config = {"dim": dim, "hidden": hidden, "heads": heads, "eps": 1e-6}
    return {"config": config, "weights": weights}


@torch.no_grad()
def by_torch(block: EncoderBlock, x: Tensor, norm: str) -> list[Tensor]:
    """The tables of all steps, by torch."""
    tables = [x]
    for normed, branch in ((block.norm1, block.attn), (block.norm2, block.mlp)):
        x = tables[-1]
        if norm == "pre-norm":
            inside = normed(x)
            tables += [inside, branch(inside), x + branch(inside)]
        else:
            tables += [branch(x), x + branch(x), normed(x + branch(x))]
    return tables


SIZES = st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 9))


@given(SIZES, st.integers(1, 6), st.sampled_from([*STEPS]), st.integers(0, 10**6))
@settings(max_examples=40)
def test_blocks_of_any_size(node, sizes, count, norm, seed):
    torch.manual_seed(seed)
    block = random_block(*sizes)
    model = packed_block(block, sizes[0])
    x = torch.randn(1, count, model["config"]["dim"], dtype=torch.float64)
    on = {"layer": 1, "norm": norm, "attention": True, "mlp": True}
    rows = x.flatten().tolist()
    found = node.call(MATH, "stages", model, rows, on)
    wanted = torch.stack(by_torch(block, x, norm)).flatten(1).numpy()
    assert np.abs(np.array(found) - wanted).max() < 1e-9 * np.abs(wanted).max()
    if norm == "pre-norm":
        assert torch.equal(block(x)[0], torch.tensor(wanted[-1]).reshape(x.shape)[0])
        off = on | {"attention": False, "mlp": False}
        assert node.call(MATH, "stages", model, rows, off)[-1] == rows


@given(st.integers(1, 8), st.integers(1, 20), st.integers(0, 10**6))
@settings(max_examples=40)
def test_mean_and_variance_of_each_token(node, count, dim, seed):
    torch.manual_seed(seed)
    table = 3 * torch.randn(count, dim, dtype=torch.float64) + 1
    found = node.call(MATH, "moments", table.flatten().tolist(), dim)
    assert found["means"] == pytest.approx(table.mean(dim=1).tolist())
    variances = table.var(dim=1, correction=0)
    assert found["variances"] == pytest.approx(variances.tolist(), abs=1e-12)
    config = {"dim": dim, "eps": 1e-6}
    plain = node.call(MATH, "plainMoments", table.flatten().tolist(), config)
    normed = F.layer_norm(table, (dim,), eps=1e-6)
    assert plain["means"] == pytest.approx([0] * count, abs=1e-9)
    wanted = normed.var(dim=1, correction=0).tolist()
    assert plain["variances"] == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize("norm", STEPS)
def test_the_steps_have_the_same_names_in_both_languages(node, norm):
    for step, name in enumerate(STEPS[norm]):
        assert node.call(MATH, "stepWords", step, norm) == f"{step}: {name}"


@pytest.mark.parametrize(
    ("numbers", "words"),
    [([-0.004, 0.004], "0.00 to 0.00"), ([0.5, -1.25, 0.1], "−1.25 to 0.50")],
)
def test_a_range_is_written_with_a_true_minus(node, numbers, words):
    assert node.call(MATH, "range", numbers) == words
