"""Chapter 10. Training, and the small trained model that earlier chapters look into."""

import math
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vitlib.checkpoints import load_checkpoint
from vitlib.checks import check_at_least
from vitlib.encoder import ViTConfig
from vitlib.model import ViT

WEIGHTS = Path(__file__).parent / "weights" / "digits.safetensors"
DIGITS = ViTConfig(8, 2, 1, 10, embed_dim=48, depth=4, num_heads=4, mlp_ratio=2.0)


@dataclass(frozen=True)
class Recipe:
    """How to train; unless told otherwise, as the digits' model was trained."""

    epochs: int = 200  # how often each image is seen
    batch_size: int = 64
    lr: float = 3e-3  # the highest learning rate, after a tenth of the steps
    weight_decay: float = 0.05  # of matrices: see ``parameter_groups``
    jitter: float = 1.0  # strength of ``jittered``; 0 shows images as they are
    seed: int = 0  # of the order and the jitter

    def __post_init__(self):
        for name, least in {"epochs": 1, "batch_size": 1, "jitter": 0}.items():
            check_at_least(name, getattr(self, name), least)


def train(
    model: ViT,
    images: Tensor,
    labels: Tensor,
    validation: tuple[Tensor, Tensor] | None = None,
    **changes: float,
) -> list[dict[str, float]]:
    """Lower the cross-entropy of a model's logits, in place, step by step, with AdamW.

    Args:
        model, images, labels: a ViT; (N, C, H, W) and (N,) that it learns from.
        validation: others, looked at after each epoch, never learned from.
        changes: to the ``Recipe``, such as ``epochs=20``.

    Returns:
        For each epoch the mean "loss", and the "accuracy" on ``validation``, if given.
    """
    recipe, history = Recipe(**changes), []
    generator = torch.Generator().manual_seed(recipe.seed)
    groups = parameter_groups(model, recipe.weight_decay)
    optimizer = torch.optim.AdamW(groups, recipe.lr, betas=(0.9, 0.99), fused=True)
    steps = recipe.epochs * math.ceil(len(images) / recipe.batch_size)
    rate = torch.optim.lr_scheduler.LambdaLR(optimizer, partial(warm_cosine, steps))
    for _ in range(recipe.epochs):
        model.train()
        losses = torch.zeros(len(images))
        order = torch.randperm(len(images), generator=generator)
        for batch in order.split(recipe.batch_size):
            x = jittered(images[batch], recipe.jitter, generator)
            losses[batch] = learn(model, x, labels[batch], optimizer)
            rate.step()
        model.eval()
        seen = {"accuracy": accuracy(model, *validation)} if validation else {}
        history.append({"loss": losses.mean().item(), **seen})
    return history


def learn(
    model: nn.Module, images: Tensor, labels: Tensor, optimizer: torch.optim.Optimizer
) -> Tensor:
    """One step, at most as long as for a gradient of norm 1; returns the loss before.

    Of 10 digits, 0.91 of the probability is wanted for the right one, not all of it.
    """
    loss = F.cross_entropy(model(images), labels, label_smoothing=0.1)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return loss.detach()


def parameter_groups(model: ViT, weight_decay: float) -> list[dict]:
    """Matrices decay; biases, norms, the class token and positions do not."""
    spared, groups = model.no_weight_decay(), {weight_decay: [], 0.0: []}
    for name, parameter in model.named_parameters():
        matrix = parameter.ndim > 1 and name not in spared
        groups[weight_decay if matrix else 0.0].append(parameter)
    return [{"params": group, "weight_decay": d} for d, group in groups.items()]


def warm_cosine(steps: int, step: int) -> float:
    """Share of the highest rate: a line up, for a tenth of the steps, then a cosine."""
    rising = steps / 10
    if step < rising:
        return min((step + 1) / rising, 1)
    return (1 + math.cos(math.pi * (step - rising) / (steps - rising))) / 2


def jittered(images: Tensor, strength: float, generator: torch.Generator) -> Tensor:
    """Each image shifted, turned, stretched and slanted a little, at random.

    The pixel at x shows what the image has at (I + R) x + s, in coordinates that are
    ±1 at its borders, so a shift by 0.25 is one of 8 pixels.
    """
    most = strength * torch.tensor([0.12, 0.12, 0.25])  # of a row of R, and of s
    change = torch.rand(len(images), 2, 3, generator=generator) * 2 - 1  # (B, 2, 3)
    places = F.affine_grid(torch.eye(2, 3) + most * change, images.shape, False)
    return F.grid_sample(images, places, align_corners=False)  # (B, C, H, W)


@torch.no_grad()
def accuracy(model: nn.Module, images: Tensor, labels: Tensor) -> float:
    """Share of the images whose highest logit is their label's."""
    return (model(images).argmax(dim=1) == labels).double().mean().item()


def digits_model() -> ViT:
    """The small ViT that ``python -m vitlib.weights`` trained on the digits."""
    model = ViT(DIGITS)
    load_checkpoint(model, WEIGHTS)
    return model.eval()
