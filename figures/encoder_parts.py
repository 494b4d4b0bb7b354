"""Draw the figures of chapter 7 about its parts: norm, GELU and where weights sit."""

import torch
import torch.nn.functional as F
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vitlib.cost import parameters
from vitlib.encoder import ViTConfig
from vitlib.show import plots, style

TOKEN = [2.0, 10.0, -4.0, 4.0]  # mean 3, deviation 5
GAMMA, BETA = [1.0, 2.0, 1.0, 0.5], [0.0, 0.0, 1.0, 0.0]
UNIT = 8.5  # pixels that a bar has for 1
SIDE = 66  # of the square that stands for a matrix D × D


def signed(number: float) -> str:
    """A number with a real minus sign."""
    return f"{number:g}".replace("-", "−")


def bars(axes: Axes, values: torch.Tensor, x: float, zero: float) -> None:
    """A token's numbers as bars from zero, each number on its bar's other side."""
    for i, value in enumerate(values.tolist()):
        left, tall = x + 25 * i, -UNIT * value
        plots.box(axes, left, zero, 18, tall, "patch", "patch", line=0)
        beside = zero + (11 if value > 0 else -10)
        plots.text(axes, left + 9, beside, signed(round(value, 6)), size=12)
    axes.plot([x - 5, x + 98], [zero, zero], color=style.colour("ink"), lw=1)


def norm() -> Figure:
    """LayerNorm on one token of four numbers, step by step, all on one scale."""
    figure, axes = plots.canvas(262)
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
        bars(axes, values, x, 136)
        for j, line in enumerate(words):
            plots.text(axes, x + 46, 224 + 21 * j, line)
    level = 136 - UNIT * mean
    axes.plot([8, 111], [level, level], color=style.colour("ink"), lw=1.5, ls=":")
    for i, (name, numbers) in enumerate({"γ": GAMMA, "β": BETA}.items()):
        plots.text(axes, x - 12, 224 + 21 * i, name, weight="bold")
        for j, number in enumerate(numbers):
            plots.text(axes, x + 9 + 25 * j, 224 + 21 * i, signed(number), size=12)
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
        curve(axes, [value] * 2, [-1.1, 3.2], "rule", lw=1)
        if value >= -1:
            plots.text(axes, 16, at(0, value)[1], signed(value), "muted", 12)
            curve(axes, [-3.1, 3.2], [value] * 2, "rule", lw=1)
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


PARTS = {  # of a block: rows of matrices, each as wide as it has D × D squares
    "attention": {"q": 1, "k": 1, "v": 1, "proj": 1},
    "fc1": {"fc1  (768 → 3072)": 4},
    "fc2": {"fc2  (3072 → 768)": 4},
}
ROLES = {"q": "query", "k": "key", "v": "value"}


def weights() -> Figure:
    """The weights of a block of ViT-B/16: twelve squares of D × D, and a thin rest."""
    figure, axes = plots.canvas(336)
    counted = parameters(ViTConfig(depth=1))
    rows = {
        "attention": counted["attn.qkv"] + counted["attn.proj"],
        "fc1": counted["mlp.fc1"],
        "fc2": counted["mlp.fc2"],
    }
    total = sum(rows.values()) + counted["norm1"] + counted["norm2"]
    for i, (name, count) in enumerate(rows.items()):
        y = 34 + i * (SIDE + 12)
        x = 8.0
        for part, squares in PARTS[name].items():
            role = ROLES.get(part, "stream")
            plots.box(axes, x, y, squares * SIDE, SIDE, role, "panel", 2)
            plots.text(axes, x + squares * SIDE / 2, y + SIDE / 2, part)
            x += squares * SIDE + 3
        plots.text(axes, 300, y + 24, f"{count:,}", weight="bold", align="left")
        plots.text(axes, 300, y + 43, f"{count / total:.1%}", "muted", align="left")
    return figure


def draw() -> dict[str, Figure]:
    """These figures by file name."""
    return {
        "encoder-norm": norm(),
        "encoder-gelu": gelu(),
        "encoder-parameters": weights(),
    }
