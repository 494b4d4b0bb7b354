"""Tables of signed numbers as pictures, with the scale that they are read by."""

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from vitlib.show import plots, style


def signed(
    axes: Axes,
    table: ArrayLike,
    x: float,
    y: float,
    width: float,
    height: float,
    most: float,
) -> None:
    """A table (rows, columns) in red above zero and blue below, full at ±``most``."""
    look = {"cmap": style.SIGNED, "vmin": -most, "vmax": most, "interpolation": "none"}
    place = {"extent": (x, x + width, y + height, y), "aspect": "auto"}
    axes.imshow(np.asarray(table), **place, **look, zorder=plots.LAYER)


def scale(axes: Axes, x: float, y: float, width: float, most: float) -> None:
    """What the colours of :func:`signed` stand for: a bar from −``most`` to ``most``."""
    signed(axes, np.linspace(-most, most, 101)[None], x, y, width, 10, most)
    plots.box(axes, x, y, width, 10, "rule", line=1)
    least = f"{-most:.2g}".replace("-", "−")
    for part, words in ((0, least), (0.5, "0"), (1, f"{most:.2g}")):
        align = ("left", "center", "right")[round(2 * part)]
        plots.text(axes, x + part * width, y + 22, words, size=12, align=align)
