"""Pictures of images, patches and numbers, drawn on a canvas measured in pixels."""

from collections.abc import Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from vitlib.show import style

matplotlib.rcParams.update(style.SETTINGS)


def canvas(height: float, width: float = style.WIDTH) -> tuple[Figure, Axes]:
    """An empty figure whose coordinates are pixels, (0, 0) at the top left."""
    figure = Figure(figsize=(width / 72, height / 72), facecolor=style.colour("paper"))
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    axes.set_autoscale_on(False)
    return figure, axes


def picture(axes: Axes, image, x: float, y: float, pixel: float) -> None:
    """An image with its top left corner at (x, y), each of its pixels ``pixel`` wide.

    ``image`` is (1, H, W) or (3, H, W) in [0, 1].
    """
    pixels = np.asarray(image)
    height, width = pixels.shape[1:]
    shown = pixels[0] if len(pixels) == 1 else np.moveaxis(pixels, 0, 2)
    axes.imshow(
        shown,
        cmap=style.MOUNTAINS,
        vmin=0,
        vmax=1,
        extent=(x, x + width * pixel, y + height * pixel, y),
        interpolation="none",
        aspect="auto",
    )


def box(axes: Axes, x, y, width, height, role="patch", fill=None, line=1.5, **more):
    """A rectangle outlined in a role's colour, filled with another's if asked."""
    face = style.colour(fill) if fill else "none"
    edge = style.colour(role) if line else "none"
    shape = Rectangle((x, y), width, height, fc=face, ec=edge, lw=line, **more)
    return axes.add_patch(shape)


def text(axes: Axes, x, y, words, role="ink", size=14, align="center", **more):
    """Words centred at (x, y), or starting or ending there."""
    kept = {"va": "center", "ha": align, "fontsize": size, "color": style.colour(role)}
    return axes.text(x, y, words, **{**kept, **more})


def arrow(axes: Axes, start, end, role="stream", bend=0.0, line=2.0) -> None:
    """An arrow from one point to another."""
    shape = FancyArrowPatch(
        start,
        end,
        arrowstyle="-|>,head_length=5,head_width=3",
        connectionstyle=f"arc3,rad={bend}",
        color=style.colour(role),
        lw=line,
        shrinkA=0,
        shrinkB=0,
    )
    axes.add_patch(shape)


def grid(axes: Axes, image_size, patch_size: int, x, y, pixel, role="paper") -> None:
    """The lines between the patches of an image drawn with :func:`picture`."""
    height, width = image_size
    ends = {"color": style.colour(role), "lw": 1.5}
    for row in range(0, height + 1, patch_size):
        axes.plot([x, x + width * pixel], [y + row * pixel] * 2, **ends)
    for column in range(0, width + 1, patch_size):
        axes.plot([x + column * pixel] * 2, [y, y + height * pixel], **ends)


def numbers(axes: Axes, table, x, y, cell=30, fills: Sequence | None = None) -> None:
    """A table of numbers in boxes, (rows, columns); ``fills`` gives each its role."""
    for i, row in enumerate(table):
        for j, number in enumerate(row):
            fill = fills[i][j] if fills is not None else None
            box(axes, x + j * cell, y + i * cell, cell, cell, "rule", fill, line=1)
            middle = (x + (j + 0.5) * cell, y + (i + 0.5) * cell)
            text(axes, *middle, f"{number:g}", size=13)
