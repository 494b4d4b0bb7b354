"""Formulas of what a ViT costs give what is counted."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from tests.test_model import PARAMETERS, configs
from vitlib import CONFIGS, ViT, ViTConfig
from vitlib.cost import (
    activations,
    attention_maps,
    multiply_adds,
    parameters,
    training_memory,
)
from vitlib.scaling import kept

BILLIONS = {  # multiply-adds of the book's table
    "Ti/16": 1.254,
    "S/16": 4.599,
    "B/32": 4.409,
    "B/16": 17.564,
    "L/32": 15.378,
    "L/16": 61.555,
    "H/14": 167.295,
}


def total(parts: dict[str, int]) -> int:
    """Of all parts."""
    return sum(parts.values())


def on_paper(config: ViTConfig, **changes) -> ViT:
    """A model without numbers."""
    with torch.device("meta"):
        return ViT(config, **changes)


def pictures(model: ViT, batch: int, device: str = "meta") -> torch.Tensor:
    """Images, with numbers or without."""
    size = (model.config.in_chans, *model.patch_embed.image_size)
    return torch.zeros(batch, *size, device=device)


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameters_are_those_of_the_books_table(name):
    changes = ({}, {"qkv_bias": False}, {"num_classes": 0})
    for change, wanted in zip(changes, PARAMETERS[name], strict=True):
        assert total(parameters(replace(CONFIGS[name], **change))) == wanted


@given(config=configs())
def test_parameters_of_each_part_are_counted_ones(config):
    model, found = on_paper(config), parameters(config)
    for part, count in found.items():
        counted = sum(
            weight.numel()
            for name, weight in model.named_parameters()
            if name.startswith(part) or (f".{part}." in name and "blocks" in name)
        )
        assert count == counted, part
    assert total(found) == sum(weight.numel() for weight in model.parameters())


@pytest.mark.parametrize("name", BILLIONS)
def test_multiply_adds_are_those_of_the_books_table(name):
    assert round(total(multiply_adds(CONFIGS[name])) / 1e9, 3) == BILLIONS[name]


def test_b16_at_384_pixels_is_as_the_book_says():
    config = replace(CONFIGS["B/16"], image_size=384)
    assert total(parameters(config)) == 86_859_496
    assert round(total(multiply_adds(config)) / 1e9, 2) == 55.48


def counted(run, images: torch.Tensor) -> float:
    """Multiply-adds that PyTorch counts for one image; of products alone on a CPU."""
    with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
        run(images)
    return counter.get_total_flops() / 2 / len(images)


@given(config=configs())
def test_multiply_adds_are_counted_ones(config):
    model = ViT(config)  # with numbers: without, it takes three times as long
    images = pictures(model, 2, "cpu")

    def of_all_rows(images):
        return model.head(model.forward_features(images)[:, 0])

    assert total(multiply_adds(config)) == counted(of_all_rows, images)
    assert total(multiply_adds(config, class_row=True)) == counted(model, images)


def test_reading_one_row_of_the_last_block_saves_what_the_book_says():
    for name, low, high in (("B/16", 0.07, 0.09), ("Ti/16", 0.07, 0.09)):
        config = CONFIGS[name]
        all_rows, one = (total(multiply_adds(config, row)) for row in (False, True))
        assert low < 1 - one / all_rows < high
    shallow = ViTConfig((60, 100), 20, 1, 10, 768, depth=2)
    all_rows, one = (total(multiply_adds(shallow, row)) for row in (False, True))
    assert 0.4 < 1 - one / all_rows < 0.5


def test_attentions_own_products_are_a_small_share_until_many_tokens():
    for tokens, share in ((197, 0.041), (4608, 0.5)):
        config = replace(CONFIGS["B/16"], image_size=(1, tokens - 1), patch_size=1)
        parts = multiply_adds(config)
        own = parts["scores"] + parts["means"]
        blocks = total(parts) - parts["patch_embed"] - parts["head"]
        assert own / blocks == pytest.approx(share, abs=5e-4)


KEPT = {
    "fused, short": {},
    "fused, long": {"image_size": (28, 32)},
    "explicit": {"image_size": (16, 20)},
    "mean": {"pool": "mean"},
    "explicit, mean": {"pool": "mean", "image_size": (16, 20)},
    "without a head": {"num_classes": 0},
    "narrow MLP, no bias": {"mlp_ratio": 0.5, "qkv_bias": False},
    "one block": {"depth": 1},
}


def test_the_memory_of_training_is_that_of_its_tensors():
    config = ViTConfig((8, 12), 4, 3, num_classes=5, embed_dim=24, depth=3, num_heads=3)
    model = ViT(config)
    optimizer = torch.optim.AdamW(model.parameters())
    images = pictures(model, 13, "cpu")
    activations_kept = kept(lambda: model(images).sum().backward())
    optimizer.step()
    weights = list(model.parameters())
    states = [state for weight in weights for state in optimizer.state[weight].values()]
    assert training_memory(config, batch=13) == {
        "weights": sum(weight.nbytes for weight in weights),
        "gradients": sum(weight.grad.nbytes for weight in weights),
        "optimizer": sum(state.nbytes for state in states if state.ndim),
        "activations": activations_kept,
    }


@pytest.mark.parametrize("name", KEPT)
def test_activations_are_those_that_autograd_keeps(name):
    config = ViTConfig((8, 12), 4, 3, num_classes=5, embed_dim=24, depth=3, num_heads=3)
    config = replace(config, **KEPT[name])
    model = ViT(config)
    images = pictures(model, 2, "cpu")
    assert 2 * 4 * total(activations(config)) == kept(lambda: model(images))


def test_attention_maps_are_as_large_as_those_returned():
    config = ViTConfig((8, 12), 4, 3, num_classes=5, embed_dim=24, depth=3, num_heads=3)
    attention = ViT(config).blocks[0].attn
    _, weights = attention.forward_with_weights(torch.zeros(1, 7, 24))
    assert attention_maps(config) == 3 * weights.numel()
    assert attention_maps(CONFIGS["B/16"]) == 12 * 12 * 197**2
