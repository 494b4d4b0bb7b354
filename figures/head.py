"""Draw the figure of chapter 8 that shows the way from rows to an answer."""

import torch
import torch.nn.functional as F
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from figures.class_token import FOLLOWED
from vitlib.data import digits
from vitlib.show import maps, plots, style
from vitlib.show.plots import Point
from vitlib.training import digits_model

SCALE = maps.Scale.signed(4)  # of all numbers in the path
CELL, TALL, FIRST = 2.75, 7, 11  # of a number of the 17 rows, and of row 0
BEFORE, AFTER, TOP = 106, 337, 52  # where the rows stand, before the norm and after
WIDE, STRIP = 9, 214  # of a number of the row that is read; its top
BAR, BARS, LINE = 28, 380, 20  # of the scores: pixels for 1, top, distance
ZERO = 58  # where the scores' bars begin
HEAD = 102  # the middle of the way down


@torch.no_grad()
def steps() -> dict[str, Tensor]:
    """One digit's rows before the final norm and after, and its logits, in float64."""
    model, (images, labels) = digits_model().double(), digits("test")
    image = images[labels == FOLLOWED][0]
    stream = model.blocks(model.embed(image[None].double()))  # (1, 17, D)
    rows = model.norm(stream)  # (1, 17, D)
    logits = model.head(rows[:, 0])  # (1, K)
    return {"image": image, "stream": stream, "rows": rows, "logits": logits}


def seventeen(axes: Axes, rows: Tensor, x: float, name: str) -> None:
    """All rows of one picture as colours, the class token's apart from the others."""
    wide = rows.shape[2] * CELL
    plots.text(axes, x + wide / 2, 12, name, size=12.5)
    plots.text(axes, x + wide / 2, 32, shape(rows), weight="bold", size=12.5)
    parts = {"class-token": (rows[0, :1], TOP), "patch": (rows[0, 1:], TOP + 18)}
    for role, (part, y) in parts.items():
        high = len(part) * TALL if role == "patch" else FIRST
        SCALE.paint(axes, part, x, y, wide, high)
        plots.box(axes, x, y, wide, high, role, line=2)
        plots.box(axes, x - 9, y - 1, 6, high + 2, role, role, line=0)


def shape(rows: Tensor) -> str:
    """A tensor's shape, as Python says it."""
    return f"{tuple(rows.shape)}"


def to_the_norm(axes: Axes, found: dict[str, Tensor]) -> None:
    """The upper part: a digit, its rows, and the same after the norm."""
    plots.picture(axes, 1 - found["image"], 8, TOP + 34, 7)
    plots.box(axes, 8, TOP + 34, 56, 56, "rule", line=1)
    plots.text(axes, 36, TOP + 22, "a digit", size=12)
    plots.arrow(axes, (68, TOP + 62), (92, TOP + 62), line=2.5)
    SCALE.line(axes, 46, TOP + 112, 34)
    seventeen(axes, found["stream"], BEFORE, "after the last block")
    plots.arrow(axes, (242, TOP + 62), (256, TOP + 62), line=2.5)
    plots.box(axes, 256, TOP + 47, 50, 30, "stream", "paper", 2)
    plots.text(axes, 281, TOP + 62, "norm")
    plots.text(axes, 281, TOP + 92, "each row", "muted", 12)
    plots.text(axes, 281, TOP + 108, "alone", "muted", 12)
    plots.arrow(axes, (306, TOP + 62), (325, TOP + 62), line=2.5)
    seventeen(axes, found["rows"], AFTER, "after the final norm")


def read(axes: Axes, rows: Tensor) -> None:
    """Row 0 alone, enlarged, on its way from the others to the head."""
    right, y, wide = AFTER + rows.shape[2] * CELL, TOP + FIRST / 2, rows.shape[2] * WIDE
    line = {"color": style.colour("class-token"), "lw": 3, "zorder": plots.LAYER}
    axes.plot([right + 1, 476, 476, 458], [y, y, STRIP + 11, STRIP + 11], **line)
    plots.arrow(axes, (470, STRIP + 11), (453, STRIP + 11), "class-token", 3)
    left = 452 - wide
    SCALE.cells(axes, rows[0, 0], left, STRIP, WIDE, 22)
    plots.box(axes, left, STRIP, wide, 22, "class-token", line=2.5)
    words = f"row 0 alone is read  {shape(rows[:, 0])}"
    plots.text(axes, left, STRIP + 38, words, align="left", weight="bold")
    plots.text(axes, 452, STRIP + 38, "the other 16 are not", "muted", align="right")


