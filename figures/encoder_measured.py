"""Draw the figures of chapter 7 that look into the trained model for digits."""

import torch
import torch.nn.functional as F
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from vitlib.data import digits
from vitlib.show import plots, style
from vitlib.training import digits_model

DIGIT, OTHER, PLACE = 80, 81, 7  # a picture, one that lends a token, and which
MODEL = digits_model().double()  # rounds alike on every machine
STEP, BAR, HIGH = 27.3, 19, 58  # of the bars: distance, width, height of the highest
LINES = {  # how the stream and what is added to it are drawn
    "stream": {"color": style.colour("stream"), "lw": 8},
    "attention adds": {"color": style.colour("ink"), "lw": 2, "marker": "o"},
    "MLP adds": {"color": style.colour("ink"), "lw": 2, "marker": "^", "ls": "--"},
}
FLOOR, UNIT, LAYER = 250, 104, 48  # of the curves: where 0 stands, pixels for 1, step
BIN, FAR = 0.1, 3  # of the histograms: width of a bar, and how far they show


@torch.no_grad()
def changes() -> dict[str, Tensor]:
    """How far each of 17 rows moves in layer 1 if one token is another picture's.

    Returns:
        (17,) Euclidean distances in what attention adds, in what the MLP makes of the
        same tokens, and in what the block hands on.
    """
    images = digits("test")[0][[DIGIT, OTHER]].double()
    one, lender = MODEL.embed(images).split(1)  # (1, 17, D) each
    other = one.clone()
    other[:, PLACE] = lender[:, PLACE]
    block = MODEL.blocks[0]
    parts = {
        "what attention adds": lambda x: block.attn(block.norm1(x)),
        "what the MLP makes of the same": lambda x: block.mlp(block.norm2(x)),
        "what the block hands on": block,
    }
    return {name: (f(other) - f(one))[0].norm(dim=1) for name, f in parts.items()}


def strip(axes: Axes, name: str, moved: Tensor, bottom: float) -> None:
    """A bar for each row, the highest with its number."""
    count = int((moved > 1e-9).sum())  # less is rounding
    words = f"{count} of {len(moved)} rows move"
    plots.text(axes, 8, bottom - 84, name, align="left", weight="bold", size=14)
    plots.text(axes, 472, bottom - 84, words, align="right")
    for number, far in enumerate(moved.tolist()):
        role = "patch" if number else "class-token"
        x, tall = 8 + STEP * number, -HIGH * far / moved.max().item()
        plots.box(axes, x + 4, bottom, BAR, tall, role, role, line=0)
    axes.plot([8, 472], [bottom, bottom], color=style.colour("ink"), lw=1)
    beside = 8 + STEP * int(moved.argmax()) + 28
    plots.text(axes, beside, bottom - HIGH + 7, f"{moved.max():.2f}", align="left")


def changed() -> Figure:
    """One token changes: attention tells all rows, the MLP tells none."""
    figure, axes = plots.canvas(388)
    for i, (name, moved) in enumerate(changes().items()):
        strip(axes, name, moved, 100 + 110 * i)
    for number in range(17):
        look = {"weight": "bold", "size": 14} if number == PLACE else {"size": 12}
        plots.text(axes, 8 + STEP * number + 13.5, 334, number, **look)
    words = (
        f"token {PLACE} is replaced by another picture’s; bars: how far a row moves,"
    )
    plots.text(axes, 8, 359, words, "muted", 12, "left")
    words = "each strip up to its own highest"
    plots.text(axes, 8, 377, words, "muted", 12, "left")
    return figure


def length(rows: Tensor) -> float:
    """The root of the mean square of all numbers."""
    return rows.square().mean().sqrt().item()


@torch.no_grad()
def lengths(rows: slice) -> dict[str, list[float]]:
    """The stream before layer 1 and after each, and what each branch adds to it."""
    x = MODEL.embed(digits("test")[0].double())  # (450, 17, D)
    found = {"stream": [length(x[:, rows])], "attention adds": [], "MLP adds": []}
    for block in MODEL.blocks:
        y = block.attn(block.norm1(x))
        z = block.mlp(block.norm2(x + y))
        x = x + y + z
        for name, part in zip(found, (x, y, z), strict=True):
            found[name].append(length(part[:, rows]))
    return found


