"""Signed numbers in colour: red above zero, blue below, and always the scale."""

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from vitlib.show import plots, style


def picture(
    axes: Axes,
    table: ArrayLike,
    x: float,
    y: float,
    cell: float,
    tall: float | None = None,
    limit: float = 1,
) -> None:
    """Numbers (rows, columns) as cells, the first with its top left corner at (x, y).

    Cells are ``cell`` wide and as high, or ``tall``; colours end at −limit and limit.
    """
    numbers = np.atleast_2d(np.asarray(table))
    rows, columns = numbers.shape
    extent = (x, x + columns * cell, y + rows * (tall or cell), y)
    look = {"cmap": style.SIGNED, "vmin": -limit, "vmax": limit, "zorder": plots.LAYER}
    axes.imshow(numbers, extent=extent, aspect="auto", interpolation="none", **look)


def scale(axes: Axes, x: float, y: float, limit: float = 1, width: float = 70) -> None:
    """What the colours mean: a bar centred at (x, y), and where its colours end."""
    shades = np.linspace(-limit, limit, 41)
    picture(axes, shades, x - width / 2, y - 5, width / 41, 10, limit)
    for side, sign in ((-1, "−"), (1, "")):
        align = "right" if side < 0 else "left"
        at = x + side * (width / 2 + 6)
        plots.text(axes, at, y, f"{sign}{limit:g}", "muted", 12, align)
