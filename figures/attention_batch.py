"""Draw the figures of chapter 5 that show who may ask whom."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from figures.attention import asks
from vitlib.data import digits
from vitlib.patches import patchify
from vitlib.show import plots

DIGITS = (0, 3, 7)  # the pictures of a batch


def batch() -> Tensor:
    """Three test digits, each as four patches of 4 × 4 pixels: (3, 4, 16)."""
    images, labels = digits("test")
    chosen = [(labels == digit).nonzero()[0].item() for digit in DIGITS]
    return 1 - patchify(images[chosen], 4)  # (3, 4, 16), ink is dark


def asked(axes: Axes, x: float, along: str) -> None:
    """The batch as a grid: token 2 of picture 2 asks along a row or a column of it."""
    side, row, column = 36, 1, 1
    for i, picture in enumerate(batch()):
        top = 62 + 52 * i
        whole = picture.reshape(2, 2, 4, 4).permute(0, 2, 1, 3).reshape(1, 8, 8)
        plots.picture(axes, whole, x, top, side / 8)
        plots.box(axes, x, top, side, side, "rule", line=1)
        squares = np.kron(picture.reshape(4, 4, 4), np.ones((3, 3)))[None]
        strip = plots.mosaic(squares, 4, gap=2)  # 14 pixels for a patch and its gap
        plots.picture(axes, strip, x + 54, top, side / 12)
        for j in range(len(picture)):
            left = x + 54 + 42 * j
            if (i == row) if along == "row" else (j == column):
                plots.box(axes, left, top, side, side, "ink", line=2)
            else:
                plots.box(axes, left, top, side, side, "paper", "paper", 0, alpha=0.7)
                plots.box(axes, left, top, side, side, "rule", line=1)
    asks(axes, x + 54 + 42 * column, 62 + 52 * row, side)
    plots.text(axes, x + side / 2, 44, "picture", "muted", 12)
    for j in range(4):
        name = f"token {j + 1}" if j == 0 else j + 1
        plots.text(axes, x + 54 + 42 * j + side / 2, 44, name, "muted", 12)


def batch_first() -> Figure:
    """Who asks whom in a batch, with batch_first=True and without."""
    figure, axes = plots.canvas(298)
    count, tokens, _ = batch().shape
    kinds = {
        "batch_first=True": ("row", f"{count} pictures of {tokens} tokens"),
        "without it": ("column", f"{tokens} pictures of {count} tokens"),
    }
    for i, (name, (along, words)) in enumerate(kinds.items()):
        x = 8 + 248 * i
        plots.text(axes, x + 108, 16, name, weight="bold")
        asked(axes, x, along)
        plots.text(axes, x + 108, 224, f"({count}, {tokens}, D) is read as")
        plots.text(axes, x + 108, 244, words)
    asks(axes, 122, 270, 18)
    plots.text(axes, 150, 279, "asks", align="left")
    plots.box(axes, 232, 270, 18, 18, "ink", line=2)
    plots.text(axes, 260, 279, "is asked, and so is the asker", align="left")
    return figure


MASKS = {  # name: what for, whether query i may look at key j, counted from 1
    "none": ("a ViT: every patch\nasks all patches", lambda i, j: True),
    "causal": ("text: a word asks what\nstands before it", lambda i, j: j <= i),
    "padding": (
        "a batch: 5 and 6 fill up\na picture of 4 patches",
        lambda i, j: j <= 4,
    ),
}


def masks() -> Figure:
    """Who may look at whom: everyone, what came before, what is no filling."""
    figure, axes = plots.canvas(280)
    for i, (name, (words, allowed)) in enumerate(MASKS.items()):
        left, top, cell = 34 + 158 * i, 62, 20
        plots.text(axes, left + 60, 14, name, weight="bold")
        plots.text(axes, left - 24, top + 60, "query", "query", rotation=90)
        plots.text(axes, left + 60, 34, "key", "key")
        for n in range(1, 7):
            plots.text(axes, left - 8, top + (n - 0.5) * cell, n, "muted", 12)
            plots.text(axes, left + (n - 0.5) * cell, top - 9, n, "muted", 12)
            for m in range(1, 7):
                place = (left + (m - 1) * cell, top + (n - 1) * cell)
                may(axes, *place, cell, allowed(n, m))
        plots.text(axes, left + 60, 208, words, size=12, linespacing=1.4)
    for x, let, name in ((90, True, "may look"), (236, False, "may not: weight 0")):
        may(axes, x, 250, 20, let)
        plots.text(axes, x + 30, 260, name, align="left")
    return figure


def may(axes: Axes, x: float, y: float, side: float, allowed: bool) -> None:
    """A cell of a mask: full, or empty and hatched."""
    plots.box(axes, x, y, side, side, "paper", "stream" if allowed else None, 1)
    if not allowed:
        plots.box(axes, x, y, side, side, "rule", line=1, hatch="////")


def draw() -> dict[str, Figure]:
    """These figures by file name."""
    return {"attention-batch-first": batch_first(), "attention-masks": masks()}
