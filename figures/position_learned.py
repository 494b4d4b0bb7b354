"""Figures of chapter 4 about learned positions, beside the sinusoids."""

import torch
import torch.nn.functional as F
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from vitlib.data import digits
from vitlib.position import (
    interpolate_position_embedding,
    sinusoidal_grid_encoding,
    sinusoidal_position_encoding,
)
from vitlib.show import maps, plots
from vitlib.show.widgets.position import lowest
from vitlib.training import digits_model

MODEL = digits_model()
LEARNED = MODEL.pos_embed.detach()  # (1, 1 + 16, D)
DIGIT = 80  # a 3 among the test digits
CHOSEN = (2, 5)  # row and column of the place whose likes are shown
OLD, NEW = (4, 4), (6, 6)  # grids
CELL = 24  # pixels


def alike(
    axes: Axes, table: Tensor, grid: tuple[int, int], at: tuple[int, int], x: float
) -> None:
    """How similar each position of a grid is to one; those beside it in numbers."""
    rows, columns = grid
    side = 126 / max(grid) if rows == columns else 158 / columns
    position = at[0] * columns + at[1]
    similar = F.cosine_similarity(table, table[position, None])
    scale = maps.Scale.similarity(lowest(table))
    scale.paint(axes, similar.reshape(grid), x, 62, columns * side, rows * side)
    left, top = x + at[1] * side, 62 + at[0] * side
    plots.focus(axes, left, top, side, side)
    plots.box(axes, left, top + side, side, side, "paper", line=3.5)
    plots.box(axes, left, top + side, side, side, "ink", line=1.5, ls=":")
    scale.bar(axes, x, 200, columns * side)
    right, below = similar[position + 1], similar[position + columns]
    for i, (name, value) in enumerate((("right", right), ("below", below))):
        words = f"{name}: {value:.2f}".replace("-", "−")
        plots.text(axes, x, 250 + 20 * i, words, align="left")


def grid() -> Figure:
    """What is most like a place: its line, its surroundings, what training found."""
    figure, axes = plots.canvas(284)
    kinds = {
        "1-D sinusoid": (sinusoidal_position_encoding(60, 64), (6, 10), CHOSEN),
        "2-D sinusoid": (sinusoidal_grid_encoding(6, 10, 64), (6, 10), CHOSEN),
        "learned": (LEARNED[0, 1:], OLD, (1, 1)),
    }
    words = "similarity to the outlined position; dotted: the patch below"
    plots.text(axes, 8, 14, words, "muted", align="left")
    for (name, (table, size, at)), x in zip(kinds.items(), (8, 178, 348), strict=True):
        plots.text(axes, x, 44, name, weight="bold", align="left")
        alike(axes, table, size, at, x)
    return figure


def stretched() -> Figure:
    """Two of the learned numbers on the grid of 4 × 4 places, and on 6 × 6."""
    figure, axes = plots.canvas(416)
    table = interpolate_position_embedding(LEARNED, OLD, NEW)[0]  # (37, D)
    chosen = smoothest(LEARNED[0, 1:].reshape(*OLD, -1))
    scale = maps.Scale.signed(float(LEARNED[0, :, chosen].abs().max()))
    plots.text(axes, 172, 14, "4 × 4 patches", weight="bold")
    plots.text(axes, 396, 14, "6 × 6 patches", weight="bold")
    for i, number in enumerate(chosen):
        top = 34 + 168 * i
        plots.text(axes, 8, top + 72, f"number {number}", weight="bold", align="left")
        plots.text(axes, 8, top + 12, "class token", align="left")
        sides = ((LEARNED[0], 100, 124, OLD), (table, 286, 324, NEW))
        for rows, x, left, (down, across) in sides:
            scale.paint(axes, rows[:1, number, None], x, top, CELL, CELL)
            plots.box(axes, x, top, CELL, CELL, "class-token", line=2.5)
            grid = rows[1:, number].reshape(down, across)
            y = top + (36 if down < NEW[0] else 0)
            scale.paint(axes, grid, left, y, across * CELL, down * CELL)
        plots.arrow(axes, (130, top + 12), (278, top + 12), "class-token")
        plots.arrow(axes, (228, top + 84), (316, top + 84), "position")
    scale.bar(axes, 124, 378, 344)
    return figure


def smoothest(grids: Tensor) -> list[int]:
    """The two numbers of (rows, columns, D) that are most alike in neighbours."""
    down = (grids[1:] * grids[:-1]).sum((0, 1))  # (D,)
    across = (grids[:, 1:] * grids[:, :-1]).sum((0, 1))  # (D,)
    return (down + across).topk(2).indices.tolist()


@torch.no_grad()
def added() -> Figure:
    """The tokens of a digit, the positions, and their sum, as tables of numbers."""
    figure, axes = plots.canvas(282)
    image = digits("test")[0][DIGIT, None]  # (1, 1, 8, 8)
    total = MODEL.embed(image)[0]  # (17, D)
    scale, cell, tall = maps.Scale.signed(1.0), 2.75, 12
    plots.text(axes, 44, 46, "class", size=12, align="right")
    for n in (1, 16):
        plots.text(axes, 44, 46 + n * tall, n, size=12, align="right")
    sums = {"tokens": total - LEARNED[0], "positions": LEARNED[0], "sum": total}
    for i, (name, table) in enumerate(sums.items()):
        x, high = 50 + i * 148, len(table) * tall
        role = ("patch", "position", "ink")[i]
        plots.text(axes, x + 66, 24, f"{name} (17 × 48)", weight="bold", size=12.5)
        scale.paint(axes, table, x, 40, 48 * cell, high)
        plots.box(axes, x, 40, 48 * cell, high, role, line=1.5)
        plots.box(axes, x, 40, 48 * cell, tall, "class-token", line=2)
        if i:
            plots.text(axes, x - 8, 40 + high / 2, "+="[i - 1], size=15)
    scale.bar(axes, 150, 252, 230)
    return figure


def draw() -> dict[str, Figure]:
    """The figures by file name."""
    return {
        "position-sum": added(),
        "position-grid": grid(),
        "position-stretched": stretched(),
    }
