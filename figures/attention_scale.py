"""Draw the figure of chapter 5 that shows what the divisor of the scores does."""

import math
from collections.abc import Callable

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vitlib.attention import scaled_dot_product_attention
from vitlib.show import plots, style

TOKENS, WIDTH = 197, 768  # of ViT-B/16
UNIFORM = math.log(TOKENS)  # the entropy of equal weights
WIDTHS = [2**power for power in range(9)]  # of a query: 1 to 256
DIVISORS: dict[str, Callable[[int], float]] = {
    "nothing": lambda d: 1,
    "√d": lambda d: d**0.5,
    f"√D = √{WIDTH}": lambda d: WIDTH**0.5,
}
LOOKS = [("muted", "s", "--"), ("ink", "o", "-"), ("muted", "^", ":")]  # of ways
TOP, BOTTOM = 76, 236  # of the panels


def largest_and_entropy(width: int, divisor: float) -> tuple[float, float]:
    """Means over random queries: the largest of 197 weights, and the entropy in nats.

    Each number of a query and of a key is drawn from N(0, 1).
    """
    drawn = torch.Generator().manual_seed(5)
    sizes = {"dtype": torch.float64, "generator": drawn}
    q, k = torch.randn(2, TOKENS, width, **sizes)
    _, weights = scaled_dot_product_attention(q, k, k, 1 / divisor)  # (N, N)
    entropy = torch.special.entr(weights).sum(dim=1)  # (N,)
    return weights.amax(dim=1).mean().item(), entropy.mean().item()


def curve(axes: Axes, x: list[float], y: list[float], look: tuple[str, ...]) -> None:
    """A line through points on the canvas; a look is a role, a marker and dashes."""
    role, marker, dashes = look
    line = {"color": style.colour(role), "lw": 2, "ls": dashes, "ms": 6}
    axes.plot(x, y, marker=marker, zorder=plots.LAYER, **line)


def key(axes: Axes, x: float, y: float, name: str, look: tuple[str, ...]) -> None:
    """What a curve's look stands for."""
    curve(axes, [x, x + 17, x + 34], [y] * 3, look)
    plots.text(axes, x + 42, y, name, align="left")


def rule(axes: Axes, ends: tuple[float, float], y: float, name: str) -> None:
    """A line across a panel, and the number that it stands for."""
    axes.plot(ends, [y, y], color=style.colour("rule"), lw=1, zorder=1)
    plots.text(axes, ends[0] - 6, y, name, "muted", 12, "right")


def along(d: float, left: float) -> float:
    """Where on a panel's horizontal axis a query's width stands."""
    return left + 10 + math.log2(d) * 21


def widths(axes: Axes, left: float, title: str) -> None:
    """A panel's title, and the widths of a query below it."""
    plots.text(axes, left - 34, 46, title, align="left", weight="bold")
    for d in WIDTHS[::2]:
        plots.text(axes, along(d, left), BOTTOM + 16, d, "muted", 12)
    words = "numbers in a query, d"
    plots.text(axes, left + 94, BOTTOM + 36, words, "muted", 12)


PANELS = {  # by left edge: title, highest number, and the numbers that have a line
    42: ("largest weight", 1, {n / 4: f"{n / 4:g}" for n in range(5)}),
    288: ("entropy in nats", 5.5, {0: "0", 2: "2", 4: "4", UNIFORM: f"ln {TOKENS}"}),
}


def scale() -> Figure:
    """How sharp attention gets as d grows, for three divisors of the scores."""
    figure, axes = plots.canvas(332)
    plots.text(axes, 8, 14, "scores divided by", align="left")
    for left, (title, most, lines) in PANELS.items():
        widths(axes, left, title)
        for number, name in lines.items():
            y = BOTTOM - number / most * (BOTTOM - TOP)
            rule(axes, (left, left + 184), y, name)
    for i, (way, divisor) in enumerate(DIVISORS.items()):
        key(axes, (140, 254, 338)[i], 14, way, LOOKS[i])
        pairs = [largest_and_entropy(d, divisor(d)) for d in WIDTHS]
        for (left, (_, most, _)), numbers in zip(
            PANELS.items(), zip(*pairs, strict=True), strict=True
        ):
            high = [BOTTOM - n / most * (BOTTOM - TOP) for n in numbers]
            curve(axes, [along(d, left) for d in WIDTHS], high, LOOKS[i])
    words = f"means over {TOKENS} random queries, each among {TOKENS} random keys"
    plots.text(axes, 8, 298, words, "muted", 12, "left")
    words = f"ln {TOKENS} = {UNIFORM:.2f} nats: all weights are equal"
    plots.text(axes, 8, 318, words, "muted", 12, "left")
    return figure


def draw() -> dict[str, Figure]:
    """This figure by file name."""
    return {"attention-scale": scale()}
