"""Draw the figure of chapter 10 about learning too little and by heart."""

import json
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vitlib.show import plots, style

RECORD = Path(__file__).parents[1] / "bench" / "training_fit.json"
LEFT, WIDE, STEP = 46, 126, 148  # of the panels: first, width, distance
HIGH, ROWS = 120, {"loss": 170, "accuracy": 328}  # their height, and floors
MARKS = {"loss": (0, 1, 2), "accuracy": (0, 0.5, 1)}
MOST = {"loss": 2.5, "accuracy": 1}  # at the top of a panel
DRAWN = ("too small", "large enough", "200 images, no care")
LOOKS = {
    "train": {"color": style.colour("stream"), "ls": "--", "lw": 2},
    "test": {"color": style.colour("patch"), "ls": "-", "lw": 2},
}
NAMES = {"train": "images learned from", "test": "450 others"}


def panel(axes: Axes, runs: list[dict], what: str, left: float) -> None:
    """A line for each seed and part: loss or accuracy, epoch by epoch."""
    floor, most = ROWS[what], MOST[what]
    for value in MARKS[what]:
        y = floor - HIGH * value / most
        ends = [left, left + WIDE]
        axes.plot(ends, [y, y], color=style.colour("rule"), lw=1, zorder=1)
    for run in runs:
        for part, look in LOOKS.items():
            values = run[f"{part} {what}"]
            last = len(values) - 1
            x = [left + WIDE * i / last for i in range(len(values))]
            y = [floor - HIGH * min(value / most, 1.04) for value in values]
            axes.plot(x, y, zorder=plots.LAYER, **look)


def marks(axes: Axes) -> None:
    """The numbers at the left of both rows."""
    for what, floor in ROWS.items():
        for value in MARKS[what]:
            words = f"{value:.0%}" if what == "accuracy" else value
            y = floor - HIGH * value / MOST[what]
            plots.text(axes, LEFT - 6, y, words, "muted", 12, "right")
        plots.text(axes, 8, floor - HIGH - 14, what, align="left", weight="bold")


def fit() -> Figure:
    """Loss and accuracy of three trainings on both parts, by epoch."""
    rows = json.loads(RECORD.read_text("utf-8"))["results"]
    cases = [row for name in DRAWN for row in rows if row["case"] == name]
    figure, axes = plots.canvas(444)
    marks(axes)
    for i, case in enumerate(cases):
        left = LEFT + STEP * i
        middle = left + WIDE / 2
        name, _, more = case["case"].partition(", ")
        plots.text(axes, middle, 12, name, weight="bold")
        plots.text(axes, middle + 8, 36, more, size=12)
        for what in ROWS:
            panel(axes, case["runs"], what, left)
        epochs = len(case["runs"][0]["loss"])
        plots.text(axes, left, 346, 1, size=12, align="left")
        plots.text(axes, middle, 346, "epoch", size=12)
        plots.text(axes, left + WIDE, 346, epochs, size=12, align="right")
    for part, x in {"train": 46, "test": 262}.items():
        axes.plot([x, x + 34], [380, 380], **LOOKS[part])
        plots.text(axes, x + 44, 380, NAMES[part], align="left")
    words = f"{len(cases[0]['runs'])} trainings each; loss: cross-entropy, not smoothed"
    plots.text(axes, 8, 408, words, "muted", 12, "left")
    words = "no care: pictures never moved, labels not smoothed, no decay"
    plots.text(axes, 8, 428, words, "muted", 12, "left")
    return figure


def draw() -> dict[str, Figure]:
    """By file name, if there is a record to draw."""
    return {"training-fit": fit()} if RECORD.exists() else {}
