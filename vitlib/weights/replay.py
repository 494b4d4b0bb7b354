"""What the digits' model answered after each epoch, while it was trained."""

from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

from vitlib.data import digits
from vitlib.model import ViT
from vitlib.training import WEIGHTS, Run, confusion, loss_of

FOLLOWED = (394, 6, 25, 42, 72, 20)  # of the test digits: a 0, 1, 3, 4, 5 and 9


def beside(weights: Path) -> Path:
    """Where the record of a training stands: beside the weights that it led to."""
    return weights.with_name(f"{weights.stem}-replay{weights.suffix}")


def replay() -> dict[str, Tensor]:
    """The record of the training of ``vitlib.training.digits_model()``."""
    return load_file(beside(WEIGHTS))


def recorded(
    run: Run, images: Tensor, labels: Tensor, epochs: int
) -> dict[str, Tensor]:
    """Train for so many epochs, and look at the model before the first and after each.

    Args:
        run, images, labels: a training of the digits' model, and what it learns from.
        epochs: E, all of the recipe's or only the first.

    Returns:
        "loss" (E,), and of E + 1 epochs the next step's "rate" and all that ``look``
        returns.
    """
    test = digits("test")
    seen = [look(run, *test)]
    while run.epoch < epochs:
        run.learn_from(images, labels)
        seen.append(look(run, *test))
    losses = torch.tensor([epoch["loss"] for epoch in run.history])
    tables = {name: torch.stack([each[name] for each in seen]) for name in seen[0]}
    return {"loss": losses.round(decimals=3), **tables}


def look(run: Run, images: Tensor, labels: Tensor) -> dict[str, Tensor]:
    """Where a training stands: ``read`` of its model, and its "rate" ()."""
    rate = torch.tensor(run.rate.get_last_lr()[0]).round(decimals=6)
    return {"rate": rate, **read(run.model.eval(), images, labels)}


@torch.no_grad()
def read(model: ViT, images: Tensor, labels: Tensor) -> dict[str, Tensor]:
    """How a model reads the test digits, its positions, and six digits' answers.

    Args:
        model, images, labels: the digits' model, all (450, 1, 8, 8) and their (450,).

    Returns:
        "test_loss" () without smoothing; and in bytes, a share of 1 as 255: "confusion"
        (10, 10) counts, rows are true digits; "similarity" (N(N−1)/2,), the cosines of
        each two patches' positions, rows first, −1 as 0 and 1 as 255, and "nearest"
        (N,), the other patch whose is most like it; of the digits ``FOLLOWED``
        "attention" (6, N+1), "probabilities" (6, 10) and "answers" (6,).
    """
    logits = model(images)  # (450, 10)
    followed = list(FOLLOWED)
    return {
        "test_loss": loss_of(logits, labels).round(decimals=3),
        "confusion": confusion(nn.Identity(), logits, labels).byte(),
        **positions(model),
        "attention": as_bytes(class_attention(model, images[followed])),
        "probabilities": as_bytes(logits[followed].softmax(dim=1)),
        "answers": logits[followed].argmax(dim=1).byte(),
    }


def as_bytes(shares: Tensor) -> Tensor:
    """Numbers from 0 to 1 as bytes from 0 to 255."""
    return (255 * shares).round().byte()


def positions(model: ViT) -> dict[str, Tensor]:
    """How alike the positions of each two patches are, and which is most like which."""
    rows = F.normalize(model.pos_embed[0, 1:], dim=1)  # (N, D)
    alike = rows @ rows.T  # (N, N)
    one, other = torch.triu_indices(*alike.shape, 1)
    return {
        "similarity": as_bytes((alike[one, other] + 1) / 2),
        "nearest": alike.fill_diagonal_(-1).argmax(dim=1).byte(),
    }


def class_attention(model: ViT, images: Tensor) -> Tensor:
    """Where the class token looks in the last layer, (B, N+1), a mean over heads."""
    x = model.embed(images)  # (B, N+1, D)
    *before, last = model.blocks
    for block in before:
        x = block(x)
    _, weights = last.attn.forward_with_weights(last.norm1(x))  # (B, h, N+1, N+1)
    return weights.mean(dim=1)[:, 0]
