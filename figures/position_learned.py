"""Figures of chapter 4 about learned positions, beside the sinusoids."""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from vitlib.data import digits
from vitlib.position import interpolate_position_embedding
from vitlib.show import maps, plots
from vitlib.show.widgets.position import GRID, lowest, sinusoids
from vitlib.training import digits_model

MODEL = digits_model()
LEARNED = MODEL.pos_embed.detach()  # (1, 1 + 16, D)
DIGIT = 80  # a 3 among the test digits
CHOSEN = 25  # the place whose likes are shown on the mountains' grid
OLD, NEW = (4, 4), (6, 6)  # grids
CELL = 24  # pixels


class Box(NamedTuple):
    """Where a map of a grid stands, and how wide its cells are."""

    x: float
    y: float
    side: float
    grid: tuple[int, int]


def alike(axes: Axes, scale: maps.Scale, table: Tensor, place: int, box: Box) -> Tensor:
    """How similar all positions are to that of a place, which is outlined: (N,)."""
    similar = F.cosine_similarity(table, table[place, None])
    scale.cells(axes, similar.reshape(box.grid), box.x, box.y, box.side)
    row, column = divmod(place, box.grid[1])
    left, top = box.x + column * box.side, box.y + row * box.side
    plots.focus(axes, left, top, box.side, box.side)
    return similar


def grid() -> Figure:
    """What is most like a place, by the two sinusoids: its line, its surroundings."""
    figure, axes = plots.canvas(288)
    tables, side = sinusoids(), 22
    scale = maps.Scale.similarity(lowest(*tables.values()))
    words = "similarity to the outlined place; dotted: the patch below"
    plots.text(axes, 8, 14, words, "muted", align="left")
    row, column = divmod(CHOSEN, GRID[1])
    for (name, table), x in zip(tables.items(), (8, 252), strict=True):
        plots.text(axes, x, 44, name, weight="bold", align="left")
        similar = alike(axes, scale, table, CHOSEN, Box(x, 60, side, GRID))
        below = (x + column * side, 60 + (row + 1) * side, side, side)
        plots.box(axes, *below, "paper", line=3.5)
        plots.box(axes, *below, "ink", line=1.5, ls=":")
        right, below = similar[CHOSEN + 1], similar[CHOSEN + GRID[1]]
        words = f"right: {right:.2f}, below: {below:.2f}"
        plots.text(axes, x + 110, 212, words)
    scale.bar(axes, 130, 240, 220)
    return figure


def learned() -> Figure:
    """A map for each place, where it stands: what training made it similar to."""
    figure, axes = plots.canvas(286)
    scale, side = maps.Scale.similarity(lowest(LEARNED[0, 1:])), 15
    for place in range(16):
        row, column = divmod(place, OLD[1])
        box = Box(8 + 69 * column, 8 + 69 * row, side, OLD)
        alike(axes, scale, LEARNED[0, 1:], place, box)
    words = (
        "A map for each place,\nwhere it stands:\nhow similar all 16\nare to it "
        "(outlined)."
    )
    plots.text(axes, 304, 76, words, align="left", linespacing=1.5)
    scale.bar(axes, 304, 160, 160)
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
        "position-learned": learned(),
        "position-stretched": stretched(),
    }
