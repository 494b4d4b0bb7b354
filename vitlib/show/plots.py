"""Pictures of images, patches and numbers, drawn on a canvas measured in pixels."""

import math
from collections.abc import Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle
from matplotlib.text import Text
from numpy.typing import ArrayLike

from vitlib.show import style

matplotlib.rcParams.update(style.SETTINGS)
Point = tuple[float, float]
LAYER = 2  # one for all shapes: what is drawn later lies above


def canvas(height: float, width: float = style.WIDTH) -> tuple[Figure, Axes]:
    """An empty figure whose coordinates are pixels, (0, 0) at the top left."""
    figure = Figure(figsize=(width / 72, height / 72), facecolor=style.colour("paper"))
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    axes.set_autoscale_on(False)
    return figure, axes


def picture(
    axes: Axes,
    image: ArrayLike,
    x: float,
    y: float,
    pixel: float,
    tall: float | None = None,
) -> None:
    """An image with its top left corner at (x, y), each of its pixels ``pixel`` wide.

    ``image`` is (1, H, W) or (3, H, W) in [0, 1]; its pixels are square, or ``tall``.
    """
    pixels = np.asarray(image)
    height, width = pixels.shape[1:]
    shown = pixels[0] if len(pixels) == 1 else np.moveaxis(pixels, 0, 2)
    extent = (x, x + width * pixel, y + height * (tall or pixel), y)
    look = {"cmap": style.MOUNTAINS, "vmin": 0, "vmax": 1, "interpolation": "none"}
    axes.imshow(shown, extent=extent, aspect="auto", zorder=LAYER, **look)


def box(
    axes: Axes,
    x: float,
    y: float,
    width: float,
    height: float,
    role: str = "patch",
    fill: str | None = None,
    line: float = 1.5,
    **more: object,
) -> Rectangle:
    """A rectangle outlined in a role's colour, filled with another's if asked."""
    face = style.colour(fill) if fill else "none"
    edge = style.colour(role) if line else "none"
    look = {"fc": face, "ec": edge, "lw": line, "zorder": LAYER}
    made = Rectangle((x, y), width, height, **look, **more)
    return axes.add_artist(made)  # add_patch would measure it for limits that are set


def focus(
    axes: Axes, x: float, y: float, width: float, height: float, role: str = "ink"
) -> None:
    """The outline of a chosen thing, seen on light and dark alike."""
    box(axes, x, y, width, height, "paper", line=5)
    box(axes, x, y, width, height, role, line=2.5)


def text(
    axes: Axes,
    x: float,
    y: float,
    words: object,
    role: str = "ink",
    size: float = 13,
    align: str = "center",
    **more: object,
) -> Text:
    """Words centred at (x, y), or starting or ending there."""
    kept = {"va": "center", "ha": align, "fontsize": size, "color": style.colour(role)}
    return axes.text(x, y, words, **{**kept, **more})


def arrow(
    axes: Axes,
    start: Point,
    end: Point,
    role: str = "stream",
    line: float = 2.0,
    **more: object,
) -> None:
    """An arrow from one point to another."""
    look = {"color": style.colour(role), "lw": line, "shrinkA": 0, "shrinkB": 0}
    head = "-|>,head_length=5,head_width=3"
    shape = FancyArrowPatch(start, end, arrowstyle=head, zorder=LAYER, **look, **more)
    axes.add_patch(shape)


def grid(
    axes: Axes,
    image_size: tuple[int, int],
    patch_size: int,
    x: float,
    y: float,
    pixel: float,
    role: str = "paper",
) -> None:
    """The lines between the patches of an image drawn with :func:`picture`."""
    height, width = image_size
    ends = {"color": style.colour(role), "lw": 1.5, "zorder": LAYER}
    for row in range(0, height + 1, patch_size):
        axes.plot([x, x + width * pixel], [y + row * pixel] * 2, **ends)
    for column in range(0, width + 1, patch_size):
        axes.plot([x + column * pixel] * 2, [y, y + height * pixel], **ends)


def numbers(
    axes: Axes,
    table: Sequence[Sequence[float]],
    x: float,
    y: float,
    cell: float = 30,
    fills: Sequence[Sequence[str]] | None = None,
    height: float | None = None,
) -> None:
    """A table of numbers in boxes, (rows, columns); ``fills`` gives each its role."""
    tall = height or cell
    for i, row in enumerate(table):
        for j, number in enumerate(row):
            fill = fills[i][j] if fills is not None else None
            left, top = x + j * cell, y + i * tall
            box(axes, left, top, cell, tall, "rule", fill, line=1)
            text(axes, left + cell / 2, top + tall / 2, f"{number:g}".replace("-", "−"))


def mosaic(squares: ArrayLike, columns: int, gap: int = 1) -> np.ndarray:
    """Squares (C, N, H, W), line by line, in one image: ``gap`` of NaN after each."""
    channels, count, height, width = np.shape(squares)
    pads = ((0, 0), (0, -count % columns), (0, gap), (0, gap))
    apart = np.pad(np.asarray(squares) * 1.0, pads, constant_values=np.nan)
    lines = apart.reshape(channels, -1, columns, height + gap, width + gap)
    return lines.swapaxes(2, 3).reshape(channels, -1, columns * (width + gap))


def patch_rows(
    tables: dict[str, ArrayLike], grid_size: tuple[int, int], patch_size: int
) -> Figure:
    """Tables of patches, side by side: each row as the square that it would be.

    ``tables`` names tensors (N, C·P²); the squares lie in a grid of ``grid_size``.
    """
    rows, columns = grid_size
    share = style.WIDTH / len(tables)
    side = (share - 10) / columns
    figure, axes = canvas(rows * side + 34)
    for i, (name, table) in enumerate(tables.items()):
        text(axes, (i + 0.5) * share, 14, name)
        squares = np.asarray(table).reshape(len(table), -1, patch_size, patch_size)
        whole = mosaic(squares.swapaxes(0, 1), columns)
        if len(whole) == 3:  # no colour is "nothing", but opacity 0 is
            whole = np.concatenate((np.nan_to_num(whole), np.isfinite(whole[:1])))
        picture(axes, whole, i * share + 5, 30, side / (patch_size + 1))
    return figure


def times_as_long(groups: dict[str, dict[str, float]], where: str) -> Figure:
    """How many times as long several ways take, 1 to 100 and more, on a log scale.

    ``groups`` gives each way's ratio by title and name; ``where`` says on what machine.
    """
    left, decade = 120, 130  # where 1 lies, and how far 10 is from it
    lines = sum(map(len, groups.values()))
    figure, axes = canvas(lines * 20 + len(groups) * 34 + 52)
    y = 22
    for title, ways in groups.items():
        text(axes, 8, y, title, align="left", weight="bold")
        y += 24
        for name, times in ways.items():
            x, rounded = left + decade * math.log10(times), float(f"{times:.2g}")
            text(axes, left - 14, y, name, align="right")
            axes.plot([left, x], [y, y], color=style.colour("patch"), lw=2)
            axes.plot([x], [y], "o", color=style.colour("patch"), ms=7)
            text(axes, x + 12, y, f"{rounded:g} ×", size=12, align="left")
            y += 20
        y += 10
    text(axes, 8, y + 2, "times as long", "muted", 12, "left")
    for power in range(3):
        x = left + power * decade
        axes.plot([x, x], [38, y - 8], color=style.colour("rule"), lw=1, zorder=1)
        text(axes, x, y + 2, f"{10**power} ×", "muted", 12)
    text(axes, 472, y + 22, where, "muted", 11, "right")
    return figure
