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

LEFT, RIGHT, LOW, HIGH = 240, 462, 0.88, 1.0  # of the rows' axis, and its ends
ROW, GAP, TOP = 22, 8, 44  # a row's height, what parts groups, where they begin
TITLES = {  # what is changed, and how it is when it is not
    "patch": ("patch", f"{SMALL.patch_size} px"),
    "heads": ("heads", f"{SMALL.num_heads}"),
    "depth": ("blocks", f"{SMALL.depth}"),
    "clipping": ("clipping", f"{Recipe.max_norm:g}"),
    "jitter": ("jitter", f"{Recipe.jitter:g}"),
    "smoothing": ("smoothing", f"{Recipe.label_smoothing}"),
    "decay": ("decay", f"{Recipe.weight_decay}"),
}
RATES_LEFT, RATES_RIGHT, CEILING, FLOOR = 52, 372, 44, 264  # of the rates' axes
LOWEST = 0.6  # at their floor
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
    plots.text(axes, 170, y, name, align="right")
    plots.text(axes, LEFT - 14, y, f"{mean(scores):.1%}", align="right")
    dots(axes, [place(score) for score in scores], place(mean(scores)), y, role)


def unchanged(axes: Axes, scores: list[float], bottom: float) -> None:
    """The row without a change, and a band as wide as its trainings differ."""
    left, right = place(min(scores)), place(max(scores))
    plots.box(axes, left, 4, right - left, bottom - 4, fill="patch-soft", line=0)
    plots.text(axes, 8, 18, "unchanged", align="left", weight="bold")
    row(axes, "", scores, 18, "ink")


def ablations() -> Figure:
    """One change at a time, a dot a training, over the spread of the unchanged."""
    rows = recorded()
    found = {what: [r for r in rows if r["what"] == what] for what in TITLES}
    count = sum(map(len, found.values()))
    bottom = TOP + ROW * count + GAP * len(found)
    figure, axes = plots.canvas(bottom + 66)
    unchanged(axes, base(rows), bottom)
    for share in (0.88, 0.92, 0.96, 1):
        x = place(share)
        axes.plot([x, x], [4, bottom], color=style.colour("rule"), lw=1, zorder=1)
        plots.text(axes, x, bottom + 14, f"{share:.0%}", size=12)
    y = TOP + ROW / 2
    for what, ways in found.items():
        title, usual = TITLES[what]
        plots.text(axes, 8, y, title, align="left", weight="bold")
        for i, way in enumerate(ways):
            name = f"{'' if i else usual} → {way['setting']}"
            row(axes, name, way["accuracy"], y, "patch")
            y += ROW
        y += GAP
    words = "a dot: one training, 450 test digits; line: the mean;"
    plots.text(axes, 8, bottom + 38, words, "muted", 12, "left")
    words = "shaded: how far trainings differ by their seed alone"
    plots.text(axes, 8, bottom + 56, words, "muted", 12, "left")
    return figure


def across(rate: float) -> float:
    """Where a learning rate stands, on a logarithmic axis."""
    share = math.log(rate / RATES[0]) / math.log(RATES[-1] / RATES[0])
    return RATES_LEFT + 20 + share * (RATES_RIGHT - RATES_LEFT - 40)


def up(score: float) -> float:
    """Where an accuracy stands above the rates' axis."""
    return FLOOR - (score - LOWEST) / (1 - LOWEST) * (FLOOR - CEILING)


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
    figure, axes = plots.canvas(326)
    plots.text(axes, 8, 14, "accuracy on 450 digits", align="left", weight="bold")
    for share in (0.6, 0.7, 0.8, 0.9, 1):
        y, ends = up(share), [RATES_LEFT, RATES_RIGHT]
        axes.plot(ends, [y, y], color=style.colour("rule"), lw=1, zorder=1)
        plots.text(axes, RATES_LEFT - 8, y, f"{share:.0%}", "muted", 12, "right")
    for i, (warm_up, look) in enumerate(LOOKS.items()):
        same = [row for row in rows if row["change"]["warm_up"] == warm_up]
        curve(axes, same, 7 * (i - 1), look)
        (last,) = (row for row in same if row["change"]["lr"] == RATES[-1])
        words = f"warm-up {warm_up:.0%}" if warm_up else "no warm-up"
        plots.text(axes, RATES_RIGHT, up(mean(last["accuracy"])), words, align="left")
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
