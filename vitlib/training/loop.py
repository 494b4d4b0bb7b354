"""Training, step by step."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vitlib.model import ViT
from vitlib.training.recipe import Recipe, jittered, parameter_groups, warm_cosine


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
    rate = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: warm_cosine(steps, step, recipe.warm_up)
    )
    for _ in range(recipe.epochs):
        model.train()
        losses = torch.zeros(len(images))
        order = torch.randperm(len(images), generator=generator)
        for batch in order.split(recipe.batch_size):
            x = jittered(images[batch], recipe.jitter, generator)
            losses[batch] = learn(model, x, labels[batch], optimizer, recipe)
            rate.step()
        model.eval()
        seen = {"accuracy": accuracy(model, *validation)} if validation else {}
        history.append({"loss": losses.mean().item(), **seen})
    return history


def learn(
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    optimizer: torch.optim.Optimizer,
    recipe: Recipe,
) -> Tensor:
    """One step, no longer than for a gradient of ``max_norm``; returns the loss before.

    Smoothed by 0.1, 0.91 of the probability is wanted for the right one of 10 digits.
    """
    loss = F.cross_entropy(
        model(images), labels, label_smoothing=recipe.label_smoothing
    )
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), recipe.max_norm)
    optimizer.step()
    return loss.detach()


@torch.no_grad()
def accuracy(model: nn.Module, images: Tensor, labels: Tensor) -> float:
    """Share of the images whose highest logit is their label's."""
    return (model(images).argmax(dim=1) == labels).double().mean().item()
