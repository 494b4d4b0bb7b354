"""The figure of chapter 4 that compares kinds of positions by accuracy."""

import json
import math
from pathlib import Path
from statistics import mean

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vitlib.show import plots, style

RECORD = Path(__file__).parents[1] / "bench" / "position.json"
# Dosovitskiy et al. 2021, table 8, ViT-B/16, positions used once at the input
PAPER = {
    "none": [0.61382],
    "1-D learned": [0.64206],
    "2-D learned": [0.64001],
    "relative": [0.64032],
}
Ways = dict[str, list[float]]  # accuracies by what was trained
LEFT, RIGHT = 220, 456  # where the axes begin and end


def limits(values: list[float]) -> tuple[float, float, float]:
    """Where an axis for these accuracies begins and ends, and the step of its marks."""
    step = 0.1 if max(values) - min(values) > 0.1 else 0.01
    low, high = math.floor(min(values) / step), math.ceil(max(values) / step)
    return low * step, high * step, step


def panel(
    axes: Axes, title: str, ways: Ways, top: float, role: str = "position"
) -> float:
    """Dots for each way's accuracies on an axis of their own; where the panel ends."""
    low, high, step = limits([score for scores in ways.values() for score in scores])

    def place(score: float) -> float:
        return LEFT + (score - low) / (high - low) * (RIGHT - LEFT)

    plots.text(axes, 8, top, title, weight="bold", align="left")
    end = top + 18 + 26 * len(ways)
    for i in range(round((high - low) / step) + 1):
        x = place(low + i * step)
        axes.plot([x, x], [top + 16, end], color=style.colour("rule"), lw=1, zorder=1)
        plots.text(axes, x, end + 12, f"{low + i * step:.0%}", size=12)
    for i, (name, scores) in enumerate(ways.items()):
        y = top + 32 + 26 * i
        plots.text(axes, 8, y, name, align="left")
        plots.text(axes, LEFT - 20, y, f"{mean(scores):.1%}", align="right")
        dots(axes, [place(s) for s in scores], place(mean(scores)), y, role)
    return end


def dots(axes: Axes, x: list[float], middle: float, y: float, role: str) -> None:
    """Dots in a row, and a line at their mean if they are several."""
    look = {"color": style.colour(role), "mec": style.colour("paper"), "ms": 8}
    axes.plot(x, [y] * len(x), "o", **look)
    if len(x) > 1:
        ink = {"color": style.colour("ink"), "lw": 2, "zorder": 3}
        axes.plot([middle] * 2, [y - 10, y + 10], **ink)


def runs() -> Figure:
    """Our digits, a dot a seed, and below the paper's numbers on another scale."""
    record = json.loads(RECORD.read_text("utf-8"))
    ours = {case["position"]: case["accuracy"] for case in record["results"]}
    count = len(next(iter(ours.values())))
    height = 26 * (len(ours) + len(PAPER)) + 164
    figure, axes = plots.canvas(height)
    title = f"Ours: 8 × 8 digits, accuracy of {count} trainings each"
    end = panel(axes, title, ours, 14)
    panel(axes, "The paper: ViT-B/16, ImageNet, 5-shot accuracy", PAPER, end + 46)
    words = "number and line: the mean; each panel has its own scale"
    plots.text(axes, 8, height - 36, words, "muted", 12, "left")
    words = "from 0.02, from 0.5: standard deviation before training"
    plots.text(axes, 8, height - 16, words, "muted", 12, "left")
    return figure


def draw() -> dict[str, Figure]:
    """By file name, if there is a record to draw."""
    return {"position-runs": runs()} if RECORD.exists() else {}
