"""The still picture of the attention explorer."""

import math

import numpy as np
from matplotlib.axes import Axes
from torch import Tensor

from vitlib.show import maps, plots, style

TOP, ACROSS, TALLEST = 28, 222, 150  # of the picture and the map of weights
RIGHT = style.WIDTH - 10 - ACROSS  # where the map begins
SQUARE = 72  # the side of a patch


def round_up(value: float) -> float:
    """1, 2 or 5 times a power of ten, the least that is not below: a scale's end."""
    power = 10.0 ** math.floor(math.log10(value))
    ends = (float(f"{times * power:.0e}") for times in (1, 2, 5, 10))
    return next(end for end in ends if end >= value * (1 - 1e-9))


def draw_still(
    axes: Axes,
    image: Tensor,
    size: int,
    query: int,
    weights: Tensor,
    mean: Tensor,
    words: str,
) -> None:
    """An image (C, H, W), the weights (N,) as a map, and their mean (C·P²,)."""
    draw_grids(axes, image, size, query, weights)
    row, column = divmod(query - 1, image.shape[2] // size)
    top, left = row * size, column * size
    own = image[:, top : top + size, left : left + size]
    below = TOP + TALLEST + 44
    draw_square(axes, own, 10, below, "query", "the query")
    square = mean.reshape(own.shape).round(decimals=6)  # the same on any machine
    draw_square(axes, square, RIGHT, below, "value", "the values' mean")
    plots.text(axes, 10, below + 92, words, align="left", size=12)
    hint = "On the book's page and in a running notebook: with sliders."
    plots.text(axes, 10, below + 112, hint, "muted", 12, "left")


def draw_grids(
    axes: Axes, image: Tensor, size: int, query: int, weights: Tensor
) -> None:
    """The picture's patches, and their weights; the query is outlined in both."""
    height, width = image.shape[1:]
    pixel = min(ACROSS / width, TALLEST / height)
    step = size * pixel
    plots.text(axes, 10, 14, f"query: patch {query}", align="left")
    plots.picture(axes, image, 10, TOP, pixel)
    plots.grid(axes, (height, width), size, 10, TOP, pixel)
    plots.text(axes, RIGHT, 14, "its weights", align="left")
    draw_map(axes, weights.reshape(height // size, -1), RIGHT, step)
    row, column = divmod(query - 1, width // size)
    for x in (10, RIGHT):
        place = x + column * step, TOP + row * step
        plots.focus(axes, *place, step, step, "query")


def draw_square(
    axes: Axes, pixels: Tensor, x: float, y: float, role: str, name: str
) -> None:
    """A patch (C, P, P), framed in its role's colour, and its name."""
    plots.picture(axes, pixels, x, y, SQUARE / pixels.shape[-1])
    plots.box(axes, x, y, SQUARE, SQUARE, role, line=3)
    plots.text(axes, x + SQUARE + 10, y + SQUARE / 2, name, align="left")


def draw_map(axes: Axes, weights: Tensor, x: float, step: float) -> None:
    """Weights (rows, columns) in grey, up to a round number of percent."""
    most = round_up(weights.max().item())
    scale = maps.Scale(style.WEIGHTS, 0, most, ("0%", "", f"{100 * most:g}%"))
    rows, columns = weights.shape
    scale.cells(axes, np.asarray(weights), x, TOP, step)
    plots.box(axes, x, TOP, columns * step, rows * step, "rule", line=1)
    scale.bar(axes, x, TOP + rows * step + 8, columns * step)
