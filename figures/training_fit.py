"""Draw the figure of chapter 10 about learning too little and by heart."""

import json
from pathlib import Path
from statistics import mean

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vitlib.show import plots, style

RECORD = Path(__file__).parents[1] / "bench" / "training_fit.json"
LEFT, WIDE, STEP = 46, 104, 142  # of the panels: first, width, distance
HIGH, ROWS = 120, {"loss": 190, "accuracy": 360}  # their height, and floors
MARKS = {"loss": (0, 1, 2), "accuracy": (0, 0.5, 1)}
MOST = {"loss": 2.5, "accuracy": 1}  # at the top of a panel
DRAWN = {
    "too small": "underfitting",
    "large enough": "what we want",
    "200 images, no care": "overfitting",
}
LOOKS = {
    "train": {"color": style.colour("stream"), "ls": "--", "lw": 2.5},
    "test": {"color": style.colour("patch"), "ls": "-", "lw": 2.5},
}
NAMES = {"train": "images learned from", "test": "450 others"}
APART = 14  # at least, between two numbers at the ends of lines


def middle(runs: list[dict], what: str) -> list[float]:
    """A line through the means of all seeds, epoch by epoch."""
    return [mean(values) for values in zip(*(run[what] for run in runs), strict=True)]


def panel(axes: Axes, runs: list[dict], what: str, left: float) -> None:
    """Loss or accuracy of both parts, what lies between, and how they end."""
    floor, most = ROWS[what], MOST[what]
    for value in MARKS[what]:
        y = floor - HIGH * value / most
        ends = [left, left + WIDE]
        axes.plot(ends, [y, y], color=style.colour("rule"), lw=1, zorder=1)
    lines = {}
    for part, look in LOOKS.items():
        values = middle(runs, f"{part} {what}")
        x = [left + WIDE * i / (len(values) - 1) for i in range(len(values))]
        lines[part] = [floor - HIGH * min(value / most, 1.04) for value in values]
        axes.plot(x, lines[part], zorder=plots.LAYER, **look)
    soft = {"color": style.colour("patch-soft"), "lw": 0, "zorder": 1}
    axes.fill_between(x, *lines.values(), **soft)
    ended(axes, runs, what, left + WIDE + 5, {p: y[-1] for p, y in lines.items()})


def ended(
    axes: Axes, runs: list[dict], what: str, x: float, ends: dict[str, float]
) -> None:
    """The last means beside their lines, apart from each other."""
    centre, far = mean(ends.values()), ends["test"] - ends["train"]
    half = max(abs(far), APART) / 2 * (1 if far > 0 else -1)
    for part, y in {"train": centre - half, "test": centre + half}.items():
        value = middle(runs, f"{part} {what}")[-1]
        words = f"{value:.0%}" if what == "accuracy" else f"{value:.2f}"
        role = "patch" if part == "test" else "muted"
        plots.text(axes, x, y, words, role, 12, "left")


def marks(axes: Axes) -> None:
    """The numbers at the left of both rows."""
    for what, floor in ROWS.items():
        for value in MARKS[what]:
            words = f"{value:.0%}" if what == "accuracy" else value
            y = floor - HIGH * value / MOST[what]
            plots.text(axes, LEFT - 6, y, words, "muted", 12, "right")
        plots.text(axes, 8, floor - HIGH - 22, what, align="left")


def column(axes: Axes, case: dict, left: float) -> None:
    """One of the three: what it is, how it is called, and its two panels."""
    name, _, more = case["case"].partition(", ")
    plots.text(axes, left, 12, DRAWN[case["case"]], weight="bold", align="left")
    plots.text(axes, left, 34, name, size=12, align="left")
    plots.text(axes, left, 51, more, size=12, align="left")
    for what in ROWS:
        panel(axes, case["runs"], what, left)
    epochs = len(case["runs"][0]["loss"])
    plots.text(axes, left, 378, 1, size=12, align="left")
    plots.text(axes, left + WIDE / 2, 378, "epoch", size=12)
    plots.text(axes, left + WIDE, 378, epochs, size=12, align="right")


def fit() -> Figure:
    """Loss and accuracy of three trainings on both parts, by epoch."""
    rows = json.loads(RECORD.read_text("utf-8"))["results"]
    cases = [row for name in DRAWN for row in rows if row["case"] == name]
    figure, axes = plots.canvas(468)
    marks(axes)
    for i, case in enumerate(cases):
        column(axes, case, LEFT + STEP * i)
    for part, x in {"train": 46, "test": 262}.items():
        axes.plot([x, x + 34], [408, 408], **LOOKS[part])
        plots.text(axes, x + 44, 408, NAMES[part], align="left")
    words = (
        f"means of {len(cases[0]['runs'])} trainings; loss: cross-entropy, not smoothed"
    )
    plots.text(axes, 8, 434, words, "muted", 12, "left")
    words = "no care: pictures never moved, labels not smoothed, no decay"
    plots.text(axes, 8, 454, words, "muted", 12, "left")
    return figure


def draw() -> dict[str, Figure]:
    """By file name, if there is a record to draw."""
    return {"training-fit": fit()} if RECORD.exists() else {}
