"""The still picture of the inspector of shapes and costs."""

from textwrap import wrap

from matplotlib.axes import Axes

from vitlib import cost
from vitlib.encoder import ViTConfig
from vitlib.show import plots
from vitlib.show.widgets.cost_words import PARTS, brief, part_of, percent

HEIGHT = 568
TOP, STEP, BAR = 250, 31, 152  # of the parts: where they begin, rows, a column's width
STAGES = {  # what the picture says of each shape, and the role that marks it
    "picture": ("picture", "patch"),
    "patches": ("patches", "patch"),
    "tokens": ("tokens", "patch"),
    "class token": ("with class token", "class-token"),
    "positions": ("with positions", "position"),
    "weights": ("attention weights", "muted"),
    "hidden": ("hidden in the MLP", "stream"),
    "stream": ("after each block", "stream"),
    "head": ("head", "ink"),
}


def draw_still(
    axes: Axes, lines: list[str], shapes: dict[str, tuple], config: ViTConfig
) -> None:
    """What the panel says, the shapes in order, and what each part costs."""
    for i, line in enumerate(lines):
        look = {"weight": "bold"} if i == 0 else {}
        plots.text(axes, 10, 16 + 20 * i, line, size=12, align="left", **look)
    for i, (key, (name, role)) in enumerate(STAGES.items()):
        y = 68 + 19 * i
        plots.box(axes, 10, y - 6, 12, 12, role, role, line=0)
        plots.text(axes, 30, y, name, size=12, align="left")
        plots.text(axes, 190, y, shapes[key], size=12, align="left")
    draw_parts(axes, config)
    hint = "On the book's page and in a running notebook: with controls."
    plots.text(axes, 10, HEIGHT - 14, hint, "muted", 12, "left")


def draw_parts(axes: Axes, config: ViTConfig) -> None:
    """Parameters and multiply-adds of each part, with bars."""
    for i, name in enumerate(PARTS):
        plots.text(axes, 10, TOP + 24 + STEP * i, name, size=12, align="left")
    columns = (
        ("parameters", 140, "{:,}".format, cost.parameters(config)),
        ("multiply-adds", 314, brief, cost.multiply_adds(config)),
    )
    for title, x, words, costs in columns:
        plots.text(axes, x, TOP, title, "muted", 12, "left")
        total = sum(costs.values())
        for i, name in enumerate(PARTS):
            y, part = TOP + 24 + STEP * i, part_of(costs, name)
            plots.text(axes, x, y, words(part), size=12, align="left")
            if part:
                share = percent(part, total)
                plots.text(axes, x + BAR, y, share, "muted", 12, "right")
            draw_bar(axes, x, y + 9, part / total, PARTS[name][1])


def draw_bar(
    axes: Axes, x: float, y: float, share: float, roles: tuple[str, ...]
) -> None:
    """A share of all, as long as a column is wide if it is all, in roles' colours."""
    for i, role in enumerate(roles):
        width = BAR * share / len(roles)
        plots.box(axes, x + i * width, y, width, 5, role, role, line=0)


def draw_why_not(axes: Axes, words: str) -> None:
    """Why the settings make no model, and what would work."""
    plots.text(axes, 10, 16, "Impossible:", align="left", weight="bold")
    for i, line in enumerate(wrap(words, 62)):
        plots.text(axes, 10, 42 + 20 * i, line, align="left")
