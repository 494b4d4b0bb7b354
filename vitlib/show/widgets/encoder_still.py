"""The still picture of the block's widget."""

from matplotlib.axes import Axes
from matplotlib.patches import Circle
from torch import Tensor

from vitlib.show import maps, plots, style

HEIGHT = 500
BRANCH, STREAM = 56, 116  # how far down the drawing
LEFT, SPACING, PLUS = 34, 66, 12
TOP, ROW = 200, 13  # of the tokens
LIMIT = 2  # of a token's numbers; there red and blue end


def draw_still(
    axes: Axes,
    head: str,
    names: tuple[str, ...],
    step: int,
    off: set[str],
    title: str,
    tokens: Tensor,
) -> None:
    """The way through the block, its chosen step lit, and the tokens there (17, 48).

    ``names`` are those of the seven steps, ``off`` those of branches that add 0.
    """
    plots.text(axes, 10, 14, head, align="left", weight="bold")
    plots.text(axes, 470, 14, "thick: the residual stream", "muted", 12, "right")
    draw_way(axes, names, step, off)
    draw_tokens(axes, title, tokens)
    hint = "On the book's page and in a running notebook: with sliders."
    plots.text(axes, 10, HEIGHT - 14, hint, "muted", 12, "left")


def place(step: float) -> float:
    """How far to the right a step stands."""
    return LEFT + step * SPACING


def draw_way(axes: Axes, names: tuple[str, ...], step: int, off: set[str]) -> None:
    """The residual stream as the one thick line, and the branches above it."""
    plots.arrow(axes, (place(0), STREAM), (474, STREAM), line=7)
    end = names.index("add")  # where what a branch found is added
    pre = names[1] == "norm"
    for start, name in ((0, "attention"), (3, "MLP")):
        role, dashes = ("rule", "--") if name in off else ("stream", "-")
        x = [place(start + 0.5), place(start + 0.5), place(start + end)]
        y = [STREAM, BRANCH, BRANCH]
        axes.plot(x, y, dashes, color=style.colour(role), lw=2, zorder=plots.LAYER)
        plots.arrow(axes, (x[2], BRANCH), (x[2], STREAM - PLUS), role)
    for i, name in enumerate(names):
        inside = name in ("attention", "MLP") or (pre and name == "norm")
        y = BRANCH if inside else STREAM
        draw_step(axes, "off" if name in off else name, place(i), y, i == step)
        look = {"weight": "bold"} if i == step else {}
        plots.text(axes, place(i), STREAM + 30, i, size=12, **look)


def draw_step(axes: Axes, name: str, x: float, y: float, lit: bool) -> None:
    """A box with the step's name, or a circle with a plus; inverted where lit."""
    face, ink = ("ink", "paper") if lit else ("paper", "ink")
    if name == "add":
        look = {"fc": style.colour(face), "ec": style.colour("ink"), "lw": 1.5}
        axes.add_patch(Circle((x, y), PLUS, zorder=plots.LAYER, **look))
        plots.text(axes, x, y, "+", ink, 16, weight="bold")
        return
    plots.box(axes, x - 29, y - 15, 58, 30, "ink", face)
    size = 12 if len(name) < 8 else 10.5
    plots.text(axes, x, y, name, ink, size)


def draw_tokens(axes: Axes, title: str, tokens: Tensor) -> None:
    """A row of colours for each token, its number before it, and the scale."""
    ends = (f"−{LIMIT} or less", "0", f"{LIMIT} or more")
    scale = maps.Scale(style.SIGNED, -LIMIT, LIMIT, ends)
    count, dim = tokens.shape
    words = f"{title} ({count} × {dim})"
    plots.text(axes, 10, TOP - 16, words, align="left", weight="bold")
    scale.paint(axes, tokens, 48, TOP, 422, count * ROW)
    for token in range(count):
        y = TOP + token * ROW
        role = "patch" if token else "class-token"
        plots.box(axes, 36, y + 1, 7, ROW - 2, role, role, line=0)
        if token % 2 == 0:
            plots.text(axes, 30, y + ROW / 2, token, size=12, align="right")
    scale.bar(axes, 48, TOP + count * ROW + 10, 422)
