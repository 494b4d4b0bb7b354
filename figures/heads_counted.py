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
HEADS = (1, 2, 3, 4, 6, 8, 12)
LEFT, BOTTOM, STEP, MILLION = 28, 262, 28, 84  # of the axes, in pixels
CELL, TOKEN = 22, 1  # of the dependences; the token whose row is taken, from 0
CHANGE = maps.Scale.signed(1)


def across(heads: int) -> float:
    """Where a number of heads stands."""
    return LEFT + heads * STEP


def high(count: int) -> float:
    """Where a count stands."""
    return BOTTOM - count / 1e6 * MILLION


def count() -> Figure:
    """Parameters and attention weights of one layer against the number of heads."""
    figure, axes = plots.canvas(324)
    words = f"numbers in one attention layer, in millions (D = {WIDTH}, N = {TOKENS})"
    plots.text(axes, 8, 14, words, align="left")
    count_axes(axes)
    curves = {
        "learned parameters": [parameters(heads) for heads in HEADS],
        "attention weights h · N²": [heads * TOKENS**2 for heads in HEADS],
    }
    x = [across(heads) for heads in HEADS]
    for (name, counts), shape in zip(curves.items(), "os", strict=True):
        ink = {"color": style.colour("ink"), "lw": 2, "ms": 6.5, "zorder": plots.LAYER}
        axes.plot(x, [high(number) for number in counts], f"-{shape}", **ink)
        above = high(counts[HEADS.index(6)]) - 20  # clear of a line that rises
        plots.text(axes, x[0] - 4, above, name, align="left")
        plots.text(axes, x[-1] + 14, high(counts[-1]), f"{counts[-1]:,}", align="left")
    return figure


def count_axes(axes: Axes) -> None:
    """What the two directions stand for."""
    for millions in range(3):
        y = high(1_000_000 * millions)
        ends = [LEFT, across(HEADS[-1])]
        axes.plot(ends, [y, y], color=style.colour("rule"), lw=1, zorder=1)
        plots.text(axes, LEFT - 8, y, millions, align="right")
    for heads in HEADS:
        plots.text(axes, across(heads), BOTTOM + 22, heads)
        plots.text(axes, across(heads), BOTTOM + 44, WIDTH // heads, "muted", 12)
    end = across(HEADS[-1]) + 14
    plots.text(axes, end, BOTTOM + 22, "heads h", align="left")
    plots.text(axes, end, BOTTOM + 44, "features a head", "muted", 12, "left")


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
