"""The still picture of the class token's widget."""

import math

import numpy as np
from matplotlib.axes import Axes
from torch import Tensor

from vitlib.show import maps, plots, style

MOST = 0.5  # of the attention; there the greys end
SIDE = 104  # of a picture and of its map, in pixels
BOTTOM, HEIGHT = 366, 106  # the curve's


def draw_still(
    axes: Axes,
    names: tuple[str, str],
    images: Tensor,
    attention: Tensor | None,
    apart: Tensor,
    layer: int,
) -> None:
    """Two pictures (2, 1, 8, 8) with maps of attention (2, 17), and below the curve.

    ``apart`` has the distances of their class rows, (5,); ``layer`` is the chosen one.
    """
    for i, name in enumerate(names):
        x = 10 + 240 * i
        plots.text(axes, x, 14, name, align="left", weight="bold")
        plots.picture(axes, 1 - images[i], x, 28, SIDE / 8)  # ink is dark
        plots.grid(axes, images[i].shape[1:], 2, x, 28, SIDE / 8, "rule")
        shares = None if attention is None else attention[i]
        draw_map(axes, shares, x + SIDE + 12, 28)
    draw_curve(axes, apart, layer)
    hint = "On the book's page and in a running notebook: with sliders."
    plots.text(axes, 10, 408, hint, "muted", 12, "left")


def draw_map(axes: Axes, shares: Tensor | None, x: float, y: float) -> None:
    """Shares (17,) of attention in %: a map of the patches', and the class token's."""
    scale, cell = maps.Scale.attention(MOST), SIDE / 4
    below = y + SIDE + 8
    if shares is None:
        plots.box(axes, x, y, SIDE, SIDE, "rule")
        plots.text(axes, x + SIDE / 2, y + SIDE / 2, "nothing yet", "muted")
    else:
        scale.paint(axes, shares[1:].reshape(4, 4), x, y, SIDE, SIDE)
        scale.paint(axes, shares[:1].reshape(1, 1), x + 1, below, cell - 2, cell - 2)
        middles = [(x + cell / 2, below + cell / 2 - 1)]
        for n in range(16):
            row, column = divmod(n, 4)
            middles.append((x + (column + 0.5) * cell, y + (row + 0.5) * cell))
        for share, middle in zip(shares.tolist(), middles, strict=True):
            letters = {"size": 12, "color": scale.lettering(share)}
            plots.text(axes, *middle, round(100 * share), **letters)
    plots.box(axes, x + 1, below, cell - 2, cell - 2, "class-token", line=2.5)
    plots.text(
        axes, x + cell + 6, below + cell / 2, "class token", size=12, align="left"
    )
    plots.text(axes, x, y - 14, "gathers, in %", size=13, align="left")
    scale.bar(axes, x, below + cell + 8, SIDE)


def draw_curve(axes: Axes, apart: Tensor, layer: int) -> None:
    """The distances (5,) of the class rows, the chosen layer's with its number."""
    most = max(20, 10 * math.ceil(apart.max().item() / 10))
    x = 40 + 100 * np.arange(len(apart))
    y = BOTTOM - HEIGHT * apart.numpy() / most
    rule = {"color": style.colour("rule"), "lw": 1, "zorder": 1}
    plots.text(axes, 10, 236, "distance of the two class rows", align="left")
    for value in (0, most // 2, most):
        height = BOTTOM - HEIGHT * value / most
        axes.plot([x[0], x[-1]], [height] * 2, **rule)
        plots.text(axes, 32, height, value, "muted", 12, "right")
    for place in range(len(apart)):
        words = f"layer {place}" if place else "start"
        plots.text(axes, x[place], BOTTOM + 16, words, "muted", 12)
    axes.plot(x, y, "o-", color=style.colour("class-token"), lw=2.5, ms=7)
    axes.plot(x[layer], y[layer], "o", color=style.colour("ink"), ms=10)
    plots.text(axes, x[layer], y[layer] - 16, f"{apart[layer]:.1f}", weight="bold")