def bar(
    axes: Axes, digit: int, places: Point, long: float, words: str, chosen: bool
) -> None:
    """One digit's line of two lists: its name, a bar from zero, and the number."""
    name, zero = places
    y, role = BARS + digit * LINE, "ink" if chosen else "stream"
    look = {"weight": "bold"} if chosen else {}
    plots.text(axes, name, y, digit, size=12.5, **look)
    plots.box(axes, zero, y - 6, long, 12, role, role, line=0)
    end = zero + max(long, 0) + 6
    plots.text(axes, end, y, words, size=12, align="left", **look)


def scores(axes: Axes, logits: Tensor) -> None:
    """The ten logits as bars, and the largest as the answer."""
    answer = int(logits.argmax())
    plots.text(axes, 20, BARS - 22, "logits", align="left", weight="bold")
    plots.text(axes, 72, BARS - 22, shape(logits), align="left", weight="bold")
    for digit, logit in enumerate(logits[0].tolist()):
        words = f"{logit:.2f}".replace("-", "−")
        bar(axes, digit, (14, ZERO), BAR * logit, words, digit == answer)
    ends = [BARS - 10, BARS + 9 * LINE + 10]
    axes.plot([ZERO] * 2, ends, color=style.colour("ink"), lw=1, zorder=3)
    y = BARS + 10 * LINE
    plots.arrow(axes, (HEAD, y - 8), (HEAD, y + 16), line=2.5)
    plots.text(axes, HEAD - 10, y + 2, "argmax", align="right")
    plots.text(axes, HEAD, y + 32, f"a {answer}", size=17, weight="bold")


def training(axes: Axes, logits: Tensor) -> None:
    """Beside the path: the loss takes softmax itself, and the right digit's share."""
    dashed = {"linestyle": (0, (4, 3))}
    plots.box(axes, 232, 300, 240, 326, "muted", "panel", 1.5, **dashed)
    plots.text(axes, 352, 318, "only in training", weight="bold")
    plots.text(axes, 352, 338, "F.cross_entropy(logits, label)", size=12.5)
    plots.arrow(axes, (206, BARS - 22), (236, BARS - 22), line=2.5)
    plots.text(axes, 244, BARS - 22, "softmax", align="left")
    shares = logits.softmax(dim=1)[0].tolist()
    for digit, share in enumerate(shares):
        chosen = digit == FOLLOWED
        bar(axes, digit, (258, 272), 150 * share, f"{share:.1%}", chosen)
    loss = F.cross_entropy(logits, torch.tensor([FOLLOWED]))
    words = f"label {FOLLOWED}: −ln {shares[FOLLOWED]:.3f} = {loss:.2f}"
    y = BARS + 10 * LINE
    plots.text(axes, 244, y + 6, words, align="left")
    plots.text(axes, 244, y + 26, "the loss", weight="bold", align="left")


def path() -> Figure:
    """From the last block's 17 rows to ten logits, and beside it what a loss does."""
    found = steps()
    figure, axes = plots.canvas(634)
    to_the_norm(axes, found)
    read(axes, found["rows"])
    plots.arrow(axes, (HEAD, STRIP + 54), (HEAD, 294), "class-token", 3)
    plots.box(axes, 20, 294, 164, 32, "stream", "paper", 2)
    inside, outside = found["rows"].shape[2], found["logits"].shape[1]
    plots.text(axes, HEAD, 310, f"linear, {inside} → {outside}")
    plots.arrow(axes, (HEAD, 326), (HEAD, 346), line=2.5)
    scores(axes, found["logits"])
    training(axes, found["logits"])
    return figure


def draw() -> dict[str, Figure]:
    """The chapter's figures by file name."""
    return {"head-path": path()}
