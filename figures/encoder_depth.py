"""Draw the figure of chapter 7 about gradients in deep stacks of blocks."""

import json
import math
from pathlib import Path
from statistics import geometric_mean

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vitlib.show import plots, style

RECORD = Path(__file__).parents[1] / "bench" / "encoder.json"
LEFT_OUT = 2  # of the seeds, at the top and at the bottom
LOOKS = {  # pre-norm is the chapter's: the stronger line
    "before": {"color": style.colour("ink"), "marker": "o", "lw": 2.5},
    "after": {"color": style.colour("muted"), "marker": "^", "lw": 2, "ls": "--"},
}
LEFT, RIGHT = 36, 466  # of the panels
FACTOR = 150  # pixels from 1 to 10


def high(value: float) -> float:
    """Where a gradient's length stands, above the floor of its panel."""
    return FACTOR * math.log10(value)


def panel(axes: Axes, depth: int, ways: dict[str, list], floor: float) -> None:
    """Gradients from the first block to the last, most of the seeds' shaded."""
    words = f"{depth} fresh blocks"
    plots.text(axes, LEFT, floor - 186, words, align="left", weight="bold", size=14)
    for value in (1, 2, 5, 10):
        y = floor - high(value)
        axes.plot([LEFT, RIGHT], [y, y], color=style.colour("rule"), lw=1, zorder=1)
        plots.text(axes, LEFT - 8, y, value, "muted", 12, "right")
    x = [LEFT + 14 + (RIGHT - LEFT - 28) * i / (depth - 1) for i in range(depth)]
    for name, seeds in ways.items():
        blocks = [sorted(block) for block in zip(*seeds, strict=True)]
        ends = (LEFT_OUT, -1 - LEFT_OUT)
        low, top = ([floor - high(block[i]) for block in blocks] for i in ends)
        look = LOOKS[name]
        axes.fill_between(x, low, top, color=look["color"], alpha=0.15, lw=0)
        mean = [floor - high(geometric_mean(block)) for block in blocks]
        axes.plot(x, mean, ms=6, zorder=plots.LAYER, **look)
    for i in range(0, depth, depth // 12):
        plots.text(axes, x[i], floor + 16, i + 1, size=12)


def depth() -> Figure:
    """How long the gradient is in each block, with the norm before or after."""
    cases = json.loads(RECORD.read_text("utf-8"))["results"]["reach"]
    figure, axes = plots.canvas(560)
    for i, depth in enumerate(sorted({case["depth"] for case in cases})):
        same = [case for case in cases if case["depth"] == depth]
        ways = {case["norm"]: case["gradients"] for case in same}
        panel(axes, depth, ways, 200 + 240 * i)
    names = {6.4: "norm after adding", 1.25: "norm before the branch"}
    for value, name in names.items():
        plots.text(axes, RIGHT, 200 - high(value), name, align="right")
    plots.text(axes, (LEFT + RIGHT) / 2, 478, "block, from the input to the output")
    seeds = len(cases[0]["gradients"])
    story = (
        "length of the loss’s gradient by a block’s weights, before any training;",
        f"line: geometric mean of {seeds}; shaded: the middle {seeds - 2 * LEFT_OUT}",
    )
    for i, words in enumerate(story):
        plots.text(axes, 8, 514 + 20 * i, words, "muted", 12, "left")
    return figure


def draw() -> dict[str, Figure]:
    """By file name, if there is a record to draw."""
    return {"encoder-depth": depth()} if RECORD.exists() else {}
