"""Draw the figures of chapter 8 with numbers by hand: pooling, and batches' means."""

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vitlib.data import digits
from vitlib.show import plots, style
from vitlib.training import digits_model

# A picture's rows of three numbers, the class token's first
ROWS = [[6, 7, 0], [1, 4, 0], [2, 4, 3], [3, 1, 9]]
WAYS = {  # what is read of them, and from which to which row
    "row 0": (0, 1),
    "mean of the patches": (1, len(ROWS)),
    "mean of all rows": (0, len(ROWS)),
}
UNREAD = {"role": "muted", "line": 1, "linestyle": ":"}
CELL, TALL, TOP = 38, 30, 46  # of the tables
BATCH = 64  # pictures, until only two are left
LEFT, RIGHT, HIGH = 48, 444, 110  # of the bars: where they lie, and pixels for 100%


def pooled(first: int, last: int) -> list[float]:
    """The mean of some of the rows."""
    return torch.tensor(ROWS[first:last], dtype=torch.float64).mean(dim=0).tolist()


def kind(row: int) -> str:
    """The role of a row: the class token's or a patch's."""
    return "patch" if row else "class-token"


def way(axes: Axes, name: str, first: int, last: int, x: float) -> None:
    """One way: the rows, those it reads in full strength, and what it makes of them."""
    plots.text(axes, x + 1.5 * CELL, 16, name, weight="bold")
    for i, row in enumerate(ROWS):
        y, read = TOP + i * (TALL + 6) + 8 * (i > 0), first <= i < last
        look = {"role": kind(i), "line": 2} if read else UNREAD
        if read:
            plots.box(axes, x - 10, y, 6, TALL, kind(i), kind(i), line=0)
        for j, number in enumerate(row):
            plots.box(axes, x + j * CELL, y, CELL, TALL, **look)
            place = (x + (j + 0.5) * CELL, y + TALL / 2)
            plots.text(axes, *place, number, "ink" if read else "muted", 14)
    plots.arrow(axes, (x + 1.5 * CELL, 206), (x + 1.5 * CELL, 232), line=2.5)
    roles = {kind(row) for row in range(first, last)}
    role = roles.pop() if len(roles) == 1 else "ink"
    for j, number in enumerate(pooled(first, last)):
        plots.box(axes, x + j * CELL, 238, CELL, TALL, role, None, 2.5)
        place = (x + (j + 0.5) * CELL, 238 + TALL / 2)
        plots.text(axes, *place, f"{number:g}", size=14, weight="bold")


def pool() -> Figure:
    """Four rows become one, in three ways, each with its numbers."""
    figure, axes = plots.canvas(300)
    for i, (name, ends) in enumerate(WAYS.items()):
        way(axes, name, *ends, 22 + 161 * i)
    words = "row 0, orange: the class token; rows 1 to 3, purple: patches"
    plots.text(axes, 240, 288, words, "muted", 12)
    return figure


@torch.no_grad()
def batches() -> list[tuple[int, int]]:
    """Of each batch of test digits, as they come: how many, and how many are right."""
    images, labels = digits("test")
    right = digits_model().double()(images.double()).argmax(dim=1) == labels
    return [(len(part), int(part.sum())) for part in right.split(BATCH)]


def levels(axes: Axes, floor: float) -> None:
    """Lines at 0, 50 and 100%."""
    for value in (0, 0.5, 1):
        y = floor - HIGH * value
        grid = {"color": style.colour("rule"), "lw": 1, "zorder": 1}
        axes.plot([LEFT, RIGHT], [y, y], **grid)
        plots.text(axes, LEFT - 8, y, f"{value:.0%}", "muted", 12, "right")


def bars(axes: Axes, name: str, widths: list[float], floor: float) -> None:
    """A bar for each batch, so wide and as high as its accuracy, and their mean."""
    found, x, mean = batches(), LEFT, 0.0
    levels(axes, floor)
    for width, (count, right) in zip(widths, found, strict=True):
        role, fill = ("patch", "patch-soft") if count == BATCH else ("ink", "ink")
        share, accuracy = width / sum(widths), right / count
        wide, tall = (RIGHT - LEFT) * share, HIGH * accuracy
        plots.box(axes, x, floor, wide, -tall, role, fill, 1.2)
        inside, beside = (x + wide / 2, floor - 16), (RIGHT + 17, floor - tall)
        place = inside if count == BATCH else beside
        plots.text(axes, *place, f"{right}/{count}", size=12)
        x, mean = x + wide, mean + share * accuracy
    y, top = floor - HIGH * mean, floor - HIGH - 20
    axes.plot([LEFT, RIGHT], [y, y], color=style.colour("ink"), lw=2, ls="--")
    plots.text(axes, LEFT, top, name, align="left")
    plots.text(axes, RIGHT, top, f"mean {mean:.1%}", align="right", weight="bold")


def averaged() -> Figure:
    """Accuracies of eight batches, averaged by pictures and by batches."""
    figure, axes = plots.canvas(356)
    counts = [count for count, _ in batches()]
    bars(axes, "every picture counts the same", counts, 148)
    bars(axes, "every batch counts the same", [1] * len(counts), 312)
    words = "width of a bar: how much it counts; in it: how many are right"
    plots.text(axes, (LEFT + RIGHT) / 2, 338, words, "muted", 12)
    return figure


def draw() -> dict[str, Figure]:
    """These figures by file name."""
    return {"head-pool": pool(), "head-batches": averaged()}
