"""Draw the figure of chapter 9 about what fresh weights do to the residual stream."""

import json
import math
from pathlib import Path
from statistics import median

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures.encoder_measured import LINES
from vitlib.show import plots, style

RECORD = Path(__file__).parents[1] / "bench" / "model_start.json"
FLOOR, DECADE, WIDE = 148, 19, 118  # of a panel: where 0.01 stands, pixels to 0.1
NAMES = {-2: "0.01", 0: "1", 2: "100", 4: "10,000"}
Sizes = dict[str, list[float]]


def typical() -> dict[str, Sizes]:
    """For each start the seeds' median of every number."""
    found = {}
    for case in json.loads(RECORD.read_text("utf-8"))["results"]:
        found.setdefault(case["start"], []).append(case)
    return {
        start: {
            key: [
                median(values) for values in zip(*(c[key] for c in cases), strict=True)
            ]
            for key in (*LINES, "logits", "loss")
        }
        for start, cases in found.items()
    }


def high(size: float, top: float) -> float:
    """Where a size stands in a panel."""
    return top + FLOOR - (math.log10(size) + 2) * DECADE


def panel(axes: Axes, name: str, sizes: Sizes, left: float, top: float) -> None:
    """The stream and what is added to it, block by block; below, the logits."""
    plots.text(axes, left, top, name, align="left", weight="bold")
    for exponent, words in NAMES.items():
        y = high(10.0**exponent, top)
        axes.plot([left, left + WIDE], [y, y], color=style.colour("rule"), lw=1)
        if left < 60:
            plots.text(axes, left - 6, y, words, "muted", 12, "right")
    for line, look in LINES.items():
        shown = [(13 - len(sizes[line]) + i, v) for i, v in enumerate(sizes[line]) if v]
        x = [left + 6 + block * (WIDE - 12) / 12 for block, _ in shown]
        y = [high(size, top) for _, size in shown]
        more = {"ms": 4, "zorder": plots.LAYER, "solid_capstyle": "butt"}
        axes.plot(x, y, **{**look, **more, "lw": look["lw"] * 0.75})
    for block in (0, 6, 12):
        x = left + 6 + block * (WIDE - 12) / 12
        plots.text(axes, x, top + FLOOR + 14, block, "muted", 12)
    spread, loss = sizes["logits"][0], sizes["loss"][0]
    plots.text(axes, left, top + FLOOR + 36, f"logits ± {spread:.2g}", align="left")
    plots.text(axes, left, top + FLOOR + 54, f"loss {loss:.3g}", align="left")
    if not any(sizes["MLP adds"]):
        plots.text(axes, left + WIDE / 2, top + 92, "nothing is added", size=12)


def start() -> Figure:
    """Five ways to begin: what becomes of the stream through twelve blocks."""
    figure, axes = plots.canvas(506)
    for i, (name, sizes) in enumerate(typical().items()):
        panel(axes, name, sizes, 52 + 148 * (i % 3), 14 + 236 * (i // 3))
    x, y = 354, 286
    for i, (name, look) in enumerate(LINES.items()):
        ends = {"ms": 4, **look, "lw": look["lw"] * 0.75}
        axes.plot([x, x + 26], [y + 24 * i] * 2, **ends)
        plots.text(axes, x + 34, y + 24 * i, name, size=12, align="left")
    for i, words in enumerate(
        ("root mean square", "after each block", "of a fresh B/16")
    ):
        plots.text(axes, x, y + 78 + 18 * i, words, "muted", 12, "left")
    words = f"guessing: loss ln 1,000 = {math.log(1000):.2f}"
    plots.text(axes, 52, 490, words, "muted", 12, "left")
    return figure


def draw() -> dict[str, Figure]:
    """By file name, if there is a record to draw."""
    return {"model-start": start()} if RECORD.exists() else {}
