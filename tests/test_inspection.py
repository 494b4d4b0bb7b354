"""Looking inside: rows, maps, and that a model is left as it was."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.peers import randomise
from vitlib.attention import Attention
from vitlib.data import digits
from vitlib.inspection import (
    at_rest,
    attention_maps,
    class_attention,
    class_rows,
    stream,
    stream_norms,
)
from vitlib.model import ViT
from vitlib.training import DIGITS, digits_model


def small(**changes) -> ViT:
    """A ViT whose every weight was drawn at random."""
    sizes = {"embed_dim": 16, "depth": 3, "num_heads": 2, **changes}
    return randomise(ViT(DIGITS, **sizes))


def drawn(count: int = 3) -> torch.Tensor:
    """Images at random."""
    generator = torch.Generator().manual_seed(1)
    return torch.rand(count, 1, 8, 8, generator=generator)


def by_definition(model: ViT, images: torch.Tensor) -> torch.Tensor:
    """Softmax of scores, token by token, from what reaches each ``qkv``."""
    caught, maps = [], []
    for block in model.blocks:
        block.attn.qkv.register_forward_hook(lambda *seen: caught.append(seen[2]))
    model.forward_features(images)
    for qkv in caught:
        q, k, _ = qkv.chunk(3, dim=-1)  # (B, N+1, D) each
        width = q.shape[-1] // DIGITS.num_heads
        parts = zip(q.split(width, -1), k.split(width, -1), strict=True)
        heads = [(a @ b.mT / width**0.5).softmax(-1) for a, b in parts]
        maps.append(torch.stack(heads, dim=1))
    return torch.stack(maps, dim=1)


def test_maps_are_softmax_of_scores_in_every_block_and_head():
    images = digits("test")[0][:3]
    found = attention_maps(digits_model(), images)
    assert found.shape == (3, 4, 4, 17, 17)
    torch.testing.assert_close(found, by_definition(digits_model(), images))
    torch.testing.assert_close(found.sum(-1), torch.ones(3, 4, 4, 17))


@given(
    batch=st.integers(0, 3),
    depth=st.integers(1, 3),
    heads=st.sampled_from([1, 2, 4]),
    grid=st.tuples(st.integers(1, 3), st.integers(1, 3)),
)
def test_shapes_on_any_grid(batch, depth, heads, grid):
    size = (2 * grid[0], 2 * grid[1])
    model = small(image_size=size, depth=depth, num_heads=heads)
    images, tokens = torch.rand(batch, 1, *size), grid[0] * grid[1] + 1
    maps, rows = attention_maps(model, images), stream(model, images)
    assert maps.shape == (batch, depth, heads, tokens, tokens)
    assert rows.shape == (depth + 1, batch, tokens, 16)
    assert class_attention(maps).shape == (batch, depth, heads, tokens - 1)
    assert class_rows(model, images).shape == (depth + 1, batch, 16)
    assert stream_norms(model, images).shape == (depth + 1, batch, tokens)


@pytest.mark.parametrize("pool", ["cls", "mean"])
def test_the_streams_end_is_what_the_head_reads(pool):
    model, images = small(pool=pool), drawn()
    rows = model.norm(stream(model, images)[-1])
    read = rows[:, 0] if pool == "cls" else rows[:, 1:].mean(dim=1)
    torch.testing.assert_close(model.head(read), model(images).detach())


def test_rows_and_norms_are_the_streams():
    model, images = small(), drawn()
    rows = stream(model, images)
    assert torch.equal(rows[0], model.embed(images))
    assert torch.equal(class_rows(model, images), rows[:, :, 0])
    lengths = rows.square().sum(dim=-1).sqrt()
    torch.testing.assert_close(stream_norms(model, images), lengths)


def test_the_class_tokens_look_at_the_patches_is_its_row_without_itself():
    maps = torch.arange(18.0).reshape(2, 3, 3)
    assert class_attention(maps).tolist() == [[1, 2], [10, 11]]


def test_looking_changes_no_logit_no_mode_and_no_hook():
    model, images = small(drop_rate=0.5, attn_drop_rate=0.5), drawn()
    before = model(images)
    model.train()
    model.blocks[1].eval()  # frozen by its owner
    modes = [module.training for module in model.modules()]
    maps = attention_maps(model, images)
    assert torch.equal(maps, attention_maps(model, images))  # nothing was dropped
    assert [module.training for module in model.modules()] == modes
    assert not any(module._forward_hooks for module in model.modules())
    assert torch.equal(model.eval()(images), before)
    assert torch.equal(attention_maps(model, images), maps)
    assert not maps.requires_grad


def test_a_model_that_fails_trains_on(monkeypatch):
    model = small().train()

    def fail(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(Attention, "forward_with_weights", fail)
    with pytest.raises(RuntimeError, match="broken"):
        attention_maps(model, drawn())
    assert all(module.training for module in model.modules())
    assert torch.is_grad_enabled()


def test_at_rest_nothing_trains_and_nothing_is_recorded():
    model = small().train()
    with at_rest(model):
        assert not any(module.training for module in model.modules())
        assert not model(drawn()).requires_grad
    assert model(drawn()).requires_grad


@pytest.mark.parametrize("look", [attention_maps, stream, class_rows, stream_norms])
def test_other_models_are_refused(look):
    with pytest.raises(TypeError, match=r"into a vitlib\.ViT, not into Linear; for"):
        look(torch.nn.Linear(2, 2), drawn())


def test_other_images_are_refused():
    with pytest.raises(ValueError, match=r"shape \(B, 1, 8, 8\), got \(3, 1, 8, 9\)"):
        attention_maps(small(), torch.rand(3, 1, 8, 9))
