"""Draw the figures of chapter 7 that show the block and what it is made of."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from vitlib.show import plots, style

BATCH, TOKENS, WIDTH, HIDDEN = 13, 176, 768, 1152  # of the block that is drawn
STREAM, NORM, WORK = 44, 106, 190  # where the stream and the boxes stand
STEP, CELL, SHOWN = 24, 14, 7  # of the drawn tokens: distance, width, how many
TALL = 15  # of a token with WIDTH numbers
CHOSEN = 3  # the token whose sources are followed


def shape(width: int) -> str:
    """The shape of all tokens with so many numbers each."""
    return f"({BATCH}, {TOKENS}, {width})"


def place(number: int) -> float:
    """The left of a token in a box; the class token is number 0."""
    return WORK + 16 + number * STEP


def tokens(axes: Axes, y: float, width: int = WIDTH) -> None:
    """A few tokens side by side, as tall as they have numbers."""
    for number in range(SHOWN):
        edge = "patch" if number else "class-token"
        fill = "patch-soft" if number else "class-token"
        plots.box(axes, place(number), y, CELL, TALL * width / WIDTH, edge, fill, 1.2)


def between(
    axes: Axes, one: int, other: int, top: float, bottom: float, chosen: bool
) -> None:
    """A line from a token of the upper row to one of the lower row."""
    x = [place(number) + CELL / 2 for number in (one, other)]
    role, thick = ("ink", 2.2) if chosen else ("stream", 0.8)
    look = {"color": style.colour(role), "lw": thick, "zorder": plots.LAYER}
    axes.plot(x, [top, bottom], **look)


def mixing(axes: Axes, y: float) -> None:
    """Inside attention: each token that comes out has drawn from all that came in."""
    for other in sorted(range(SHOWN), key=CHOSEN.__eq__):  # the followed one on top
        for one in range(SHOWN):
            between(axes, one, other, y + TALL + 2, y + 76, other == CHOSEN)
    tokens(axes, y)
    tokens(axes, y + 78)
    plots.text(axes, 472, y + 8, shape(WIDTH), size=12, align="right")
    plots.text(axes, 472, y + 86, shape(WIDTH), size=12, align="right")
    plots.text(axes, 472, y + 37, "every token from", "muted", 12, "right")
    plots.text(axes, 472, y + 54, "every token", "muted", 12, "right")


def alone(axes: Axes, y: float) -> None:
    """Inside the MLP: each token becomes wider and narrow again, by itself."""
    for number in range(SHOWN):
        chosen = number == CHOSEN
        between(axes, number, number, y + TALL + 2, y + 37, chosen)
        between(axes, number, number, y + 64, y + 83, chosen)
    tokens(axes, y)
    tokens(axes, y + 39, HIDDEN)
    tokens(axes, y + 85)
    for down, width in ((8, WIDTH), (51, HIDDEN), (93, WIDTH)):
        plots.text(axes, 472, y + down, shape(width), size=12, align="right")
    plots.text(axes, 472, y + 29, "fc1, GELU", "muted", 12, "right")
    plots.text(axes, 472, y + 74, "fc2", "muted", 12, "right")


def plus(axes: Axes, y: float) -> None:
    """Where a branch is added to the stream."""
    role = {"ec": style.colour("stream"), "fc": style.colour("paper"), "lw": 2.5}
    axes.add_patch(Circle((STREAM, y), 15, zorder=3, **role))
    plots.text(axes, STREAM, y - 1, "+", size=22, zorder=4)


BRANCHES = {  # the norm, and what works on what it hands on
    "norm1": ("attention", "mixes the tokens"),
    "norm2": ("MLP", "each token alone"),
}


def branch(axes: Axes, y: float, name: str) -> None:
    """A branch: off the stream, norm, a box of work, and back to be added."""
    middle, low, (work, words) = WORK + 144, y + 164, BRANCHES[name]
    plots.arrow(axes, (STREAM, y), (NORM, y), line=2.5)
    plots.box(axes, NORM, y - 15, 58, 30, "stream", "paper", 2)
    plots.text(axes, NORM + 29, y, name)
    for i, part in enumerate(("each token", "alone")):
        plots.text(axes, NORM + 29, y + 27 + 16 * i, part, "muted", 12)
    plots.arrow(axes, (NORM + 58, y), (WORK, y), line=2.5)
    plots.box(axes, WORK, y - 20, 289, 152, "stream", "panel", 2)
    plots.text(axes, WORK + 16, y - 2, work, align="left", weight="bold", size=14)
    plots.text(axes, 472, y - 2, words, align="right", size=14)
    grey = {"color": style.colour("stream"), "lw": 2.5, "solid_joinstyle": "round"}
    axes.plot([middle, middle, STREAM + 30], [low - 32, low, low], **grey)
    plots.arrow(axes, (STREAM + 32, low), (STREAM + 16, low), line=2.5)
    added = f"what the {work} adds".replace("the attention", "attention")
    plots.text(axes, NORM, low + 15, added, "muted", 12, "left")
    plus(axes, low)


def block() -> Figure:
    """The block: one thick stream, and two branches that are added to it."""
    figure, axes = plots.canvas(534)
    grey = style.colour("stream")
    axes.plot([STREAM] * 2, [10, 514], color=grey, lw=11, zorder=plots.LAYER)
    axes.fill([STREAM - 15, STREAM + 15, STREAM], [510, 510, 530], color=grey, lw=0)
    told = {18: f"{BATCH} pictures of {TOKENS} tokens of {WIDTH} numbers"}
    for y, words in (told | {517: "to the next block"}).items():
        plots.text(axes, STREAM + 22, y, shape(WIDTH), weight="bold", align="left")
        plots.text(axes, STREAM + 132, y, words, "muted", align="left")
    branch(axes, 72, "norm1")
    mixing(axes, 96)
    branch(axes, 304, "norm2")
    alone(axes, 323)
    plots.text(axes, 18, 270, "residual stream", rotation=90)
    return figure


def draw() -> dict[str, Figure]:
    """The chapter's figures by file name."""
    return {"encoder-block": block()}
