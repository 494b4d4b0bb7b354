"""Draw the front page's map of the model: the data's way from picture to prediction."""

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from vitlib.data import mountains
from vitlib.patches import patchify
from vitlib.show import plots, style

CHAPTERS = {
    1: ("Patches", "patches"),
    2: ("Tokens", "tokens"),
    3: ("The class token", "class_token"),
    4: ("Position", "position"),
    5: ("Attention", "attention"),
    6: ("Heads", "heads"),
    7: ("The encoder block", "encoder"),
    8: ("The head", "head"),
    9: ("The whole ViT", "model"),
    10: ("Training", "training"),
    11: ("Looking inside", "inspection"),
    12: ("Scaling up", "scaling"),
    13: ("Mistakes, collected", "mistakes"),
}
PATCHES = patchify(mountains()[None], 20)[0]  # (15, 400)
LEFT, STEP, CELL = 12, 18, 14  # of the drawn sequences, in pixels
STREAM = LEFT + 20  # where the residual stream runs down
NAMES = 318  # where the column of names begins
# Of the chapters that are about the whole model.
PLACES = ((126, 722), (126, 746), (126, 770), (NAMES, 722), (NAMES, 746))


def chapter(axes: Axes, number: int, x: float, y: float) -> None:
    """A chapter's number and name, a link to it."""
    name, stem = CHAPTERS[number]
    link = {"url": f"notebooks/{number:02}_{stem}.ipynb"}
    plots.box(axes, x - 6, y - 14, 162, 44, line=0, fill="paper", alpha=0, **link)
    plots.text(axes, x, y, f"{number}  {name}", "patch", align="left", **link)


def stage(axes: Axes, number: int, y: float, shape: str) -> None:
    """A stage's name and, below it, the shape of what leaves it."""
    chapter(axes, number, NAMES, y)
    plots.text(axes, NAMES + 20, y + 19, shape, "muted", 12, "left")


def tokens(axes: Axes, y: float, first: int) -> None:
    """Fifteen tokens as columns of four cells, shaded by what their patches hold."""
    for i, patch in enumerate(PATCHES):
        shades = patch.reshape(4, 100).mean(dim=1)
        column = shades.reshape(1, 4, 1)
        plots.picture(axes, column, LEFT + (i + first) * STEP, y, CELL, tall=9)


def class_token(axes: Axes, y: float) -> None:
    """The class token: a column like the others, in its own colour."""
    plots.box(axes, LEFT, y, CELL, 36, "class-token", "class-token", line=1)


def positions(axes: Axes, y: float) -> None:
    """A wave under each token, one place further along."""
    for i in range(16):
        x = LEFT + i * STEP
        plots.box(axes, x, y, CELL, 18, "position", line=1)
        height = 8 + 7 * math.sin(i * 0.7)
        plots.box(axes, x, y + 18 - height, CELL, height, "position", "position", 0)


def down(axes: Axes, y: float, length: float = 18) -> None:
    """The way to the next stage."""
    plots.arrow(axes, (LEFT + 144, y), (LEFT + 144, y + length), line=3)


def picture_to_tokens(axes: Axes) -> None:
    """The upper half: what happens before the encoder."""
    plots.picture(axes, mountains(), LEFT + 52, 6, 1.84)
    plots.text(axes, NAMES, 50, "A picture", align="left")
    plots.text(axes, NAMES + 20, 69, "(1, 60, 100)", "muted", 12, "left")
    down(axes, 122)
    for i, patch in enumerate(PATCHES.reshape(15, 1, 20, 20)):
        plots.picture(axes, patch, LEFT + (i + 1) * STEP, 146, 0.8)
    stage(axes, 1, 144, "(15, 400)")
    down(axes, 168)
    tokens(axes, 192, 1)
    stage(axes, 2, 200, "(15, 768)")
    down(axes, 234)
    class_token(axes, 258)
    tokens(axes, 258, 1)
    stage(axes, 3, 266, "(16, 768)")
    plots.text(axes, LEFT + 144, 308, "+", "stream", 20)
    positions(axes, 322)
    stage(axes, 4, 322, "(16, 768)")
    plots.arrow(axes, (STREAM, 346), (STREAM, 366), line=5)


def branch(axes: Axes, y: float, words: str) -> None:
    """One branch of the block: off the stream, norm, attention or MLP, and back."""
    role, norm, work = {"color": style.colour("stream")}, LEFT + 72, LEFT + 164
    axes.plot([STREAM, norm], [y, y], lw=2, **role)
    plots.box(axes, norm, y - 14, 60, 28, "stream", "paper")
    plots.text(axes, norm + 30, y, "norm")
    plots.arrow(axes, (norm + 60, y), (work, y))
    plots.box(axes, work, y - 14, 100, 28, "stream", "paper")
    plots.text(axes, work + 50, y, words)
    axes.plot([work + 50, work + 50], [y + 14, y + 36], lw=2, **role)
    plots.arrow(axes, (work + 50, y + 36), (STREAM + 12, y + 36))
    axes.add_patch(Circle((STREAM, y + 36), 10, fc=style.colour("paper"), zorder=3))
    axes.add_patch(Circle((STREAM, y + 36), 10, fill=False, lw=2, zorder=3, **role))
    plots.text(axes, STREAM, y + 35, "+", size=17, zorder=4)


def encoder(axes: Axes, y: float) -> None:
    """The encoder block: two branches that leave the stream and come back to it."""
    plots.box(axes, LEFT - 4, y, 290, 172, "rule", "panel", line=1)
    plots.arrow(axes, (STREAM, y), (STREAM, y + 196), line=5)
    branch(axes, y + 28, "attention")
    branch(axes, y + 104, "MLP")
    plots.text(axes, LEFT + 278, y + 158, "12 times", "muted", align="right")
    chapter(axes, 5, NAMES, y + 18)
    chapter(axes, 6, NAMES, y + 42)
    stage(axes, 7, y + 94, "(16, 768)")


def head(axes: Axes, y: float) -> None:
    """The head: of the sixteen rows it reads one, and scores the classes."""
    class_token(axes, y)
    for i in range(15):
        plots.box(axes, LEFT + (i + 1) * STEP, y, CELL, 36, "rule", line=1)
    plots.arrow(axes, (LEFT + 7, y + 40), (LEFT + 7, y + 62), line=3)
    plots.box(axes, LEFT - 4, y + 66, 100, 28, "stream", "paper")
    plots.text(axes, LEFT + 46, y + 80, "norm, linear")
    plots.arrow(axes, (LEFT + 96, y + 80), (LEFT + 122, y + 80))
    for i, width in enumerate((16, 62, 9)):
        plots.box(axes, LEFT + 130, y + 56 + i * 18, width, 12, "ink", "ink", line=0)
        end = (LEFT + 136 + width, y + 62 + i * 18)
        plots.text(axes, *end, ("sea", "mountains", "city")[i], size=12, align="left")
    stage(axes, 8, y + 62, "one score per class")


def map_of_the_model() -> Figure:
    """The whole model on one page."""
    figure, axes = plots.canvas(786)
    picture_to_tokens(axes)
    encoder(axes, 368)
    head(axes, 570)
    axes.plot([LEFT, 468], [700, 700], color=style.colour("rule"), lw=1)
    plots.text(axes, LEFT, 722, "with all of it", "muted", align="left")
    others = [number for number in CHAPTERS if number > 8]
    for number, (x, y) in zip(others, PLACES, strict=True):
        chapter(axes, number, x, y)
    return figure


def draw() -> dict[str, Figure]:
    """The front page's figure by file name."""
    return {"intro-map": map_of_the_model()}
