"""What autograd keeps is counted, and blocks that are computed twice keep less."""

from contextlib import nullcontext
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from tests.test_cost import KEPT, pictures, total
from tests.test_model import randomise
from vitlib import ViT, ViTConfig
from vitlib.cost import activations
from vitlib.scaling import kept, recomputed, recomputed_activations
from vitlib.scaling.memory import largest_block
from vitlib.training import loss_of

SMALL = ViTConfig((8, 12), 4, 3, num_classes=5, embed_dim=24, depth=3, num_heads=3)
DROPPED = {"drop_rate": 0.1, "attn_drop_rate": 0.1, "drop_path_rate": 0.3}


def test_what_is_kept_is_counted_once_and_without_parameters():
    weight, x = nn.Parameter(torch.ones(3, 3)), torch.ones(5, 3, requires_grad=True)
    assert kept(lambda: x @ weight) == x.nbytes
    assert kept(lambda: x @ weight.T + x[:2].sum()) == x.nbytes
    assert kept(lambda: x @ weight + (2 * x).exp()) == 2 * x.nbytes  # and exp's result
    assert kept(lambda: x + 1) == 0
    assert kept(lambda: x.detach().exp()) == 0
    with torch.no_grad():
        assert kept(lambda: x @ weight) == 0


def test_what_takes_no_memory_is_not_counted():
    x = torch.ones(3, device="meta", requires_grad=True)
    with pytest.raises(ValueError, match=r"meta device .* vitlib\.cost\.activations"):
        kept(x.exp)


def step(model: ViT, images: Tensor, labels: Tensor, context) -> list[Tensor]:
    """Loss and gradients, from the same random numbers."""
    torch.manual_seed(3)
    model.zero_grad()
    with context:
        loss = loss_of(model(images), labels)
    loss.backward()
    return [loss.detach(), *(weight.grad for weight in model.parameters())]


@pytest.mark.parametrize("changes", [{}, DROPPED, {"pool": "mean"}])
def test_loss_and_gradients_are_the_same_to_the_last_bit(changes):
    model = randomise(ViT(SMALL, **changes)).train()
    images, labels = torch.rand(4, 3, 8, 12), torch.tensor([0, 1, 2, 4])
    wanted = step(model, images, labels, nullcontext())
    found = step(model, images, labels, recomputed(model))
    assert all(map(torch.equal, found, wanted))
    after = step(model, images, labels, nullcontext())
    assert all(map(torch.equal, after, wanted))


def test_each_block_is_computed_twice():
    model, count = ViT(SMALL), []
    for block in model.blocks:
        block.norm1.register_forward_hook(lambda *_: count.append(1))
    with recomputed(model):
        logits = model(pictures(model, 2, "cpu"))
        assert len(count) == 3
        logits.sum().backward()
    assert len(count) == 6


@pytest.mark.parametrize("name", KEPT)
def test_what_is_kept_falls_to_the_formulas(name):
    config = replace(SMALL, **KEPT[name])
    model, formula = ViT(config), recomputed_activations(config)
    images = pictures(model, 2, "cpu")
    with recomputed(model):
        found = kept(lambda: model(images))
    one = formula.pop("one block")
    assert found == 2 * 4 * total(formula)
    assert one == largest_block(config) - formula["inputs"] // config.depth
    x = torch.zeros(2, *model.embed(images).shape[1:], requires_grad=True)
    row = config.depth == 1 and config.pool == "cls"
    assert kept(lambda: model.blocks[0](x, row)) == 2 * 4 * largest_block(config)


def test_twelve_blocks_keep_less_than_a_sixth():
    config = ViTConfig()
    before, after = total(activations(config)), total(recomputed_activations(config))
    assert round(before / after, 1) == 6.4


class StoppedError(Exception):
    """Something else went wrong."""


def test_the_model_is_as_it_was_afterwards():
    model = ViT(SMALL)
    before = [dict(vars(block)) for block in model.blocks]
    names = list(model.state_dict())

    def stopped():
        with recomputed(model) as same:
            assert same is model
            assert type(model.blocks[0]).__name__ == "EncoderBlock"
            assert list(model.state_dict()) == names
            raise StoppedError

    with pytest.raises(StoppedError):
        stopped()
    assert [dict(vars(block)) for block in model.blocks] == before


def test_one_within_another_is_refused_and_the_first_goes_on():
    model = ViT(SMALL)
    images = pictures(model, 2, "cpu")
    with recomputed(model):
        before = kept(lambda: model(images))
        with (
            pytest.raises(ValueError, match="forward is replaced already"),
            recomputed(model),
        ):
            pass
        assert kept(lambda: model(images)) == before
    assert kept(lambda: model(images)) > 2 * before
