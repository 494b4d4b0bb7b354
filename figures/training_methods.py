"""Draw the figures of chapter 10 that compare methods: by fold, and by images."""

import json
import math
from collections import Counter
from pathlib import Path
from statistics import mean

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.training import RECIPE, WIDE
from bench.training_data import COUNTS
from vitlib.show import plots, style

FOLDS = Path(__file__).parents[1] / "bench" / "training.json"
DATA = FOLDS.with_name("training_data.json")
LOOKS = {  # by the method's name; any other is drawn in grey
    "ViT": {"color": style.colour("patch"), "marker": "o", "ls": "-"},
    "CNN": {"color": style.colour("stream"), "marker": "s", "ls": "--"},
    "RBF-SVM": {"color": style.colour("ink"), "marker": "^", "ls": ":"},
}
EPOCHS = dict.fromkeys(("CNN", "CNN, pixels −2 to 2", "ViT"), RECIPE["epochs"])
EPOCHS |= {"ViT, three times as long": 3 * RECIPE["epochs"]}
EPOCHS |= {"ViT, pixels −2 to 2": WIDE["epochs"]}
OTHER = {"color": style.colour("muted"), "marker": "D", "ls": ""}
LEFT, RIGHT, DOT, TALL = 184, 468, 8, 76  # of the folds: ends, a dot, a row
WIDE, EDGE, TOP, FLOOR = 396, 66, 44, 290  # of the axes for images
MARKS = (0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998)  # accuracies, by their errors


def look_of(name: str) -> dict:
    """How a method's marks look; all ViTs' alike, and all CNNs'."""
    return LOOKS.get(name.partition(",")[0], OTHER)


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


def named(axes: Axes, name: str, seeds: list[list[list[int]]], y: float) -> None:
    """A method's name, its epochs, and its errors in all folds together."""
    high = y - (48 if name in EPOCHS else 30)
    plots.text(axes, 8, high, name, align="left", weight="bold")
    if name in EPOCHS:
        plots.text(axes, 8, y - 30, f"{EPOCHS[name]} epochs", "muted", 12, "left")
    totals = [sum(map(len, wrong)) for wrong in seeds]
    several = len(totals) > 1
    words = f"{mean(totals):.1f}" if several else f"{totals[0]}"
    plots.text(axes, 8, y - 12, f"{words} in all", align="left", size=12)
    if several:
        least, most = min(totals), max(totals)
        words = f"({least} to {most})" if least < most else "(each time)"
        plots.text(axes, 92, y - 12, words, "muted", 12, "left")


def folds() -> Figure:
    """How many digits each method misreads, fold by fold."""
    rows = json.loads(FOLDS.read_text("utf-8"))["results"]["methods"]
    methods = list(dict.fromkeys(row["method"] for row in rows))
    figure, axes = plots.canvas(TALL * len(methods) + 66)
    most = max(len(fold) for row in rows for fold in row["wrong"])
    one = (RIGHT - LEFT) / (most + 0.5)  # pixels for one error
    for i, name in enumerate(methods):
        y = TALL * (i + 1) - 16
        axes.plot([LEFT - 8, RIGHT], [y, y], color=style.colour("rule"), lw=1.5)
        same = [row["wrong"] for row in rows if row["method"] == name]
        named(axes, name, same, y)
        counts = [len(fold) for wrong in same for fold in wrong]
        stacked(axes, counts, y, one, look_of(name))
    bottom = TALL * len(methods) - 16
    for count in range(0, most + 1, 2):
        plots.text(axes, LEFT + one * count, bottom + 18, count, size=12)
    plots.text(axes, (LEFT + RIGHT) / 2, bottom + 40, "errors in a fold of 359 or 360")
    words = "a dot: one fold, five for each seed; in brackets: by seed"
    plots.text(axes, 8, bottom + 68, words, "muted", 12, "left")
    return figure


def up(accuracy: float) -> float:
    """Where an accuracy stands: the share of errors on a logarithmic axis.

    No error at all stands on the highest line, with one.
    """
    best, worst = (math.log(1 - MARKS[i]) for i in (-1, 0))
    here = math.log(1 - min(accuracy, MARKS[-1]))
    return TOP + (here - best) / (worst - best) * (FLOOR - TOP)


def across(count: int) -> float:
    """Where a number of images stands, on a logarithmic axis."""
    share = math.log(count / COUNTS[0]) / math.log(COUNTS[-1] / COUNTS[0])
    return EDGE + 12 + share * (WIDE - 24)


def curve(axes: Axes, rows: list[dict], aside: float, look: dict) -> None:
    """A line through the means at each number of images, and a mark for each seed."""
    x = [across(row["images"]) + aside for row in rows]
    middle = [up(mean(row["accuracy"])) for row in rows]
    axes.plot(x, middle, lw=2, zorder=plots.LAYER, **(look | {"marker": ""}))
    look = look | {"ls": "", "mec": style.colour("paper"), "mew": 0.6, "zorder": 3}
    for left, row in zip(x, rows, strict=True):
        each = [up(score) for score in row["accuracy"]]
        axes.plot([left] * len(each), each, ms=7.5, **look)


def data() -> Figure:
    """Accuracy against the number of images that three methods learned from."""
    rows = json.loads(DATA.read_text("utf-8"))["results"]
    figure, axes = plots.canvas(420)
    plots.text(axes, 8, 14, "accuracy on 450 digits", align="left", weight="bold")
    for mark in MARKS:
        ends = [EDGE, EDGE + WIDE]
        axes.plot(ends, [up(mark)] * 2, color=style.colour("rule"), lw=1, zorder=1)
        plots.text(axes, EDGE - 8, up(mark), f"{mark:.1%}", "muted", 12, "right")
    for count in COUNTS:
        plots.text(axes, across(count), FLOOR + 22, f"{count:,}", size=12)
    plots.text(axes, EDGE + WIDE / 2, FLOOR + 46, "images learned from")
    for i, (name, look) in enumerate(reversed(LOOKS.items())):
        same = [row for row in rows if row["method"] == name]
        curve(axes, same, 6 * (i - 1), look)
        begin = 60 + 140 * i
        axes.plot([begin, begin + 34], [370, 370], ms=7, lw=2, **look)
        plots.text(axes, begin + 44, 370, name, align="left")
    words = "a mark: one of three seeds; highest line: one error or none"
    plots.text(axes, 8, 404, words, "muted", 12, "left")
    return figure


def draw() -> dict[str, Figure]:
    """By file name, of what there is a record to draw."""
    kinds = {"training-folds": (FOLDS, folds), "training-data": (DATA, data)}
    return {name: make() for name, (record, make) in kinds.items() if record.exists()}
