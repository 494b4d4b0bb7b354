"""Draw the figure of chapter 9 about how libraries keep the weights of q, k and v."""

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vitlib.checkpoints.layouts import names_in
from vitlib.show import plots, style

KEY = "blocks.0.attn.qkv.weight"
DIM, HEADS = 6, 2
FEATURES = DIM // HEADS
ROLES = ("query", "key", "value")
CELL, GAP = 10, 10  # pixels of a number in a drawn matrix; between three matrices
Row = tuple[int, int]  # which of q, k and v it makes, and in which head


def rows(order: str = "qkv h d") -> list[Row]:
    """What the rows of a fused weight make, if its rows are in this order."""
    sizes = {"qkv": 3, "h": HEADS, "d": FEATURES}
    kept = ["qkv", "h", "d"]
    number = torch.arange(3 * DIM).view(*sizes.values())  # (qkv, h, d)
    moved = number.permute([kept.index(axis) for axis in order.split()]).flatten()
    return [(row // DIM, row % DIM // FEATURES) for row in moved.tolist()]


def matrix(axes: Axes, made: list[Row], x: float, y: float) -> None:
    """Rows in the colours of what they make; those of head 2 are hollow."""
    for i, (kind, head) in enumerate(made):
        fill, place = "paper" if head else ROLES[kind], (x + 1, y + i * CELL + 1)
        plots.box(axes, *place, DIM * CELL - 2, CELL - 2, ROLES[kind], fill, line=1.3)


def bracket(axes: Axes, x: float, top: float, count: int, words: str) -> None:
    """A line beside so many rows, with what they are."""
    ends = [top + 2, top + count * CELL - 2]
    axes.plot([x, x], ends, color=style.colour("muted"), lw=1.5)
    plots.text(axes, x + 7, sum(ends) / 2, words, align="left")


def title(axes: Axes, x: float, y: float, name: str, below: str) -> None:
    """What a panel shows."""
    plots.text(axes, x, y, name, align="left", weight="bold", size=14)
    plots.text(axes, x, y + 20, below, "muted", 12, "left")


def name_lines(axes: Axes, x: float, y: float, name: str) -> None:
    """A long name in lines of one or two parts, each beginning with a dot but one."""
    parts, lines = name.split("."), [""]
    for part in parts:
        longer = f"{lines[-1]}.{part}" if lines[-1] else part
        if len(longer) > 21 and lines[-1]:
            lines.append(f".{part}")
        else:
            lines[-1] = longer
    for i, line in enumerate(lines):
        plots.text(axes, x, y + 16 * i, line, size=12, align="left")


def fused(axes: Axes, x: float, y: float) -> None:
    """One matrix whose rows make all queries, all keys, all values."""
    title(axes, x, y, "one matrix", "timm, vitlib, torchvision: (3D, D)")
    matrix(axes, rows(), x, y + 38)
    for i, name in enumerate(("q", "k", "v")):
        bracket(axes, x + DIM * CELL + 8, y + 38 + i * DIM * CELL, DIM, name)
    for i, layout in enumerate(("timm", "torchvision")):
        (name,) = names_in(layout, KEY)
        plots.text(axes, x + 94, y + 50 + 62 * i, layout, "muted", 12, "left")
        name_lines(axes, x + 94, y + 67 + 62 * i, name)


def apart(axes: Axes, x: float, y: float) -> None:
    """Three matrices of the same rows."""
    title(axes, x, y, "three matrices", "Hugging Face: (D, D) each")
    for i, name in enumerate(names_in("huggingface", KEY)):
        top = y + 38 + i * (DIM * CELL + GAP)
        matrix(axes, rows()[i * DIM : (i + 1) * DIM], x, top)
        name_lines(axes, x + DIM * CELL + 14, top + 10, name)


def other(axes: Axes, order: str, words: str, inside: str, x: float, y: float) -> None:
    """A fused matrix in another order."""
    title(axes, x, y, f"({order})", words)
    matrix(axes, rows(order), x, y + 38)
    for head in range(HEADS):
        top = y + 38 + head * 3 * FEATURES * CELL
        bracket(axes, x + DIM * CELL + 8, top, 3 * FEATURES, f"head {head + 1}")
        place = (x + DIM * CELL + 15, top + 1.5 * FEATURES * CELL + 18)
        plots.text(axes, *place, inside, "muted", 12, "left")


def layouts() -> Figure:
    """The same rows of numbers, as libraries keep them."""
    figure, axes = plots.canvas(556)
    fused(axes, 8, 16)
    apart(axes, 256, 16)
    axes.plot([8, 472], [274, 274], color=style.colour("rule"), lw=1)
    other(axes, "h qkv d", "head by head", "all q, all k, all v", 8, 296)
    other(axes, "h d qkv", "feature by feature", "q, k, v, q, k, v, …", 256, 296)
    for i, name in enumerate(("q", "k", "v")):
        x = 8 + 50 * i
        plots.box(axes, x, 530, 11, 11, ROLES[i], ROLES[i], line=1)
        plots.box(axes, x + 14, 530, 11, 11, ROLES[i], "paper", line=1)
        plots.text(axes, x + 31, 536, name, align="left")
    words = "filled: rows of head 1; hollow: of head 2"
    plots.text(axes, 472, 536, words, "muted", 12, "right")
    return figure


def draw() -> dict[str, Figure]:
    """This figure by file name."""
    return {"model-layouts": layouts()}
