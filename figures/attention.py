"""Draw the first figure of chapter 5: a patch asks all patches."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from torch import Tensor

from vitlib.attention import scaled_dot_product_attention
from vitlib.data import mountains
from vitlib.patches import patchify
from vitlib.show import maps, plots, style

SCENE = mountains()  # (1, 60, 100)
PATCHES = patchify(SCENE[None], 20)[0].double()  # (15, 400)
ASKING = 12  # the patch that the book follows, counted from 1
SIDE = 72  # of the new token, and of a line that would carry all of one patch


def like_itself() -> tuple[Tensor, Tensor]:
    """What patch 12 makes of all patches, compared by their pixels less the mean.

    Returns: the mean (400) of the patches' pixels, and the weights (15).
    """
    centred = PATCHES - PATCHES.mean()  # (15, 400)
    row = slice(ASKING - 1, ASKING)
    mixed, weights = scaled_dot_product_attention(centred[row], centred, PATCHES)
    return mixed[0], weights[0]


def asks(axes: Axes, x: float, y: float, side: float) -> None:
    """The outline of what asks, seen on light and dark alike."""
    plots.box(axes, x, y, side, side, "paper", line=5)
    plots.box(axes, x, y, side, side, "query", line=3)


def flow(
    axes: Axes, start: plots.Point, end: plots.Point, role: str, thick: float
) -> None:
    """A curve that falls from one point to another."""
    (x, y), (to, down) = start, end
    bend = 0.6 * (down - y)
    points = [start, (x, y + bend), (to, down - bend), end]
    path = Path(points, [Path.MOVETO] + [Path.CURVE4] * 3)
    look = {"ec": style.colour(role), "fc": "none", "lw": thick}
    axes.add_patch(PathPatch(path, capstyle="butt", zorder=plots.LAYER, **look))


def place(number: int) -> int:
    """The left of a patch in the row of fifteen, 30 pixels wide, counted from 1."""
    return 8 + 31 * (number - 1)


def shares(axes: Axes, weights: Tensor, y: float) -> None:
    """The patches in a row, the weight of each as a shade and in per cent."""
    scale = maps.Scale.attention(0.3)
    row = plots.mosaic(PATCHES.reshape(1, 15, 20, 20), 15)  # with its gaps 21 wide each
    plots.picture(axes, row, place(1), y + 14, 31 / 21)
    places = [(place(number), int(y) + 80) for number in range(1, 16)]
    scale.tiles(axes, [np.full((2, 3), share) for share in weights], places, 10)
    for number, share in enumerate(weights.tolist(), start=1):
        x = place(number)
        bold = "bold" if number == ASKING else "normal"
        plots.text(axes, x + 15, y, number, weight=bold)
        plots.box(axes, x, y + 80, 30, 20, "rule", line=1)
        plots.text(axes, x + 15, y + 114, f"{share:.0%}", size=12)
    asks(axes, place(ASKING), y + 14, 30)
    words = "weights: shares that sum to 1"
    plots.text(axes, 8, y + 64, words, align="left", weight="bold")
    scale.line(axes, 350, y + 64)


def question(axes: Axes) -> None:
    """The picture, and patch 12 that asks all of its patches."""
    plots.picture(axes, SCENE, 8, 8, 2)
    plots.grid(axes, (60, 100), 20, 8, 8, 2)
    plots.text(axes, 224, 24, "A picture in 15 patches", align="left")
    plots.text(axes, 224, 76, "query", "query", align="left", weight="bold")
    words = f"Patch {ASKING} asks all patches:"
    plots.text(axes, 224, 96, words, align="left")
    plots.text(axes, 224, 116, "how like me are you?", align="left", style="italic")
    for number in range(1, 16):
        flow(axes, (68, 128), (place(number) + 15, 174), "query", 1)
    asks(axes, 48, 88, 40)


def mean() -> Figure:
    """Patch 12 asks, each patch gives a share, and the mean is the new token 12."""
    figure, axes = plots.canvas(540)
    mixed, weights = like_itself()
    question(axes)
    shares(axes, weights, 186)
    left = 204.0  # where the new token begins: its lines lie side by side upon it
    for number, share in enumerate(weights.tolist(), start=1):
        start, end = (place(number) + 15, 314), (left + SIDE * share / 2, 432)
        flow(axes, start, end, "paper", 1.12 * SIDE * share)  # so that it stands apart
        flow(axes, start, end, "patch", SIDE * share)
        left += SIDE * share
    pixels = mixed.reshape(1, 20, 20).round(decimals=6)  # the same on any machine
    plots.picture(axes, pixels, 204, 434, SIDE / 20)
    asks(axes, 204, 434, SIDE)
    plots.text(axes, 292, 450, f"the new token {ASKING}:", align="left", weight="bold")
    words = "the mean of all patches,\neach by its weight"
    plots.text(axes, 292, 481, words, align="left", linespacing=1.3)
    words = "A line is as thick\nas the patch's share."
    plots.text(axes, 188, 460, words, "muted", align="right", linespacing=1.4)
    words = "Pixels are compared and averaged here; a ViT learns what to compare."
    plots.text(axes, 240, 528, words, "muted", 12)
    return figure


def draw() -> dict[str, Figure]:
    """This figure by file name."""
    return {"attention-mean": mean()}
