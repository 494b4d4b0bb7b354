"""The still picture of the training's widget."""

import math

import numpy as np
from matplotlib.axes import Axes
from torch import Tensor

from vitlib.show import maps, plots, style

HEIGHT = 452
LEFT, WIDE = 48, 164  # of the curves
CONFUSION = (252, 70, 22)  # where it begins, and a cell
MOST = 20  # of the digits in a cell; there the greys end
ANSWERS, STEP, SIDE = 346, 78, 48  # of the row of digits


def draw_words(axes: Axes, words: str) -> None:
    """What is shown, above, and below where there is more."""
    plots.text(axes, 10, 14, words, align="left", weight="bold")
    hint = "On the book's page and in a running notebook: to play."
    plots.text(axes, 10, HEIGHT - 12, hint, "muted", 12, "left")


def draw_curves(axes: Axes, record: dict, shares: list[float], epoch: int) -> None:
    """The losses, and below them the share read rightly; a line at the epoch."""
    losses = {"training": ("stream", 4, [math.nan, *record["loss"]])}
    losses["test"] = ("ink", 1.75, record["test_loss"])
    draw_plot(axes, "loss", losses, epoch, (54, 114, 2.5), ("0", "1", "2"))
    right = {"test": ("ink", 1.75, shares)}
    draw_plot(axes, "right", right, epoch, (216, 76, 1), ("0%", "50%", "100%"))
    last = len(record["test_loss"]) - 1
    for mark in (0, last // 2, last):
        plots.text(axes, LEFT + WIDE * mark / last, 308, mark, "muted", 12)
    plots.text(axes, LEFT + WIDE / 4, 308, "epoch", "muted", 12)


def draw_plot(
    axes: Axes,
    name: str,
    curves: dict[str, tuple],
    epoch: int,
    place: tuple[float, float, float],
    marks: tuple[str, ...],
) -> None:
    """Curves, by name: role, thickness, numbers. ``place``: top, height, its most."""
    top, high, most = place
    plots.text(axes, 10, top - 16, name, align="left", weight="bold")
    for mark in marks:
        value = float(mark.rstrip("%")) / (100 if "%" in mark else 1)
        y = top + high * (1 - value / most)
        axes.plot([LEFT, LEFT + WIDE], [y, y], color=style.colour("rule"), lw=1)
        plots.text(axes, LEFT - 6, y, mark, "muted", 12, "right")
    for i, (curve, (role, line, numbers)) in enumerate(curves.items()):
        look = {"color": style.colour(role), "lw": line}
        x = np.linspace(LEFT, LEFT + WIDE, len(numbers))
        axes.plot(x, top + high * (1 - np.asarray(numbers) / most), **look)
        right = LEFT + WIDE - 68 * (len(curves) - 1 - i)
        plots.text(axes, right, top - 16, curve, size=12, align="right")
        end = right - (56 if curve == "training" else 30)  # of a piece of the curve
        axes.plot([end - 14, end], [top - 16] * 2, **look)
    axes.plot([x[epoch]] * 2, [top, top + high], color=style.colour("ink"), lw=1)


def draw_confusion(axes: Axes, confusion: Tensor) -> None:
    """How many digits of each kind, row by row, are read as which (10, 10)."""
    left, top, cell = CONFUSION
    scale = maps.Scale(style.WEIGHTS, 0, MOST, ("0", f"{MOST // 2}", f"{MOST} or more"))
    plots.text(
        axes, left - 16, 38, "rows: true; columns: read as", align="left", weight="bold"
    )
    scale.cells(axes, confusion, left, top, cell)
    scale.bar(axes, left, top + 10 * cell + 8, 10 * cell)
    for digit in range(10):
        middle = (digit + 0.5) * cell
        plots.text(axes, left + middle, top - 9, digit, "muted", 12)
        plots.text(axes, left - 9, top + middle, digit, "muted", 12)
        corner = (left + digit * cell, top + digit * cell)
        plots.box(axes, *corner, cell, cell, "ink", line=2)
        for other, count in enumerate(confusion[digit].tolist()):
            place = (left + (other + 0.5) * cell, top + middle)
            look = {"size": 12, "color": scale.lettering(count)}
            if count:
                plots.text(axes, *place, count, **look)


def draw_answers(
    axes: Axes, images: list[Tensor], names: list[str], answers: list[tuple]
) -> None:
    """The followed digits (1, 8, 8), with what each is read as, and how surely."""
    for i, (image, name, (digit, share)) in enumerate(
        zip(images, names, answers, strict=True)
    ):
        middle = 45 + STEP * i
        plots.picture(axes, 1 - image, middle - SIDE / 2, ANSWERS, SIDE / 8)
        mark = "✓" if f"{digit}" == name else "✗"
        says = f"{mark} {digit} ({share:.0%})"
        plots.text(axes, middle, ANSWERS + SIDE + 14, says, weight="bold")
