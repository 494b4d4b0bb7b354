"""Draw the figure of chapter 8 about a softmax before the loss."""

import json
import math
from pathlib import Path
from statistics import mean

import torch
import torch.nn.functional as F
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from vitlib.show import plots, style

RECORD = Path(__file__).parents[1] / "bench" / "head.json"
CLASSES, MANY = 10, 1000  # of the digits, and of ImageNet
LOOKS = {  # the right way is the stronger line
    "the chapter's head": {"color": style.colour("ink"), "lw": 2.5},
    "softmax before the loss": {"color": style.colour("muted"), "lw": 2.5, "ls": "--"},
}
LEFT, RIGHT = 44, 466  # of the panels
FLOOR, UNIT = 232, 56  # of the losses: where 0 stands, and pixels for 1
FROM, TO = -2, 10  # of the margins
BOTTOM, HIGH = 486, 180  # of the accuracies: where 0 stands, and pixels for 100%


def losses(margins: Tensor) -> dict[str, Tensor]:
    """The loss if the right logit lies so far above nine equal ones, and as shares."""
    logits = torch.zeros(len(margins), CLASSES, dtype=margins.dtype)
    logits[:, 0] = margins
    right = torch.zeros(len(margins), dtype=torch.long)
    inputs = dict(zip(LOOKS, (logits, logits.softmax(dim=1)), strict=True))
    return {
        name: F.cross_entropy(x, right, reduction="none") for name, x in inputs.items()
    }


def grid(axes: Axes, levels: dict[float, str]) -> None:
    """Level lines, with their names at the left."""
    for y, words in levels.items():
        axes.plot([LEFT, RIGHT], [y, y], color=style.colour("rule"), lw=1, zorder=1)
        plots.text(axes, LEFT - 8, y, words, "muted", 12, "right")


def across(margin: float) -> float:
    """Where a margin stands."""
    return LEFT + (margin - FROM) / (TO - FROM) * (RIGHT - LEFT)


def by_margin(axes: Axes) -> None:
    """The upper panel: one loss falls to 0, the other cannot."""
    title = "The loss, by how far the right logit leads"
    plots.text(axes, 8, 14, title, align="left", weight="bold")
    grid(axes, {FLOOR - UNIT * value: f"{value}" for value in range(4)})
    margins = torch.linspace(FROM, TO, 241, dtype=torch.float64)
    x = [across(margin) for margin in margins.tolist()]
    for name, loss in losses(margins).items():
        y = (FLOOR - UNIT * loss).tolist()
        shown = [i for i, height in enumerate(y) if height >= FLOOR - UNIT * 3.4]
        line = ([values[i] for i in shown] for values in (x, y))
        axes.plot(*line, zorder=plots.LAYER, **LOOKS[name])
    lowest = math.log(1 + (CLASSES - 1) / math.e)
    y = FLOOR - UNIT * lowest
    axes.plot([LEFT, RIGHT], [y, y], color=style.colour("ink"), lw=1.5, ls=":")
    words = f"softmax before: not below {lowest:.5f}"
    plots.text(axes, RIGHT, y + 15, words, align="right")
    words = f"(of {MANY} classes: {math.log(1 + (MANY - 1) / math.e):.4f})"
    plots.text(axes, RIGHT, y + 34, words, "muted", 12, "right")
    plots.text(axes, RIGHT, FLOOR - 14, "logits: down to 0", align="right")
    for margin in range(FROM, TO + 1, 2):
        words = f"{margin}".replace("-", "−")
        plots.text(axes, across(margin), FLOOR + 17, words, size=12)


def in_training(axes: Axes) -> None:
    """The lower panel: accuracies epoch by epoch, and those of all seeds shaded."""
    cases = json.loads(RECORD.read_text("utf-8"))["results"]
    rate = max(case["rate"] for case in cases)
    runs = {case["head"]: case["accuracy"] for case in cases if case["rate"] == rate}
    for name, look in LOOKS.items():
        epochs = list(zip(*runs[name], strict=True))
        step = (RIGHT - LEFT) / len(epochs)
        x = [LEFT + step * i for i in range(1, len(epochs) + 1)]
        low, middle, high = (
            [BOTTOM - HIGH * pick(epoch) for epoch in epochs]
            for pick in (min, mean, max)
        )
        axes.fill_between(x, low, high, color=look["color"], alpha=0.15, lw=0)
        axes.plot(x, middle, zorder=plots.LAYER, **look)
    for epoch in range(0, len(epochs) + 1, 10):
        plots.text(axes, LEFT + step * epoch, BOTTOM + 17, epoch, size=12)
    plots.text(axes, LEFT + 11 * step, BOTTOM - 0.84 * HIGH, "logits", align="right")
    plots.text(axes, RIGHT, BOTTOM - 0.55 * HIGH, "softmax before", align="right")
    words = f"line: the mean of {len(epochs[0])} trainings; shaded: from worst to best"
    plots.text(axes, 8, BOTTOM + 72, words, "muted", 12, "left")


def softmax() -> Figure:
    """Logits or shares into the loss: what it can reach, and what comes of training."""
    figure, axes = plots.canvas(570)
    by_margin(axes)
    title = "Test digits read rightly"
    plots.text(axes, 8, BOTTOM - HIGH - 22, title, align="left", weight="bold")
    grid(axes, {BOTTOM - HIGH * value / 4: f"{value / 4:.0%}" for value in range(5)})
    in_training(axes)
    plots.text(axes, (LEFT + RIGHT) / 2, BOTTOM + 38, "epoch")
    return figure


def draw() -> dict[str, Figure]:
    """By file name, if there is a record to draw."""
    return {"head-softmax": softmax()} if RECORD.exists() else {}
