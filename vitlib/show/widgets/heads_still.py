"""The still picture of the heads' widget."""

import math
from typing import NamedTuple

import torch
from matplotlib.axes import Axes
from torch import Tensor

from vitlib.checks import divisors
from vitlib.show import maps, plots

EVEN = 8  # times an even share: there the greys end
CAPTION, BAR, GAP = 20, 10, 12  # above a map, below it, and between maps, in pixels
ASIDE = 1.4  # cells that the class token takes at a map's right
TOP, HEIGHT = 176, 206  # of all maps together
SCENE = 120  # the picture's height, at most


class Maps(NamedTuple):
    """How maps lie: so many beside each other, of cells of ``step`` pixels."""

    columns: int
    step: float
    across: float  # from one map to the next
    down: float


def arranged(
    count: int, width: float, height: float, grid: tuple[float, float]
) -> Maps:
    """As many maps in each line, and as large ones as find room.

    Args:
        count: of the maps.
        width, height: of the room, in pixels.
        grid: rows and columns of the cells of one map.
    """
    ways = []
    for columns in divisors(count):
        across = (width + GAP) / columns
        down = (height + GAP) / (count // columns)
        step = min((across - GAP) / grid[1], (down - GAP - CAPTION - BAR) / grid[0])
        ways.append(Maps(columns, step, across, down))
    return max(ways, key=lambda way: way.step)


def draw_still(
    axes: Axes,
    image: Tensor,
    grid: tuple[int, int],
    query: int,
    weights: Tensor,
    facts: list[str],
) -> None:
    """A picture (C, H, W), its query's weights (h, N) as maps head by head, and facts.

    ``query`` counts patches from 1 and is 0 for the class token, whose weight comes
    first if there is one more than patches.
    """
    trained = weights.shape[1] > grid[0] * grid[1]
    step = min(220 / (grid[1] + trained * ASIDE), SCENE / grid[0])
    pixel = step * grid[0] / image.shape[1]
    shown = 1 - image if trained else image  # ink is dark
    plots.text(axes, 10, 14, "the query", align="left", weight="bold")
    plots.picture(axes, shown, 10, 28, pixel)
    if trained:
        plots.grid(
            axes, image.shape[1:], image.shape[1] // grid[0], 10, 28, pixel, "rule"
        )
    draw_query(axes, 10, 28, grid, step, query, trained)
    for i, line in enumerate(facts):
        plots.text(axes, 250, 38 + 22 * i, line, size=12, align="left")
    draw_maps(axes, grid, query, weights, trained)
    hint = "On the book's page and in a running notebook: with sliders."
    plots.text(axes, 10, 440, hint, "muted", 12, "left")


def draw_maps(
    axes: Axes, grid: tuple[int, int], query: int, weights: Tensor, trained: bool
) -> None:
    """Each head's weights, and its entropy as a share of the largest there can be."""
    heads, count = weights.shape
    scale, most = maps.Scale.attention(round_share(EVEN / count)), math.log(count)
    across = grid[1] + trained * ASIDE  # in cells
    way = arranged(heads, 460, HEIGHT, (grid[0], across))
    for head, row in enumerate(weights):
        x = 10 + head % way.columns * way.across
        y = TOP + CAPTION + head // way.columns * way.down
        patches = row[trained:].reshape(grid)
        scale.cells(axes, patches, x, y, way.step)
        plots.box(axes, x, y, grid[1] * way.step, grid[0] * way.step, "rule", line=1)
        if trained:
            left = x + (across - 1) * way.step
            scale.cells(axes, row[:1, None], left, y, way.step)
        draw_query(axes, x, y, grid, way.step, query, trained)
        plots.text(axes, x, y - 11, head + 1, size=12, align="left", weight="bold")
        entropy = torch.special.entr(row).sum().item()
        below = y + grid[0] * way.step + 4
        draw_entropy(axes, x, (y - 11, below), across * way.step, entropy, most)
    scale.bar(axes, 10, 396, 200)
    words = f"bars: entropy; full is ln {count} = {most:.2f}"
    plots.text(axes, 250, 400, words, size=12, align="left")


def draw_entropy(
    axes: Axes,
    x: float,
    ys: tuple[float, float],
    width: float,
    entropy: float,
    most: float,
) -> None:
    """An entropy as a number above a map and as a bar below it, full for ``most``."""
    above, below = ys
    plots.text(axes, x + width, above, f"{entropy:.2f}", size=12, align="right")
    plots.box(axes, x, below, width, 4, "rule", line=1)
    plots.box(axes, x, below, width * entropy / most, 4, "ink", "ink", 1)


def draw_query(
    axes: Axes,
    x: float,
    y: float,
    grid: tuple[int, int],
    step: float,
    query: int,
    trained: bool,
) -> None:
    """The query's outline, and the class token's square, in patches from (x, y) on."""
    aside = grid[1] + ASIDE - 1
    row, column = divmod(query - 1, grid[1]) if query else (0, aside)
    plots.focus(axes, x + column * step, y + row * step, step, step, "query")
    if trained:
        inset = 1 if query else 3  # inside the outline, if it has one
        left, side = x + aside * step + inset, step - 2 * inset
        plots.box(axes, left, y + inset, side, side, "class-token", line=2)


def round_share(share: float) -> float:
    """A share with two digits, as scales say it."""
    return float(f"{share:.2g}")
