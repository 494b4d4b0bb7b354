"""Tables of numbers as pictures in colours, with the scale that they are read by."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from vitlib.show import plots, style


@dataclass(frozen=True)
class Scale:
    """Which colours stand for the numbers from ``low`` to ``high``."""

    colours: str
    low: float
    high: float

    @classmethod
    def signed(cls, most: float) -> "Scale":
        """Red above zero and blue below, full at ±``most``."""
        return cls(style.SIGNED, -most, most)

    @classmethod
    def similarity(cls, low: float) -> "Scale":
        """Pink and darker, the more alike; 1 is the same."""
        return cls(style.SIMILARITY, low, 1)

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
        for part, align in ((0, "left"), (0.5, "center"), (1, "right")):
            value = self.low + part * (self.high - self.low)
            words = f"{value:.2g}".replace("-", "−")
            plots.text(axes, x + part * width, y + 22, words, size=12, align=align)
