"""Tables of numbers as pictures in colours, with the scale that they are read by."""

from dataclasses import dataclass

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from numpy.typing import ArrayLike

from vitlib.show import plots, style


@dataclass(frozen=True)
class Scale:
    """Which colours stand for the numbers from ``low`` to ``high``."""

    colours: str
    low: float
    high: float
    names: tuple[str, ...] = ()  # of the ends and the middle, else their numbers

    @classmethod
    def signed(cls, most: float) -> "Scale":
        """Red above zero and blue below, full at ±``most``."""
        return cls(style.SIGNED, -most, most)

    @classmethod
    def similarity(cls, low: float) -> "Scale":
        """Pink and darker, the more alike; 1 is the same."""
        return cls(style.SIMILARITY, low, 1)

    @classmethod
    def attention(cls, most: float) -> "Scale":
        """Grey and darker, the larger the share of attention; black from ``most``."""
        return cls(style.WEIGHTS, 0, most, ("0%", "", f"{100 * most:g}% or more"))

    def lettering(self, value: float) -> str:
        """A colour for words over a cell of attention: from the scale's other end.

        Unlike a role's it does not follow the page, since the cell does not.
        """
        dark = value - self.low >= 0.62 * (self.high - self.low)
        return to_hex(colormaps[self.colours](0.02 if dark else 0.98))

    def paint(
        self,
        axes: Axes,
        table: ArrayLike,
        x: float,
        y: float,
        width: float,
        height: float,
    ) -> None:
        """A table (rows, columns), or one row, with its top left corner at (x, y)."""
        place = {"extent": (x, x + width, y + height, y), "aspect": "auto"}
        look = {"cmap": self.colours, "vmin": self.low, "vmax": self.high}
        more = {"interpolation": "none", "zorder": plots.LAYER}
        axes.imshow(np.atleast_2d(np.asarray(table)), **place, **look, **more)

    def cells(
        self,
        axes: Axes,
        table: ArrayLike,
        x: float,
        y: float,
        cell: float,
        tall: float | None = None,
    ) -> None:
        """The same with cells ``cell`` wide, which are square, or ``tall``."""
        rows, columns = np.atleast_2d(np.asarray(table)).shape
        self.paint(axes, table, x, y, columns * cell, rows * (tall or cell))

    def tiles(
        self, axes: Axes, tables: list[ArrayLike], places: list[plots.Point], cell: int
    ) -> None:
        """Tables of one shape, each at its place in whole pixels, as one image.

        A page draws one image sooner than many.
        """
        spread = [np.kron(np.asarray(each), np.ones((cell, cell))) for each in tables]
        (height, width), (left, top) = spread[0].shape, np.min(places, axis=0)
        columns, rows = np.max(places, axis=0) - (left, top)
        whole = np.full((rows + height, columns + width), np.nan)
        for each, (x, y) in zip(spread, places, strict=True):
            whole[y - top :, x - left :][:height, :width] = each
        self.cells(axes, whole, left, top, 1)

    def bar(self, axes: Axes, x: float, y: float, width: float) -> None:
        """What the colours stand for, 30 pixels high with the numbers below."""
        self.paint(axes, np.linspace(self.low, self.high, 101), x, y, width, 10)
        plots.box(axes, x, y, width, 10, "rule", line=1)
        for i, align in enumerate(("left", "center", "right")):
            words = self.name(i)
            plots.text(axes, x + i / 2 * width, y + 22, words, size=12, align=align)

    def line(self, axes: Axes, x: float, y: float, width: float = 70) -> None:
        """The same in a line of text centred at (x, y), with the ends' numbers."""
        left, right = x - width / 2, x + width / 2
        self.paint(axes, np.linspace(self.low, self.high, 41), left, y - 5, width, 10)
        plots.text(axes, left - 6, y, self.name(0), "muted", 12, "right")
        plots.text(axes, right + 6, y, self.name(2), "muted", 12, "left")

    def name(self, place: int) -> str:
        """What stands at the scale's low end (0), middle (1) or high end (2)."""
        if self.names:
            return self.names[place]
        value = self.low + place / 2 * (self.high - self.low)
        return f"{value:.2g}".replace("-", "−")
