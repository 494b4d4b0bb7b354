"""Draw the figures of chapter 10 about the learning rate and the shipped model."""

import math

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from vitlib.data import digits
from vitlib.show import plots, style
from vitlib.training import Recipe, digits_model, warm_cosine

LEFT, RIGHT, TOP, FLOOR = 64, 464, 44, 214  # of the schedule's axes
CELL, CORNER = 28, (44, 62)  # of the confusion matrix
PIXEL, BESIDE = 6, 350  # of the misread digits, and where they stand


def schedule() -> Figure:
    """The learning rate of the shipped model's training, epoch by epoch."""
    recipe = Recipe()
    per_epoch = math.ceil(len(digits("train")[0]) / recipe.batch_size)
    steps = recipe.epochs * per_epoch
    figure, axes = plots.canvas(276)
    high, wide = FLOOR - TOP, RIGHT - LEFT
    for share in (0, 0.5, 1):
        y = FLOOR - high * share
        axes.plot([LEFT, RIGHT], [y, y], color=style.colour("rule"), lw=1, zorder=1)
        words = f"{recipe.lr * share:g}"
        plots.text(axes, LEFT - 8, y, words, "muted", 12, "right")
    shares = [warm_cosine(steps, step, recipe.warm_up) for step in range(steps)]
    x = [LEFT + wide * step / steps for step in range(steps)]
    y = [FLOOR - high * share for share in shares]
    axes.plot(x, y, color=style.colour("patch"), lw=3, zorder=plots.LAYER)
    for epoch in range(0, recipe.epochs + 1, 20):
        x = LEFT + wide * epoch / recipe.epochs
        plots.text(axes, x, FLOOR + 18, epoch, size=12)
    plots.text(axes, (LEFT + RIGHT) / 2, FLOOR + 42, f"epoch, of {per_epoch} steps")
    plots.text(axes, 8, 16, "learning rate", weight="bold", align="left")
    words = f"warm-up: {recipe.warm_up:.0%} of the steps"
    plots.text(axes, LEFT + wide * 0.09, FLOOR - 34, words, align="left")
    plots.text(axes, LEFT + wide * 0.62, TOP + 40, "cosine, down to 0", align="left")
    return figure


@torch.no_grad()
def answers() -> tuple[Tensor, Tensor, Tensor]:
    """The test digits, their labels, and the shipped model's logits in float64."""
    images, labels = digits("test")
    return images, labels, digits_model().double()(images.double())  # (450, 10)


def matrix(axes: Axes, counts: list[list[int]]) -> None:
    """How often each digit, a row, was read as which, a column."""
    left, top = CORNER
    for truth, row in enumerate(counts):
        middle = top + CELL * (truth + 0.5)
        plots.text(axes, left - 12, middle, truth, size=12.5)
        plots.text(axes, left + CELL * (truth + 0.5), top - 12, truth, size=12.5)
        for answer, count in enumerate(row):
            x, y = left + CELL * answer, top + CELL * truth
            fill = "patch-soft" if truth == answer else None
            plots.box(axes, x, y, CELL, CELL, "rule", fill, 1)
            if count and truth != answer:
                plots.box(axes, x + 2, y + 2, CELL - 4, CELL - 4, "ink", line=2)
            if count:
                weight = "normal" if truth == answer else "bold"
                x, y = x + CELL / 2, y + CELL / 2
                plots.text(axes, x, y, count, size=12, weight=weight)
    plots.text(axes, left + 5 * CELL, top - 34, "read as")
    plots.text(axes, left - 32, top + 5 * CELL, "is", rotation=90)


def misread(axes: Axes, image: Tensor, words: tuple[str, str], y: float) -> None:
    """A digit that was read wrongly, with what it is and what it was read as."""
    plots.picture(axes, 1 - image, BESIDE, y, PIXEL)
    plots.box(axes, BESIDE, y, 8 * PIXEL, 8 * PIXEL, "rule", line=1)
    plots.text(axes, BESIDE + 56, y + 14, words[0], align="left", weight="bold")
    plots.text(axes, BESIDE + 56, y + 34, words[1], align="left", size=12)


def confusion() -> Figure:
    """All answers of the shipped model to 450 digits, and those that are wrong."""
    images, labels, logits = answers()
    read = logits.argmax(dim=1)
    counts = torch.bincount(10 * labels + read, minlength=100).reshape(10, 10)
    figure, axes = plots.canvas(378)
    matrix(axes, counts.tolist())
    wrong = (read != labels).nonzero().flatten().tolist()
    plots.text(axes, BESIDE, CORNER[1] - 34, "misread", align="left", weight="bold")
    for i, index in enumerate(wrong):
        share = logits[index].softmax(dim=0).max().item()
        words = (f"a {labels[index]}", f"as {read[index]}, {share:.0%}")
        misread(axes, images[index], words, CORNER[1] - 16 + 60 * i)
    words = f"{len(labels)} test digits, {len(wrong)} misread; per cent: how sure"
    plots.text(axes, 8, 362, words, "muted", 12, "left")
    return figure


def draw() -> dict[str, Figure]:
    """These figures by file name."""
    return {"training-rate": schedule(), "training-confusion": confusion()}
