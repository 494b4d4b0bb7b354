"""Draw the figure of chapter 12 in which two processes train one model."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from figures.scaling_ways import CELL, DASHED, EACH, gradients, pictures, strip
from vitlib.show import maps, plots

COLUMNS = (8, 260)  # where the two processes begin
WIDE, SIDE = 212, 44  # of a process, and a picture's side
BLOCKS, AT_WORK = 4, 2  # of the model, and the one that is under way
TALL, THICK, ALONG = 52, 42, 48  # of a block, and from one to the next


def shares() -> list[Tensor]:
    """Both processes' gradients, each the mean over its own pictures: (10,) each."""
    parts, _ = gradients()  # each divided by the number of parts
    return [2 * half.sum(dim=0) for half in parts.chunk(2)]


def between(axes: Axes, y: float, words: str) -> None:
    """What goes from each process to the other."""
    middle = (COLUMNS[0] + WIDE + COLUMNS[1]) / 2
    for end in (-17, 17):
        plots.arrow(axes, (middle, y), (middle + end, y), "ink", 2.5)
    plots.text(axes, middle, y - 16, words, size=12.5, weight="bold")


def process(axes: Axes, x: float, number: int, own: Tensor, mean: Tensor) -> None:
    """A process's pictures, its model, its own gradient and the mean of both."""
    middle = x + WIDE / 2
    scale = maps.Scale.signed(round(max(map(most, shares())), 2))
    plots.text(axes, middle, 48, f"process {number + 1}", weight="bold")
    for pair in range(2):
        first = (2 * number + pair) * EACH
        pictures(axes, x + 12 + pair * 2 * (SIDE + 4), 62, first, SIDE)
    plots.arrow(axes, (middle, 110), (middle, 130))
    plots.box(axes, x, 132, WIDE, 30, "stream", "panel", 2.5)
    plots.text(axes, middle, 147, "the same weights")
    plots.arrow(axes, (middle, 166), (middle, 186))
    for y, row in ((190, own), (242, mean)):
        strip(axes, row, middle - 5 * CELL, y, scale)
    plots.arrow(axes, (middle, 212), (middle, 238))
    plots.text(axes, middle, 274, "the same step", size=12.5)
    if number:
        scale.line(axes, 418, 14, 46)


def most(row: Tensor) -> float:
    """The largest size of a gradient."""
    return row.abs().max().item()


def halves(axes: Axes, x: float, y: float, number: int, gathered: int) -> None:
    """Blocks of which a process holds its half, and one gathered whole, if any."""
    for block in range(1, BLOCKS + 1):
        left = x + 12 + (block - 1) * ALONG
        for half in (0, 1):
            own = half == number
            look = {} if own else DASHED
            lent = not own and block == gathered
            fill = "stream" if own else "rule" if lent else None
            role = "stream" if own or lent else "rule"
            top = y + half * TALL / 2
            plots.box(axes, left, top, THICK, TALL / 2 - 3, role, fill, 1.5, **look)


def sharded(axes: Axes, top: float) -> None:
    """What each process holds all the time, and while a block is under way."""
    title = "fully sharded: each holds half of every block"
    plots.text(axes, 8, top, title, align="left", weight="bold")
    for number, x in enumerate(COLUMNS):
        halves(axes, x, top + 24, number, 0)
        halves(axes, x, top + 124, number, AT_WORK)
    words = f"block {AT_WORK} is under way: its other half is lent, then forgotten"
    plots.text(axes, 8, top + 104, words, align="left")
    between(axes, top + 156, "gather")


def parallel() -> Figure:
    """Two processes with the same weights; and beneath, with half of them each."""
    figure, axes = plots.canvas(522)
    title = "data parallel: each holds all"
    plots.text(axes, 8, 14, title, align="left", weight="bold")
    own = shares()
    mean = sum(own) / len(own)
    for number, x in enumerate(COLUMNS):
        process(axes, x, number, own[number], mean)
    between(axes, 224, "average")
    words = "in colours: gradients of the head’s ten biases"
    plots.text(axes, 240, 298, words, "muted", 12)
    sharded(axes, 336)
    return figure


def draw() -> dict[str, Figure]:
    """This figure by file name."""
    return {"scaling-parallel": parallel()}