def curves(axes: Axes, found: dict[str, list[float]], left: float) -> None:
    """The stream's length and the branches', layer by layer."""
    for name, numbers in found.items():
        layers = range(5 - len(numbers), 5)
        x = [left + LAYER * layer for layer in layers]
        y = [FLOOR - UNIT * number for number in numbers]
        look = {"ms": 7, "zorder": plots.LAYER, "solid_capstyle": "butt"}
        axes.plot(x, y, **look, **LINES[name])


def stream() -> Figure:
    """How long the stream is after each layer, and what the branches add."""
    figure, axes = plots.canvas(332)
    kinds = {"class token": slice(0, 1), "16 patches": slice(1, None)}
    for i, (name, rows) in enumerate(kinds.items()):
        left, role = 50 + 224 * i, ("class-token", "patch")[i]
        plots.box(axes, left, 8, 12, 12, role, role, line=0)
        plots.text(axes, left + 20, 14, name, weight="bold", align="left")
        for value in (0, 0.5, 1, 1.5, 2):
            y = FLOOR - UNIT * value
            axes.plot([left, left + 200], [y, y], color=style.colour("rule"), lw=1)
            if i == 0:
                plots.text(axes, left - 8, y, f"{value:g}", "muted", 12, "right")
        curves(axes, lengths(rows), left)
        for layer in range(5):
            plots.text(axes, left + LAYER * layer, 266, layer, size=12)
        plots.text(axes, left + 2 * LAYER, 286, "after layer", size=12)
    plots.text(axes, 9, 146, "root mean square", rotation=90)
    for i, (name, look) in enumerate(LINES.items()):
        x = (50, 166, 336)[i]
        axes.plot([x, x + 34], [314, 314], ms=7, **look)
        plots.text(axes, x + 44, 314, name, align="left")
    return figure


@torch.no_grad()
def added() -> Tensor:
    """All numbers that the last layer's MLP adds to the tokens of the test digits."""
    x = MODEL.embed(digits("test")[0].double())  # (450, 17, D)
    *earlier, last = MODEL.blocks
    for block in earlier:
        x = block(x)
    x = x + last.attn(last.norm1(x))
    return last.mlp(last.norm2(x)).flatten()


def across(number: float) -> float:
    """Where a number stands on the histograms' axis."""
    return 240 + 76 * number


def histogram(axes: Axes, values: Tensor, bottom: float) -> None:
    """Bars for how many of the values lie where, up to the highest of them."""
    counts = torch.histc(values, round(2 * FAR / BIN), -FAR, FAR)
    for i, share in enumerate((counts / counts.max()).tolist()):
        x, wide = across(i * BIN - FAR), across(BIN) - across(0)
        plots.box(axes, x, bottom, wide - 0.8, -92 * share, "stream", "stream", line=0)
    ends = [across(-FAR), across(FAR)]
    axes.plot(ends, [bottom, bottom], color=style.colour("ink"), lw=1)


def activations() -> Figure:
    """What an MLP adds, and what is left of it if GELU comes after its last layer."""
    figure, axes = plots.canvas(330)
    lowest = F.gelu(torch.linspace(-1, 0, 10_001)).min().item()
    right = added()
    for i, (name, values) in enumerate(
        {"as it is": right, "through one more GELU": F.gelu(right)}.items()
    ):
        bottom = 118 + 150 * i
        plots.text(axes, 8, bottom - 92, name, weight="bold", align="left", size=14)
        share = (values < lowest - 1e-6).double().mean().item()
        words = f"{share:.0%} below {lowest:.2f}".replace("-", "−")
        plots.text(axes, 8, bottom - 70, words, align="left")
        histogram(axes, values, bottom)
    line = {"color": style.colour("ink"), "lw": 1.5, "ls": ":", "zorder": 3}
    axes.plot([across(lowest)] * 2, [12, 268], **line)
    for number in range(-3, 4):
        words = f"{number}".replace("-", "−")
        plots.text(axes, across(number), 286, words, size=12)
    plots.text(axes, 240, 310, "numbers that the MLP of layer 4 adds")
    return figure


def draw() -> dict[str, Figure]:
    """These figures by file name."""
    return {
        "encoder-changed": changed(),
        "encoder-stream": stream(),
        "encoder-activations": activations(),
    }
