"""The figure of chapter 6 about the order of rows in a fused weight."""

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from vitlib.show import plots, style

DIM, HEADS = 8, 2
FEATURES = DIM // HEADS
ROLES = ("query", "key", "value")
TOP, TALL, WIDE = 58, 17, 86  # of the stripes, in pixels
LEFT, RIGHT = 90, 318  # where they begin


def rows() -> Tensor:
    """Which row of (qkv h d) stands at each place of (h d qkv): (24,)."""
    order = torch.arange(3 * DIM).view(3, HEADS, FEATURES)  # (qkv, h, d)
    return order.permute(1, 2, 0).flatten()  # (h·d·qkv,)


def stripe(axes: Axes, row: int, place: int, x: float) -> None:
    """A row of (qkv h d): its number, and what it makes, a feature of a head."""
    kind, rest = divmod(row, DIM)
    head, feature = divmod(rest, FEATURES)
    y = TOP + place * TALL
    fill = ("paper", "patch-soft")[head]
    plots.box(axes, x, y, WIDE, TALL, "rule", fill, line=1)
    plots.box(axes, x, y, 8, TALL, ROLES[kind], ROLES[kind], line=0)
    words = f"{'qkv'[kind]} {head + 1}.{feature + 1}"
    plots.text(axes, x + 32, y + TALL / 2, row, "muted", 12, "right")
    plots.text(axes, x + 42, y + TALL / 2, words, size=12, align="left")


def bracket(axes: Axes, x: float, first: int, last: int, words: str) -> None:
    """A line along rows first to last, with words beside it; left of x or right."""
    top, bottom = TOP + first * TALL + 2, TOP + (last + 1) * TALL - 2
    axes.plot([x, x], [top, bottom], color=style.colour("muted"), lw=1.5)
    left = x < LEFT
    align, shift = ("right", -6) if left else ("left", 6)
    plots.text(axes, x + shift, (top + bottom) / 2, words, align=align)


def layouts() -> Figure:
    """Two orders of the same rows, and which row of one is which of the other."""
    figure, axes = plots.canvas(TOP + 24 * TALL + 34)
    order = rows().tolist()
    for x, name, whose in ((LEFT, "(qkv h d)", "as in timm and vitlib"),
                           (RIGHT, "(h d qkv)", "as in some tutorials")):  # fmt: skip
        plots.text(axes, x + WIDE / 2, 14, name, weight="bold")
        plots.text(axes, x + WIDE / 2, 34, whose, "muted", 12)
    for place, row in enumerate(order):
        role = ROLES[row // DIM]
        ends = [TOP + (i + 0.5) * TALL for i in (row, place)]
        look = {"color": style.colour(role), "lw": 1.3, "zorder": plots.LAYER}
        dashes = {"ls": "--"} if row % DIM >= FEATURES else {}
        axes.plot([LEFT + WIDE, RIGHT], ends, **look, **dashes)
        stripe(axes, row, row, LEFT)
        stripe(axes, row, place, RIGHT)
    for part in range(3 * HEADS):
        words = f"{'qkv'[part // HEADS]}, head {part % HEADS + 1}"
        bracket(axes, LEFT - 8, 4 * part, 4 * part + 3, words)
    for head in range(HEADS):
        bracket(axes, RIGHT + WIDE + 8, 12 * head, 12 * head + 11, f"head {head + 1}")
    words = "14  k 2.3: row 14 of (qkv h d) makes the key's feature 3 in head 2"
    plots.text(axes, 240, TOP + 24 * TALL + 18, words, "muted", 12)
    return figure


def draw() -> dict[str, Figure]:
    """The figure by file name."""
    return {"heads-layouts": layouts()}
