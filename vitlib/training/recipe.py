"""How to train: epochs, rates, which weights decay, and pictures moved a little."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from vitlib.checks import as_integer, check_at_least
from vitlib.model import ViT


@dataclass(frozen=True)
class Recipe:
    """How to train; unless told otherwise, as the digits' model was trained.

    Raises: ValueError, TypeError: no training could follow it; says which part.
    """

    epochs: int = 200  # how often each image is seen
    batch_size: int = 64
    lr: float = 3e-3  # the highest learning rate, after the warm-up
    warm_up: float = 0.1  # share of the steps in which the rate rises
    weight_decay: float = 0.05  # of matrices: see ``parameter_groups``
    label_smoothing: float = 0.1  # share of the target spread over all classes
    max_norm: float = 1.0  # of the gradient; what is longer is cut to that length
    jitter: float = 1.0  # strength of ``jittered``; 0 shows images as they are
    seed: int = 0  # of the order and the jitter

    def __post_init__(self):
        for name, least in {"epochs": 1, "batch_size": 1, "seed": 0}.items():
            check_at_least(name, as_integer(getattr(self, name), name), least)
        for name in ("weight_decay", "jitter"):
            check_at_least(name, getattr(self, name), 0)
        for name in ("lr", "max_norm"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be above 0, got {getattr(self, name)!r}")
        for name in ("warm_up", "label_smoothing"):
            if not 0 <= getattr(self, name) <= 1:
                share = getattr(self, name)
                raise ValueError(f"{name} is a share, from 0 to 1, got {share!r}")
        for name in ("lr", "weight_decay", "jitter"):
            if math.isinf(getattr(self, name)):
                raise ValueError(f"{name} must be finite, got inf")


def parameter_groups(model: ViT, weight_decay: float) -> list[dict]:
    """Matrices decay; biases, norms, the class token and positions do not."""
    spared, groups = model.no_weight_decay(), {weight_decay: [], 0.0: []}
    for name, parameter in model.named_parameters():
        matrix = parameter.ndim > 1 and name not in spared
        groups[weight_decay if matrix else 0.0].append(parameter)
    return [{"params": group, "weight_decay": d} for d, group in groups.items()]


def warm_cosine(steps: int, step: int, warm_up: float = 0.1) -> float:
    """Share of the highest rate: a line up, for a tenth of the steps, then a cosine."""
    rising = steps * warm_up
    if step < rising or rising == steps:
        return min((step + 1) / rising, 1)
    return (1 + math.cos(math.pi * (step - rising) / (steps - rising))) / 2


def jittered(images: Tensor, strength: float, generator: torch.Generator) -> Tensor:
    """Each image shifted, turned, stretched and slanted a little, at random.

    The pixel at x shows what the image has at (I + R) x + s, in coordinates that are
    ±1 at its borders, so a shift by 0.25 is one of 8 pixels.
    """
    most = strength * torch.tensor([0.12, 0.12, 0.25])  # of a row of R, and of s
    change = torch.rand(len(images), 2, 3, generator=generator) * 2 - 1  # (B, 2, 3)
    change = (torch.eye(2, 3) + most * change).to(images.device)
    places = F.affine_grid(change, images.shape, False)  # (B, H, W, 2)
    return F.grid_sample(images, places, align_corners=False)  # (B, C, H, W)
