"""Chapter 7's mistakes in a block's parts: the MLP's curve, and what norms add."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vitlib.encoder import Mlp, layer_norm
from vitlib.mistakes.collection import Way, steady
from vitlib.mistakes.encoder import CHAPTER, CONFIG, X


@steady()
def added_by_the_mlp(x: Tensor) -> Tensor:
    """What the MLP adds."""
    return Mlp(8, 32)(x)


def can_take_away(way: Way) -> bool:
    """Below GELU's lowest value."""
    return way(9 * X).min() < -0.17


@CHAPTER.mistake(
    right=added_by_the_mlp,
    test=can_take_away,
    seen="a branch takes away no more than 0.17",
    missed="same shapes; in small trainings as good",
)
@steady()
def gelu_behind_the_mlp(x: Tensor) -> Tensor:
    """Wrong: a curve belongs between the layers."""
    return F.gelu(Mlp(8, 32)(x))


def has_the_papers_eps(way: Way) -> bool:
    """What is added under the root."""
    return way(8).eps == 1e-6


@CHAPTER.mistake(
    right=layer_norm,
    test=has_the_papers_eps,
    seen="logits off by a thousandth with weights from elsewhere",
    missed="too little for eyes or training; enough to fail a comparison",
)
def eps_of_torch(dim: int) -> nn.Module:
    """Wrong for a ViT's weights: 1e-5."""
    return nn.LayerNorm(dim)


def gelu_by_the_error_function(x: Tensor) -> Tensor:
    """GELU as defined."""
    return CONFIG.act_layer()(x)


def is_the_exact_one(way: Way) -> bool:
    """Its definition."""
    return torch.allclose(way(X), X * (1 + (X / 2**0.5).erf()) / 2, atol=1e-6)


@CHAPTER.mistake(
    right=gelu_by_the_error_function,
    test=is_the_exact_one,
    seen="logits off by half a thousandth with weights from elsewhere",
    missed="the two curves differ by 0.0005 at most",
)
def gelu_by_tanh(x: Tensor) -> Tensor:
    """Wrong for a ViT's weights: the approximation."""
    return F.gelu(x, approximate="tanh")
