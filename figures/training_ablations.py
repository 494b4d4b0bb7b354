"""Draw the figures of chapter 10 that compare shapes and recipes by accuracy."""

import math
from statistics import mean

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.position import RATE, SMALL
from bench.training_ablations import CHANGES, RATES, RECORD, recorded
from figures.position_runs import dots
from vitlib.show import plots, style
from vitlib.training import Recipe

LEFT, RIGHT, LOW, HIGH = 214, 462, 0.8, 1.0  # of the rows' axis, and its ends
ROW, GAP = 24, 12  # a row's height, and what is left between groups
AS_IT_IS = {  # the row without a change, in words of its group
    "patch": f"{SMALL.patch_size}",
    "heads": f"{SMALL.num_heads}",
    "depth": f"{SMALL.depth}",
}
TITLES = {
    "patch": "patch, pixels",
    "heads": "heads",
    "depth": "blocks",
    "jitter": "moved a little",
    "smoothing": "smoothed labels",
    "decay": "decay",
    "clipping": "clipping",
}
RATES_LEFT, RATES_RIGHT, TOP, FLOOR = 52, 452, 44, 264  # of the rates' axes
LOOKS = {
    0.0: {"color": style.colour("muted"), "marker": "^", "ls": ":"},
    Recipe.warm_up: {"color": style.colour("patch"), "marker": "o", "ls": "-"},
    0.3: {"color": style.colour("ink"), "marker": "s", "ls": "--"},
}


def base(rows: list[dict]) -> list[float]:
    """Accuracies without any change."""
    plain = {"lr": RATE, "warm_up": Recipe.warm_up}
    (row,) = (row for row in rows if row["change"] == plain)
    return row["accuracy"]


def place(score: float) -> float:
    """Where an accuracy stands on the rows' axis."""
    return LEFT + (score - LOW) / (HIGH - LOW) * (RIGHT - LEFT)


def row(axes: Axes, name: str, scores: list[float], y: float, role: str) -> None:
    """A setting's name, mean, and a dot for each seed."""
    weight = "bold" if role == "ink" else "normal"
    plots.text(axes, 142, y, name, align="right", weight=weight)
    plots.text(axes, LEFT - 14, y, f"{mean(scores):.1%}", align="right", weight=weight)
    dots(axes, [place(score) for score in scores], place(mean(scores)), y, role)


def groups(rows: list[dict]) -> dict[str, dict[str, list[float]]]:
    """By what was changed: accuracies by setting, with the row that is unchanged."""
    found = {}
    for what in TITLES:
        ways = {r["setting"]: r["accuracy"] for r in rows if r["what"] == what}
        ways[AS_IT_IS.get(what, "yes")] = base(rows)
        numbers = what in AS_IT_IS
        found[what] = dict(sorted(ways.items())) if numbers else ways
    return {what: ways for what, ways in found.items() if len(ways) > 1}


def ablations() -> Figure:
    """One change at a time, a dot a training; the unchanged row in each group."""
    found = groups(recorded())
    count = sum(map(len, found.values()))
    height = ROW * (count + len(found)) + GAP * len(found) + 70
    figure, axes = plots.canvas(height)
    for share in (0.8, 0.85, 0.9, 0.95, 1):
        x, ends = place(share), [14, height - 62]
        axes.plot([x, x], ends, color=style.colour("rule"), lw=1, zorder=1)
        plots.text(axes, x, height - 48, f"{share:.0%}", size=12)
    y = 16
    for what, ways in found.items():
        plots.text(axes, 8, y, TITLES[what], align="left", weight="bold")
        for name, scores in ways.items():
            y += ROW
            role = "ink" if scores == base(recorded()) else "patch"
            row(axes, name, scores, y, role)
        y += ROW + GAP
    words = "a dot: one training, 450 test digits; line: the mean; bold: unchanged"
    plots.text(axes, 8, height - 18, words, "muted", 12, "left")
    return figure


def across(rate: float) -> float:
    """Where a learning rate stands, on a logarithmic axis."""
    share = math.log(rate / RATES[0]) / math.log(RATES[-1] / RATES[0])
    return RATES_LEFT + 20 + share * (RATES_RIGHT - RATES_LEFT - 40)


def up(score: float) -> float:
    """Where an accuracy stands above the rates' axis."""
    return FLOOR - score * (FLOOR - TOP)


def curve(axes: Axes, rows: list[dict], aside: float, look: dict) -> None:
    """A line through the means at each rate, and a mark for each seed."""
    rows = sorted(rows, key=lambda row: row["change"]["lr"])
    x = [across(row["change"]["lr"]) + aside for row in rows]
    y = [up(mean(row["accuracy"])) for row in rows]
    axes.plot(x, y, lw=2, zorder=plots.LAYER, **(look | {"marker": ""}))
    for left, row in zip(x, rows, strict=True):
        each = [up(score) for score in row["accuracy"]]
        axes.plot([left] * len(each), each, ms=6, zorder=3, **(look | {"ls": ""}))


def rates() -> Figure:
    """Accuracy against the highest learning rate, with and without a warm-up."""
    rows = [row for row in recorded() if row["what"] == "rate"]
    figure, axes = plots.canvas(356)
    plots.text(axes, 8, 14, "accuracy on 450 digits", align="left", weight="bold")
    for share in (0, 0.25, 0.5, 0.75, 1):
        y, ends = up(share), [RATES_LEFT, RATES_RIGHT]
        axes.plot(ends, [y, y], color=style.colour("rule"), lw=1, zorder=1)
        plots.text(axes, RATES_LEFT - 8, y, f"{share:.0%}", "muted", 12, "right")
    for i, (warm_up, look) in enumerate(LOOKS.items()):
        same = [row for row in rows if row["change"]["warm_up"] == warm_up]
        curve(axes, same, 7 * (i - 1), look)
        begin = 8 + 160 * i
        axes.plot([begin, begin + 30], [336, 336], ms=7, lw=2, **look)
        words = f"warm-up {warm_up:.0%}" if warm_up else "no warm-up"
        plots.text(axes, begin + 38, 336, words, align="left")
    for rate in RATES:
        plots.text(axes, across(rate), FLOOR + 18, f"{rate:g}", size=12)
    middle = (RATES_LEFT + RATES_RIGHT) / 2
    plots.text(axes, middle, FLOOR + 42, "highest learning rate")
    return figure


def draw() -> dict[str, Figure]:
    """By file name, of what is recorded."""
    if not RECORD.exists():
        return {}
    known = {row["setting"] for row in recorded() if row["what"] == "rate"}
    more = {"training-rates": rates()} if known >= CHANGES["rate"].keys() else {}
    return {"training-ablations": ablations()} | more
