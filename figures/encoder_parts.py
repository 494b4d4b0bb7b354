"""Draw the figures of chapter 7 about its parts: norm, GELU and where weights sit."""

import math

import torch
import torch.nn.functional as F
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vitlib.cost import parameters
from vitlib.encoder import ViTConfig
from vitlib.show import plots, style

TOKEN = [2.0, 10.0, -4.0, 4.0]  # mean 3, deviation 5
GAMMA, BETA = [1.0, 2.0, 1.0, 0.5], [0.0, 0.0, 1.0, 0.0]
UNIT = 9.5  # pixels that a bar has for 1
CLEAR = {"fc": style.colour("paper"), "lw": 0, "pad": 1}  # of lines behind a word
SIDE = 66  # of the square that stands for a matrix D × D
WIDTH = 768  # D


def signed(number: float) -> str:
    """A number with a real minus sign."""
    return f"{number:g}".replace("-", "−")


def bars(axes: Axes, values: torch.Tensor, x: float, zero: float) -> None:
    """A token's numbers as bars from zero, each number at the end of its bar."""
    for i, value in enumerate(values.tolist()):
        left, tall = x + 26 * i, -UNIT * value
        plots.box(axes, left, zero, 16, tall, "patch", "patch", line=0)
        beyond = zero + tall + (10 if value < 0 else -9)
        words = signed(round(value, 6))
        plots.text(axes, left + 8, beyond, words, size=12, bbox=CLEAR, zorder=3)
    axes.plot([x - 5, x + 98], [zero, zero], color=style.colour("ink"), lw=1)


def norm() -> Figure:
    """LayerNorm on one token of four numbers, step by step, all on one scale."""
    figure, axes = plots.canvas(290)
    token = torch.tensor(TOKEN)
    mean, deviation = token.mean(), token.std(correction=0)
    scaled = (token - mean) / deviation
    steps = {
        "the token": (token, (f"mean {mean:g}", "")),
        f"minus {mean:g}": (token - mean, ("mean 0", f"deviation {deviation:g}")),
        f"divided by {deviation:g}": (scaled, ("mean 0", "deviation 1")),
        "times γ, plus β": (scaled * torch.tensor(GAMMA) + torch.tensor(BETA), ()),
    }
    for i, (name, (values, words)) in enumerate(steps.items()):
        x = 13 + 121 * i
        plots.text(axes, x + 46, 16, name, weight="bold")
        bars(axes, values, x, 152)
        for j, line in enumerate(words):
            plots.text(axes, x + 46, 252 + 21 * j, line, "muted")
    level = 152 - UNIT * mean
    axes.plot([8, 111], [level, level], color=style.colour("ink"), lw=1.5, ls=":")
    for i, (name, numbers) in enumerate({"γ": GAMMA, "β": BETA}.items()):
        plots.text(axes, x - 12, 252 + 21 * i, name, weight="bold")
        for j, number in enumerate(numbers):
            plots.text(axes, x + 8 + 26 * j, 252 + 21 * i, signed(number), size=12)
    return figure


def at(x: float, y: float) -> tuple[float, float]:
    """Where a point of GELU's axes stands."""
    return 244 + 69 * x, 232 - 69 * y


def curve(
    axes: Axes, x: list[float], y: list[float], role: str, **look: object
) -> None:
    """A line through points of GELU's axes."""
    pairs = zip(*map(at, x, y), strict=True)
    axes.plot(*pairs, color=style.colour(role), zorder=plots.LAYER, **look)


