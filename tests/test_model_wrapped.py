"""Layers that were hooked, wrapped or replaced are called in the last block too."""

import pytest
import torch

from tests.peers import randomise
from tests.test_model_used import TINY, pictures, same
from vitlib import ViT


def hook(layer: torch.nn.Module, seen: list) -> None:
    """Let a layer note the shapes of what it makes."""
    layer.register_forward_hook(lambda module, x, y: seen.append(tuple(y.shape)))


def test_hooks_in_the_last_block_are_called():
    model, seen = randomise(ViT(TINY)), []
    images = pictures(model)
    wanted = model(images)
    for layer in (model.patch_embed.proj, model.blocks[1].attn.qkv):
        hook(layer, seen)
    hook(model.blocks[1].attn, seen)
    assert same(model(images), wanted)
    assert seen == [(2, 12, 2, 3), (2, 7, 36), (2, 1, 12)]
    model.forward_features(images)
    assert seen[-1] == (2, 7, 12)


class LowRank(torch.nn.Module):
    """A frozen layer, and the product of two thin matrices that learns (LoRA)."""

    def __init__(self, layer: torch.nn.Linear):
        super().__init__()
        self.layer = layer.requires_grad_(False)
        self.down = torch.nn.Linear(layer.in_features, 2, bias=False)
        self.up = torch.nn.Linear(2, layer.out_features, bias=False)

    @property
    def weight(self) -> torch.Tensor:
        """The frozen one, as other libraries' wrappers give it."""
        return self.layer.weight

    @property
    def bias(self) -> torch.Tensor:
        """The frozen one."""
        return self.layer.bias

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Both."""
        return self.layer(x) + self.up(self.down(x))


def test_low_rank_matrices_learn_in_the_last_block_too():
    model = randomise(ViT(TINY))
    for block in model.blocks:
        block.attn.qkv = LowRank(block.attn.qkv)
    images = pictures(model)
    model(images).square().sum().backward()
    for block in model.blocks:
        assert block.attn.qkv.up.weight.grad.abs().max() > 1e-4
    assert same(model(images), model.head(model.forward_features(images)[:, 0]))


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_layers_of_eight_bits_give_nearly_the_same():
    model = randomise(ViT(TINY))
    images = pictures(model)
    small = torch.ao.quantization.quantize_dynamic(model, {torch.nn.Linear})
    assert (small(images) - model(images)).abs().max() < 0.2
