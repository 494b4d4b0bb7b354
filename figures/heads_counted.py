"""Figures of chapter 6 about what heads cost, and what the output projection does."""

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from figures.heads import SHARES, cut, sample
from vitlib.attention import (
    Attention,
    merge_heads,
    scaled_dot_product_attention,
    split_heads,
)
from vitlib.show import maps, plots, style

WIDTH, TOKENS = 768, 197  # of ViT-B/16
HEADS = (1, 4, 12)
STEP, LAYER, TABLE = 158, 128, 30  # of a column, a layer's weights, a table's side
CELL, TOKEN = 22, 1  # of the dependences; the token whose row is taken, from 0
CHANGE = maps.Scale.signed(1)


def count() -> Figure:
    """A layer's weights, cut into more and more heads, and a table for each of them."""
    figure, axes = plots.canvas(352)
    for i, heads in enumerate(HEADS):
        x = 8 + STEP * i
        name = "head" if heads == 1 else "heads"
        words = f"{WIDTH // heads} features each" if heads > 1 else f"{WIDTH} features"
        plots.text(axes, x, 14, f"{heads} {name}", weight="bold", align="left", size=14)
        plots.text(axes, x, 34, words, align="left")
        weights(axes, x, 50, heads)
        plots.text(axes, x, 156, f"{parameters(heads):,}", align="left", weight="bold")
        plots.text(axes, x, 174, "parameters", "muted", 12, "left")
        tables(axes, x, 200, heads)
        plots.text(axes, x, 320, f"{heads * TOKENS**2:,}", align="left", weight="bold")
        plots.text(axes, x, 338, "attention weights", "muted", 12, "left")
    return figure


def weights(axes: Axes, x: float, y: float, heads: int) -> None:
    """The rows of q, k and v and the columns of proj, which heads share among them."""
    side, tall, thin = LAYER / 4, 92, {"lw": 1, "zorder": plots.LAYER}
    for i, role in enumerate(("query", "key", "value", "stream")):
        left = x + i * side
        plots.box(axes, left, y, side, tall, role, "panel", 2)
        for share in (head / heads for head in range(1, heads)):
            down, right = [y + tall * share] * 2, [left + side * share] * 2
            rows, columns = ([left, left + side], down), (right, [y, y + tall])
            ends = columns if role == "stream" else rows
            axes.plot(*ends, color=style.colour(role), **thin)
        if heads == 1:
            words = "proj" if role == "stream" else role[0]
            plots.text(axes, left + side / 2, y + tall / 2, words, size=12)


def tables(axes: Axes, x: float, y: float, heads: int) -> None:
    """A table of N × N shares for each head."""
    for head in range(heads):
        row, column = divmod(head, 4)
        left, top = x + column * (TABLE + 4), y + row * (TABLE + 4)
        plots.box(axes, left, top, TABLE, TABLE, "ink", "panel", 1.5)
        if heads == 1:
            words = f"{TOKENS} × {TOKENS}"
            plots.text(axes, left + TABLE + 8, top + TABLE / 2, words, align="left")


def parameters(heads: int) -> int:
    """Learned numbers of vitlib's layer with so many heads."""
    return sum(weight.numel() for weight in Attention(WIDTH, heads).parameters())


def dependence(project: bool) -> Tensor:
    """How a token's output changes as the features of its query do: (8, 8).

    Row i, column j: the derivative of output feature i by feature j of q; with or
    without the output projection.
    """
    module, x = sample()
    q, k, v = split_heads(module.qkv(x), module.num_heads)  # (1, 2, 6, 4) each
    k, v = k.detach(), v.detach()

    def output(row: Tensor) -> Tensor:
        query = row.reshape(1, 2, 1, 4)
        y, _ = scaled_dot_product_attention(query, k, v)  # (1, 2, 1, 4)
        side = merge_heads(y)  # (1, 1, 8)
        return (module.proj(side) if project else side)[0, 0]  # (8,)

    row = merge_heads(q.detach())[0, TOKEN]  # (8,)
    return torch.autograd.functional.jacobian(output, row)


def output() -> Figure:
    """Which output features feel which features of the query, without proj and with."""
    figure, axes = plots.canvas(288)
    panels = (("without proj", False), ("with proj", True))
    for i, (name, project) in enumerate(panels):
        left = 56 + 236 * i
        plots.text(axes, left + 4 * CELL, 14, name, weight="bold")
        draw_dependence(axes, dependence(project), left, 62)
    CHANGE.line(axes, 400, 270)
    words = "how much an output feature changes with q"
    plots.text(axes, 8, 270, words, "muted", 12, "left")
    return figure


def draw_dependence(axes: Axes, table: Tensor, left: float, top: float) -> None:
    """A table (8, 8) in colours, its columns cut between the heads."""
    side = 8 * CELL
    CHANGE.cells(axes, table, left, top, CELL)
    plots.box(axes, left, top, side, side, "rule", line=1)
    for head in range(2):
        place = (2 + 4 * head) * CELL
        plots.text(axes, left + place, top - 24, f"q, head {head + 1}", "query", 12)
    words = {"size": 12, "rotation": 90}
    middle = left + 4 * CELL
    plots.text(axes, left - 26, top + 4 * CELL, "output feature", **words)
    cut(axes, middle, top - 30, top + side)
    for i in range(8):
        plots.text(axes, left + (i + 0.5) * CELL, top - 8, i + 1, size=12)
        plots.text(axes, left - 8, top + (i + 0.5) * CELL, i + 1, size=12)
    for rows, columns in ((0, 1), (1, 0)):
        block = table[4 * rows : 4 * rows + 4, 4 * columns : 4 * columns + 4]
        if not block.any():
            at = (left + (2 + 4 * columns) * CELL, top + (2 + 4 * rows) * CELL)
            letters = {"size": 15, "color": SHARES.lettering(0)}
            plots.text(axes, *at, "all 0", **letters)


def draw() -> dict[str, Figure]:
    """These figures by file name."""
    return {"heads-count": count(), "heads-output": output()}