def gelu() -> Figure:
    """GELU between ReLU and the straight line, its minimum marked."""
    figure, axes = plots.canvas(336)
    for value in range(-3, 4):
        plots.text(axes, at(value, 0)[0], 322, signed(value), "muted", 12)
        if value >= -1:
            plots.text(axes, 16, at(0, value)[1], signed(value), "muted", 12)
            curve(axes, [-3.1, 3.2], [value] * 2, "rule", lw=1)
    curve(axes, [0, 0], [-1.1, 3.2], "rule", lw=1)
    curve(axes, [-1.1, 0], [-1.1, 0], "muted", lw=2, ls=":")
    curve(axes, [-3.1, 0, 3.2], [0, 0, 3.2], "muted", lw=2.5, ls="--")
    x = torch.linspace(-3.1, 3.2, 1261, dtype=torch.float64)
    y = F.gelu(x)
    curve(axes, x.tolist(), y.tolist(), "ink", lw=3)
    low = int(y.argmin())
    curve(axes, [x[low]], [y[low]], "ink", marker="o", ms=9)
    plots.text(axes, *at(1.25, 0.72), "GELU", weight="bold", size=14, align="left")
    plots.text(axes, *at(-2.95, 0.22), "ReLU", align="left")
    plots.text(axes, *at(-1.2, -0.84), "straight line", align="right")
    words = f"minimum {y[low]:.3f} at {x[low]:.2f}".replace("-", "−")
    plots.text(axes, *at(-0.72, -0.42), words, align="right")
    return figure


def squares(axes: Axes, x: float, y: float, count: int, role: str, name: str) -> None:
    """A matrix as wide as so many squares D × D, with a mark where each one ends."""
    inside, line = (count * SIDE - 2.5, SIDE - 2.5), 2.5  # half a line on each side
    plots.box(axes, x + line / 2, y + line / 2, *inside, role, "panel", line)
    look = {"color": style.colour(role), "lw": 1.5, "zorder": plots.LAYER}
    for i in range(1, count):
        for ends in ([y, y + 9], [y + SIDE - 9, y + SIDE]):
            axes.plot([x + i * SIDE] * 2, ends, **look)
    plots.text(axes, x + count * SIDE / 2, y + SIDE / 2, name, size=14)


def weights() -> Figure:
    """The weights of a block of ViT-B/16: twelve squares of D × D, and the norms."""
    figure, axes = plots.canvas(354)
    counted = parameters(ViTConfig(depth=1))
    wide = {name: f"{count:,}" for name, count in counted.items()}
    top, left = 58, 8
    roles = {"q": "query", "k": "key", "v": "value", "proj": "stream"}
    for i, (name, role) in enumerate(roles.items()):
        squares(axes, left + i * SIDE, top, 1, role, name)
    plots.text(axes, left + 1.5 * SIDE, top - 14, f"qkv: {wide['attn.qkv']}")
    plots.text(axes, left + 3.5 * SIDE, top - 14, wide["attn.proj"])
    for i, name in enumerate(("fc1", "fc2")):
        y, words = top + 12 + (i + 1) * (SIDE + 4), f"{name}: {wide[f'mlp.{name}']}"
        squares(axes, left, y, 4, "stream", words)
    norms = counted["norm1"] + counted["norm2"]
    side, y = SIDE * math.sqrt(norms) / WIDTH, top + 3 * SIDE + 40
    plots.box(axes, left, y - side / 2, side, side, "stream", "stream", 0)
    plots.text(axes, left + 14, y, f"both norms: {norms:,}", align="left")
    shares(axes, counted)
    words = "areas to scale; a square: 768 × 768"
    plots.text(axes, 472, 340, words, "muted", 12, "right")
    return figure


def shares(axes: Axes, counted: dict[str, int]) -> None:
    """Beside the squares, what attention and MLP have of all the block's weights."""
    of_block = {name: counted[name] for name in counted if "." in name}
    total = sum(of_block.values()) + counted["norm1"] + counted["norm2"]
    for name, y, part in (("attention", 71, "attn"), ("MLP", 189, "mlp")):
        count = sum(of_block[key] for key in of_block if key.startswith(part))
        plots.text(axes, 300, y, name, align="left", weight="bold", size=14)
        plots.text(axes, 300, y + 20, f"{count:,}", align="left")
        plots.text(axes, 300, y + 40, f"{count / total:.1%}", "muted", align="left")
    words = f"weights of a block of ViT-B/16: {total:,}"
    plots.text(axes, 8, 14, words, align="left", weight="bold")


def draw() -> dict[str, Figure]:
    """These figures by file name."""
    return {
        "encoder-norm": norm(),
        "encoder-gelu": gelu(),
        "encoder-parameters": weights(),
    }
