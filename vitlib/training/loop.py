"""Training, step by step."""

import math
from collections.abc import Callable
from dataclasses import asdict

import torch
from torch import Tensor, nn

from vitlib.model import ViT
from vitlib.training.measures import judged, loss_of
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
        model, images, labels: a ViT; (N, C, H, W) and (N,) that it learns from. Labels
            with a point make it a regression, whose squared error is lowered.
        validation: others, looked at after each epoch, never learned from.
        changes: to the ``Recipe``, such as ``epochs=20``.

    Returns:
        For each epoch the mean "loss", and on ``validation``, if given, the "accuracy",
        or the "error" of a regression.

    Raises:
        FloatingPointError: the loss is no number any more; the last step is not made.
    """
    run = Run(model, Recipe(**changes), len(images))
    while run.epoch < run.recipe.epochs:
        run.learn_from(images, labels, validation)
    return run.history


class Run:
    """A training under way: a model, and all else that its next epoch depends on."""

    def __init__(
        self, model: ViT, recipe: Recipe, size: int, through: nn.Module | None = None
    ):
        """For so many images; they go ``through`` a module around the model, if any."""
        self.model, self.recipe, self.through = model, recipe, through or model
        self.steps = math.ceil(size / recipe.batch_size)  # an epoch
        self.generator = torch.Generator().manual_seed(recipe.seed)
        groups = parameter_groups(model, recipe.weight_decay)
        self.optimizer = torch.optim.AdamW(
            groups, recipe.lr, betas=(0.9, 0.99), fused=True
        )
        self.rate = torch.optim.lr_scheduler.LambdaLR(self.optimizer, self.share)
        self.history = []

    def share(self, step: int) -> float:
        """Share of the highest rate at a step, counted from the first epoch's first."""
        return warm_cosine(self.recipe.epochs * self.steps, step, self.recipe.warm_up)

    @property
    def epoch(self) -> int:
        """How often each image has been seen."""
        return len(self.history)

    def learn_from(
        self,
        images: Tensor,
        labels: Tensor,
        validation: tuple[Tensor, Tensor] | None = None,
        after_step: Callable[[float], object] = lambda loss: None,
    ) -> None:
        """One epoch: each image once, in a new order; adds to the history."""
        self.model.train()
        losses = torch.zeros(len(images))
        order = torch.randperm(len(images), generator=self.generator)
        for batch in order.split(self.recipe.batch_size):
            losses[batch] = self.step(images[batch], labels[batch])
            after_step(losses[batch[0]].item())
        self.model.eval()
        seen = judged(self.through, *validation) if validation else {}
        self.history.append({"loss": losses.mean().item(), **seen})

    def step(self, images: Tensor, labels: Tensor) -> float:
        """One batch, its pictures moved a little, and on to the next rate."""
        x = jittered(images, self.recipe.jitter, self.generator)
        try:
            loss = learn(self.through, x, labels, self.optimizer, self.recipe)
        except FloatingPointError as error:
            step = self.rate.last_epoch % self.steps + 1
            where = f"epoch {self.epoch + 1}, step {step} of {self.steps}"
            rate = self.rate.get_last_lr()[0]
            raise FloatingPointError(
                f"{where}, learning rate {rate:.3g}: {error}"
            ) from error
        self.rate.step()
        return loss.item()

    def state_dict(self) -> dict:
        """All that an equal ``Run`` needs to go on from here as this one would."""
        return {
            "recipe": asdict(self.recipe),
            "steps": self.steps,
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "rate": self.rate.state_dict(),
            "order": self.generator.get_state(),
            "dropout": torch.get_rng_state(),  # of a CPU
            "history": self.history,
        }

    def load_state_dict(self, state: dict) -> None:
        """Go on from where another ``Run`` of the same recipe was.

        Raises: ValueError: it followed another recipe, or saw more images or fewer.
        """
        theirs = {**state["recipe"], "steps": state["steps"]}
        ours = {**asdict(self.recipe), "steps": self.steps}
        if theirs != ours:
            wrong = [name for name in ours if ours[name] != theirs.get(name)]
            said = [f"{name} {theirs.get(name)}, not {ours[name]}" for name in wrong]
            raise ValueError(f"that training was made with {'; '.join(said)}")
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.rate.load_state_dict(state["rate"])
        self.generator.set_state(state["order"])
        torch.set_rng_state(state["dropout"])
        self.history = list(state["history"])


def learn(
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    optimizer: torch.optim.Optimizer,
    recipe: Recipe,
) -> Tensor:
    """One step, no longer than for a gradient of ``max_norm``; returns the loss before.

    Raises: FloatingPointError: loss or gradient is no number; the step is not made.
    """
    loss = loss_of(model(images), labels, recipe.label_smoothing)
    optimizer.zero_grad()
    loss.backward()
    norm = nn.utils.clip_grad_norm_(model.parameters(), recipe.max_norm)
    if not (loss + norm).isfinite():
        raise FloatingPointError(
            f"the loss is {loss.item():.3g}, its gradient's length {norm.item():.3g};"
            " a lower learning rate or a longer warm-up would help, and images"
            " without NaN or inf"
        )
    optimizer.step()
    return loss.detach()
