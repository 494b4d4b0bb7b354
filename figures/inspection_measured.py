"""Draw the figures of chapter 11 that show what was measured."""

import json
from pathlib import Path

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from vitlib.data import digits
from vitlib.inspection import attention_distance, attention_maps
from vitlib.show import plots, style
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


def reach() -> tuple[Tensor, float]:
    """How far each head looks, (L, h), and how far one would that looks evenly."""
    images = digits("test")[0].double()
    maps = attention_maps(digits_model().double(), images)  # (B, L, h, N+1, N+1)
    even = attention_distance(torch.ones(1, 1, 1, 17, 17), (4, 4), 2)  # (1, 1)
    return attention_distance(maps, (4, 4), 2), even.item()


def distance() -> Figure:
    """How far each head looks, by layer, and how far if it looked evenly."""
    figure, axes = plots.canvas(270)
    found, even = reach()
    left, bottom, unit = 46, 226, 36
    plots.text(axes, 8, 14, "pixels from a patch to where it looks, mean", align="left")
    for pixels in range(6):
        y = bottom - pixels * unit
        axes.plot([left, 380], [y, y], color=style.colour("rule"), lw=1, zorder=1)
        plots.text(axes, left - 10, y, pixels, "muted", 12, "right")
    y = bottom - even * unit
    axes.plot([left, 380], [y, y], color=style.colour("ink"), lw=1.5, ls="--")
    plots.text(axes, 388, y, "evenly", align="left")
    for layer, heads in enumerate(found.tolist()):
        x = left + 42 + 84 * layer
        plots.text(axes, x, bottom + 16, f"layer {layer + 1}")
        across = [x - 24 + 16 * head for head in range(len(heads))]
        down = [bottom - pixels * unit for pixels in heads]
        axes.plot(across, down, "o", ms=7, color=style.colour("ink"), zorder=3)
    words = "a dot for each head; evenly: all patches get the same share"
    plots.text(axes, left, bottom + 36, words, "muted", 12, "left")
    return figure


def draw() -> dict[str, Figure]:
    """These figures by file name."""
    return {
        "inspection-deletion": deletion_curves(),
        "inspection-distance": distance(),
    }
