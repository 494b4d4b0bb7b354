"""Chapter 12's mistakes: parts of batches, fewer bits, several processes."""

import torch
from torch import Tensor, nn

from vitlib.encoder import layer_norm
from vitlib.mistakes.collection import Chapter, Way, drawn

CHAPTER = Chapter(12)
X = drawn(7, 4)
SIX = X[:6]
LARGE = torch.full((1, 64), 64.0).half()


def add_gradient(layer: nn.Module, x: Tensor, weight: float = 1.0) -> None:
    """Add the gradient of a mean, weighted, to what is there."""
    (layer(x).square().mean() * weight).backward()


def weighted_by_size(layer: nn.Module, x: Tensor) -> Tensor:
    """The gradient of a batch, in parts of 3, 3 and 1."""
    for part in x.split(3):
        add_gradient(layer, part, len(part) / len(x))  # ✓
    return layer.weight.grad


def at_once(layer: nn.Module, x: Tensor) -> Tensor:
    """The gradient of the whole batch."""
    layer.zero_grad()
    add_gradient(layer, x)
    return layer.weight.grad


def is_the_whole_batchs(way: Way) -> bool:
    """All at once gives the same."""
    layer = nn.Linear(4, 2)
    return torch.allclose(way(layer, X), at_once(layer, X), atol=1e-5)


@CHAPTER.mistake(
    right=weighted_by_size,
    test=is_the_whole_batchs,
    seen="more parts, a larger gradient; without clipping a larger step",
    missed="same shapes; AdamW divides the factor out again",
)
def parts_not_divided(layer: nn.Module, x: Tensor) -> Tensor:
    """Wrong: a sum of means."""
    for part in x.split(3):
        add_gradient(layer, part)  # ✗
    return layer.weight.grad


@CHAPTER.mistake(
    right=weighted_by_size,
    test=is_the_whole_batchs,
    seen="other numbers than with the whole batch",
    missed="with parts of equal size it is right",
)
def mean_of_unequal_parts(layer: nn.Module, x: Tensor) -> Tensor:
    """Wrong: a smaller last part weighs as much."""
    parts = x.split(3)
    for part in parts:
        add_gradient(layer, part, 1 / len(parts))  # ✗
    return layer.weight.grad


def each_alone(x: Tensor) -> Tensor:
    """A norm that looks at one row at a time."""
    return layer_norm(4)(x)


def minds_no_parts(way: Way) -> bool:
    """Part by part, the same as at once."""
    return torch.allclose(torch.cat([way(part) for part in X.split(4)]), way(X))


@CHAPTER.mistake(
    right=each_alone,
    test=minds_no_parts,
    seen="accumulation in parts is not the whole batch",
    missed="same shapes, and it trains",
)
def norm_over_the_batch(x: Tensor) -> Tensor:
    """Wrong for parts: each part has a mean of its own."""
    return nn.BatchNorm1d(4)(x)


def half_of_the_batch(x: Tensor, rank: int) -> Tensor:
    """What process 0 or 1 of two learns from."""
    return x[rank::2]


def share_everything(way: Way) -> bool:
    """Two processes together have every picture."""
    return len(torch.cat([way(SIX, 0), way(SIX, 1)]).unique(dim=0)) == 6


@CHAPTER.mistake(
    right=half_of_the_batch,
    test=share_everything,
    seen="two processes learn no more than one",
    missed="gradients are averaged, shapes are right, the loss falls",
)
def same_half_for_both(x: Tensor, rank: int) -> Tensor:
    """Wrong: the rank is not used."""
    return x[0::2]


def scaled_first(q: Tensor, k: Tensor) -> Tensor:
    """Scores in float16, divided before they are added up."""
    return (q * q.shape[-1] ** -0.5) @ k.mT


def stays_finite(way: Way) -> bool:
    """No number above 65,504."""
    return way(LARGE, LARGE).isfinite().all()


@CHAPTER.mistake(
    right=scaled_first,
    test=stays_finite,
    seen="NaN after some hundred steps, in float16 only",
    missed="in float32 the two are equal",
)
def scaled_too_late(q: Tensor, k: Tensor) -> Tensor:
    """Wrong in float16: q·k may exceed what it can hold."""
    return (q @ k.mT) * q.shape[-1] ** -0.5


def in_float32(weight: Tensor, step: float) -> Tensor:
    """A weight after a thousand small steps."""
    for _ in range(1000):
        weight = weight + step  # ✓
    return weight


def arrives(way: Way) -> bool:
    """A thousand thousandths are one."""
    return abs(way(torch.tensor(1.0), 0.001) - 2) < 0.01


@CHAPTER.mistake(
    right=in_float32,
    test=arrives,
    seen="training stops early: large weights no longer move",
    missed="the loss falls at first",
)
def weights_in_bfloat16(weight: Tensor, step: float) -> Tensor:
    """Wrong: 1 + 0.001 is 1 in eight bits."""
    for _ in range(1000):
        weight = weight.bfloat16() + step  # ✗
    return weight
