"""What flows through the whole model, stage by stage, as chapter 9's picture draws it.

Each function draws at (x, y) what the patches (N, C, P, P) of a picture have become.
"""

from matplotlib.axes import Axes
from torch import Tensor

from vitlib.show import plots, style

STEP, CELL, TALL = 10, 8, 28  # of the drawn tokens
SLOTS, FIRST, LAST = 16, 12, 2  # how many fit; how many at both ends of more
WIDE = SLOTS * STEP - 2
STREAM = CELL / 2  # from the left, where the residual stream runs down


def slots(count: int, start: int = 1) -> list[int]:
    """Where to draw so many things from a slot on: all, or some at both ends."""
    if start + count <= SLOTS:
        return list(range(start, start + count))
    return [*range(start, 1 + FIRST), *range(SLOTS - LAST, SLOTS)]


def dots(axes: Axes, x: float, y: float) -> None:
    """That some are left out between the ends."""
    middle = x + (FIRST + SLOTS - LAST) / 2 * STEP + CELL / 2
    plots.text(axes, middle, y, "…", size=12)


def several(
    axes: Axes,
    x: float,
    y: float,
    count: int,
    role: str,
    fill: str,
    tall: float = TALL,
    start: int = 1,
) -> None:
    """So many like things side by side."""
    shown = slots(count, start)
    for slot in shown:
        plots.box(axes, x + slot * STEP, y, CELL, tall, role, fill, line=1)
    if len(shown) < count:
        dots(axes, x, y + tall / 2)


def first(axes: Axes, x: float, y: float, role: str, tall: float = TALL) -> None:
    """What belongs to the class token, in front of all others."""
    plots.box(axes, x, y, CELL, tall, role, role, line=1)


def patches(axes: Axes, x: float, y: float, cut: Tensor) -> None:
    """The patches themselves, in reading order."""
    shown = slots(len(cut))
    ends = [*cut[: len(shown) - LAST], *cut[-LAST:]]
    for slot, patch in zip(shown, ends, strict=True):
        plots.picture(axes, patch, x + slot * STEP, y, CELL / patch.shape[-1])
    if len(shown) < len(cut):
        dots(axes, x, y + CELL / 2)


def tokens(axes: Axes, x: float, y: float, cut: Tensor) -> None:
    """A token for each patch."""
    several(axes, x, y, len(cut), "patch", "patch-soft")


def with_class_token(axes: Axes, x: float, y: float, cut: Tensor) -> None:
    """The class token, then the others."""
    tokens(axes, x, y, cut)
    first(axes, x, y, "class-token")


def with_positions(axes: Axes, x: float, y: float, cut: Tensor) -> None:
    """A position in every token, the class token's as well."""
    with_class_token(axes, x, y, cut)
    for slot in [0, *slots(len(cut))]:
        place = (x + slot * STEP, y + TALL - CELL)
        plots.box(axes, *place, CELL, CELL, "position", "position", line=1)


def blocks(axes: Axes, x: float, y: float, cut: Tensor) -> None:
    """Twelve blocks around one stream, with two branches each."""
    plots.box(axes, x - 6, y, WIDE + 6, 54, "rule", "panel", line=1)
    look = {"color": style.colour("stream"), "zorder": plots.LAYER}
    axes.plot([x + STREAM] * 2, [y, y + 54], lw=5, solid_capstyle="butt", **look)
    for i, name in enumerate(("attention", "MLP")):
        middle = y + 14 + 26 * i
        axes.plot([x + STREAM, x + 30], [middle, middle], lw=2, **look)
        plots.box(axes, x + 30, middle - 10, 76, 20, "stream", "paper")
        plots.text(axes, x + 68, middle, name, size=12)
    plots.text(axes, x + WIDE - 8, y + 27, "× 12", align="right")


def row(axes: Axes, x: float, y: float, cut: Tensor) -> None:
    """The class token's row alone is read."""
    several(axes, x, y, len(cut), "rule", "paper")
    first(axes, x, y, "class-token")


def logits(axes: Axes, x: float, y: float, classes: int) -> None:
    """A number for each class."""
    several(axes, x, y, classes, "ink", "ink", CELL, start=0)
