"""Draw the figures of chapter 10 that compare methods: by fold, and by images."""

import json
import math
from collections import Counter
from pathlib import Path
from statistics import mean

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vitlib.show import plots, style

FOLDS = Path(__file__).parents[1] / "bench" / "training.json"
DATA = FOLDS.with_name("training_data.json")
LOOKS = {  # by the method's name; any other is drawn in grey
    "ViT": {"color": style.colour("patch"), "marker": "o", "ls": "-"},
    "CNN": {"color": style.colour("stream"), "marker": "s", "ls": "--"},
    "RBF-SVM": {"color": style.colour("ink"), "marker": "^", "ls": ":"},
}
OTHER = {"color": style.colour("muted"), "marker": "D", "ls": ""}
LEFT, RIGHT, DOT, TALL = 184, 468, 8, 76  # of the folds: ends, a dot, a row
WIDE, EDGE, TOP, FLOOR = 396, 60, 40, 290  # of the axes for images
MARKS = (0.5, 0.7, 0.9, 0.95, 0.98, 0.99)  # accuracies on a scale of errors


def stacked(axes: Axes, counts: list[int], y: float, one: float, look: dict) -> None:
    """A dot for each fold, above how many errors it has; like ones lie stacked."""
    seen = Counter()
    for count in sorted(counts):
        place = {
            "ms": 8,
            "mew": 0.6,
            "mec": style.colour("paper"),
            "zorder": plots.LAYER,
        }
        high = y - DOT / 2 - DOT * seen[count]
        axes.plot([LEFT + one * count], [high], **(look | place))
        seen[count] += 1


def folds() -> Figure:
    """How many digits each method misreads, fold by fold."""
    rows = json.loads(FOLDS.read_text("utf-8"))["results"]["methods"]
    methods = list(dict.fromkeys(row["method"] for row in rows))
    figure, axes = plots.canvas(TALL * len(methods) + 66)
    most = max(len(fold) for row in rows for fold in row["wrong"])
    one = (RIGHT - LEFT) / (most + 0.5)  # pixels for one error
    for i, name in enumerate(methods):
        y = TALL * (i + 1) - 16
        same = [row["wrong"] for row in rows if row["method"] == name]
        axes.plot([LEFT - 8, RIGHT], [y, y], color=style.colour("rule"), lw=1.5)
        totals = [sum(map(len, wrong)) for wrong in same]
        plots.text(axes, 8, y - 32, name, align="left", weight="bold")
        words = f"{mean(totals):.1f}" if len(totals) > 1 else f"{totals[0]}"
        each = " to ".join(f"{n}" for n in sorted({min(totals), max(totals)}))
        plots.text(axes, 8, y - 12, f"{words} in all", align="left", size=12)
        if len(totals) > 1:
            plots.text(axes, 92, y - 12, f"({each})", "muted", 12, "left")
        counts = [len(fold) for wrong in same for fold in wrong]
        stacked(axes, counts, y, one, LOOKS.get(name, OTHER))
    bottom = TALL * len(methods) - 16
    for count in range(0, most + 1, 2):
        plots.text(axes, LEFT + one * count, bottom + 18, count, size=12)
    plots.text(axes, (LEFT + RIGHT) / 2, bottom + 40, "errors in a fold of 359 or 360")
    words = "a dot: one fold, five for each seed; in brackets: by seed"
    plots.text(axes, 8, bottom + 68, words, "muted", 12, "left")
    return figure


def up(accuracy: float) -> float:
    """Where an accuracy stands: the share of errors on a logarithmic axis."""
    best, worst = (math.log(1 - MARKS[i]) for i in (-1, 0))
    return TOP + (math.log(1 - accuracy) - best) / (worst - best) * (FLOOR - TOP)


def data() -> Figure:
    """Accuracy against the number of images that three methods learned from."""
    rows = json.loads(DATA.read_text("utf-8"))["results"]
    counts = sorted({row["images"] for row in rows})
    figure, axes = plots.canvas(388)

    def across(count: int) -> float:
        share = math.log(count / counts[0]) / math.log(counts[-1] / counts[0])
        return EDGE + 12 + share * (WIDE - 24)

    plots.text(axes, 8, 14, "accuracy on 450 digits", align="left", weight="bold")
    for mark in MARKS:
        ends = [EDGE, EDGE + WIDE]
        axes.plot(ends, [up(mark)] * 2, color=style.colour("rule"), lw=1, zorder=1)
        plots.text(axes, EDGE - 8, up(mark), f"{mark:.0%}", "muted", 12, "right")
    for count in counts:
        plots.text(axes, across(count), FLOOR + 22, f"{count:,}", size=12)
    plots.text(axes, EDGE + WIDE / 2, FLOOR + 46, "images learned from")
    for i, (name, look) in enumerate(reversed(LOOKS.items())):
        same = sorted((r["images"], r["accuracy"]) for r in rows if r["method"] == name)
        x = [across(count) + 5 * (i - 1) for count, _ in same]
        middle = [up(mean(scores)) for _, scores in same]
        axes.plot(x, middle, lw=2, zorder=plots.LAYER, **(look | {"marker": ""}))
        for left, (_, scores) in zip(x, same, strict=True):
            each = [up(score) for score in scores]
            look_of_dots = look | {"ls": "", "mec": style.colour("paper")}
            axes.plot([left] * len(each), each, ms=7, zorder=3, **look_of_dots)
        begin = 60 + 140 * i
        axes.plot([begin, begin + 34], [370, 370], ms=7, lw=2, **look)
        plots.text(axes, begin + 42, 370, name, align="left")
    return figure


def draw() -> dict[str, Figure]:
    """By file name, of what there is a record to draw."""
    kinds = {"training-folds": (FOLDS, folds), "training-data": (DATA, data)}
    return {name: make() for name, (record, make) in kinds.items() if record.exists()}
