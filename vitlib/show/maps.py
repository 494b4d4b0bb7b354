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
        """A table (rows, columns) with its top left corner at (x, y)."""
        place = {"extent": (x, x + width, y + height, y), "aspect": "auto"}
        look = {"cmap": self.colours, "vmin": self.low, "vmax": self.high}
        more = {"interpolation": "none", "zorder": plots.LAYER}
        axes.imshow(np.asarray(table), **place, **look, **more)

    def bar(self, axes: Axes, x: float, y: float, width: float) -> None:
        """What the colours stand for, 30 pixels high with the numbers below."""
        self.paint(axes, np.linspace(self.low, self.high, 101)[None], x, y, width, 10)
        plots.box(axes, x, y, width, 10, "rule", line=1)
        for i, align in enumerate(("left", "center", "right")):
            value = self.low + i / 2 * (self.high - self.low)
            number = f"{value:.2g}".replace("-", "−")
            words = self.names[i] if self.names else number
            plots.text(axes, x + i / 2 * width, y + 22, words, size=12, align=align)
