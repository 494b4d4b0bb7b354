"""Draw the figures of chapter 11 that show what was measured."""

import json
from pathlib import Path

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from vitlib.data import digits
from vitlib.inspection import attention_distance, attention_maps
from vitlib.show import maps, plots, style
from vitlib.training import digits_model

RECORD = Path(__file__).parents[1] / "bench" / "inspection.json"
LINES = {  # by order: role, marker, line
    "random": ("muted", "", "--"),
    "rollout": ("ink", "o", "-"),
    "least rollout": ("ink", "v", ":"),
    "ink": ("patch", "^", "-"),
    "occlusion": ("key", "D", "-"),
}
NAMES = {"ink": "most ink", "occlusion": "largest fall", "rollout": "most rollout"}
SHARES = maps.Scale.attention(0.25)
WIDE, HIGH, CORNER = 270, 150, 46  # of a panel of curves, and where it begins


def record() -> dict:
    """What was measured."""
    return json.loads(RECORD.read_text("utf-8"))["results"]


def curves(axes: Axes, ways: dict[str, list[float]], top: float) -> None:
    """Accuracy against the number of patches covered, a line for each order."""
    for share in (0, 0.5, 1):
        y = top + HIGH * (1 - share)
        axes.plot([CORNER, CORNER + WIDE], [y, y], color=style.colour("rule"), lw=1)
        plots.text(axes, CORNER - 8, y, f"{share:.0%}", "muted", 12, "right")
    for count in range(0, 17, 4):
        x = CORNER + WIDE * count / 16
        plots.text(axes, x, top + HIGH + 14, count, "muted", 12)
    for name, (role, marker, line) in LINES.items():
        x = [CORNER + WIDE * n / 16 for n in range(17)]
        y = [top + HIGH * (1 - share) for share in ways[name]]
        look = {"color": style.colour(role), "ls": line, "marker": marker, "ms": 5}
        axes.plot(x, y, lw=2, zorder=plots.LAYER, **look)


def legend(axes: Axes, ways: dict[str, list[float]], top: float) -> None:
    """The lines' names, in the order of what is left after four patches."""
    plots.text(axes, 472, top + 8, "after 4", "muted", 12, "right")
    for i, name in enumerate(sorted(LINES, key=lambda name: -ways[name][4])):
        y, (role, marker, line) = top + 32 + 24 * i, LINES[name]
        look = {"color": style.colour(role), "ls": line, "marker": marker, "ms": 5}
        axes.plot([328, 339, 350], [y, y, y], lw=2, **look)
        plots.text(axes, 358, y, NAMES.get(name, name), size=12, align="left")
        plots.text(axes, 472, y, f"{ways[name][4]:.0%}", size=12, align="right")


def deletion_curves() -> Figure:
    """The shipped model: accuracy by patches covered, with paper and with the mean."""
    figure, axes = plots.canvas(448)
    found = record()["shipped"]["deleted"]
    for i, (fill, ways) in enumerate(found.items()):
        top = 36 + 214 * i
        title = f"covered with {'the ' * i}{fill}: digits still read rightly"
        plots.text(axes, 8, top - 20, title, weight="bold", align="left")
        curves(axes, ways, top)
        legend(axes, ways, top)
    plots.text(axes, CORNER + WIDE / 2, 432, "patches covered, of 16")
    return figure


def reach(weights: Tensor) -> Tensor:
    """How far heads look on the digits' grid, (L, h), by (B, L, h, 17, 17)."""
    return attention_distance(weights, (4, 4), 2)


def imagined() -> dict[str, Tensor]:
    """Two heads that are easily thought of: what each patch spends, (17, 17)."""
    beside = torch.zeros(17, 17)
    beside[range(1, 17), [(n ^ 1) + 1 for n in range(16)]] = 1  # in pairs
    return {"all at a next patch": beside, "evenly at all": torch.ones(17, 17) / 17}


def across(pixels: float) -> float:
    """Where a distance stands, from left to right."""
    return 100 + 62 * pixels


def compared(axes: Axes, name: str, weights: Tensor, bottom: float) -> None:
    """An imagined head's line, and above it what the outlined patch looks at."""
    far = reach(weights[None, None, None]).item()
    x, row = across(far), 5  # whose shares are drawn, from 0
    axes.plot([x, x], [120, bottom], color=style.colour("ink"), lw=1.5, ls="--")
    plots.text(axes, x, 14, name)
    SHARES.cells(axes, weights[row + 1, 1:].reshape(4, 4), x - 34, 28, 17)
    plots.box(axes, x - 34, 28, 68, 68, "rule", line=1)
    plots.focus(axes, x - 34 + 17 * (row % 4), 28 + 17 * (row // 4), 17, 17, "query")
    plots.text(axes, x, 109, f"{far:.3g} pixels", size=12)


def distance() -> Figure:
    """How far each head looks, by layer, between two heads that are imagined."""
    figure, axes = plots.canvas(306)
    images = digits("test")[0].double()
    found = reach(attention_maps(digits_model().double(), images))  # (L, h)
    bottom = 128 + 30 * len(found)
    SHARES.line(axes, 54, 62, 40)
    for name, weights in imagined().items():
        compared(axes, name, weights, bottom)
    for pixels in range(6):
        x, ends = across(pixels), [128, bottom]
        axes.plot([x, x], ends, color=style.colour("rule"), lw=1, zorder=1)
        plots.text(axes, x, bottom + 14, pixels, size=12)
    for layer, heads in enumerate(found.tolist()):
        y = 144 + 30 * layer
        plots.text(axes, 8, y, f"layer {layer + 1}", align="left")
        look = {"color": style.colour("ink"), "mec": style.colour("paper"), "ms": 8}
        axes.plot([across(far) for far in heads], [y] * len(heads), "o", **look)
    words = "mean distance of what a patch looks at, in pixels; a dot: one head"
    plots.text(axes, 8, 296, words, "muted", 12, "left")
    return figure


def draw() -> dict[str, Figure]:
    """These figures by file name."""
    return {
        "inspection-deletion": deletion_curves(),
        "inspection-distance": distance(),
    }
