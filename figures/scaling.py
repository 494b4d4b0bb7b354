"""Draw the figures of chapter 12 that show growth: with tokens, and with the batch."""

import json
import math
from pathlib import Path
from statistics import mean

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.scaling import WIDTH
from bench.scaling_batch import BATCHES, EPOCHS, KNOWN, RULES
from figures.attention_cost import LOOKS as WAYS
from figures.attention_cost import MEMORY, TIME, Panel
from figures.attention_scale import key
from vitlib.show import plots, style

BENCH = Path(__file__).parents[1] / "bench"
GROWTH, BATCH = BENCH / "scaling.json", BENCH / "scaling_batch.json"
LEFT, RIGHT, TOP, FLOOR = 62, 472, 44, 284  # of the accuracies' axes
MARKS = (0.1, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995)  # accuracies, by their errors
LOOKS = {
    "kept": {"color": style.colour("muted"), "marker": "^", "ls": ":"},
    "root": {"color": style.colour("patch"), "marker": "o", "ls": "-"},
    "linear": {"color": style.colour("ink"), "marker": "s", "ls": "--"},
}
GROWS = (("as N²", 100, 128), ("as N²", 356, 128), ("about N", 424, 232))  # and where
NAMES = {
    "kept": "rate kept",
    "root": "rate × √batch",
    "linear": "rate × batch",
}


def growth() -> Figure:
    """Time and memory of attention there and back, by tokens."""
    record = json.loads(GROWTH.read_text("utf-8"))
    rows = [case for case in record["results"] if case["passes"] == "training"]
    cases = {case["tokens"]: case for case in rows}
    figure, axes = plots.canvas(328)
    panels = {
        "seconds": (56, TIME, 1e-4),
        "bytes": (300, [*MEMORY, "10,000 MiB"], 0.1 * 2**20),
    }
    for what, (left, names, unit) in panels.items():
        panel = Panel(axes, left, names, list(cases))
        for way in ("explicit", "fused"):
            numbers = {n: case[what][way] / unit for n, case in cases.items()}
            panel.draw(way, numbers)
    plots.text(axes, 8, 48, "processor’s time", align="left", weight="bold")
    plots.text(axes, 226, 48, "memory beside the input", align="left", weight="bold")
    for words, x, y in GROWS:
        plots.text(axes, x, y, words, weight="bold")
    for way, x in {"explicit": 8, "fused": 128}.items():
        key(axes, x, 16, way, WAYS[way])
    where = f"one head of {WIDTH}; {record['machine']}, one thread"
    words = f"forward and backward, {where}"
    plots.text(axes, 472, 314, words, "muted", 12, "right")
    return figure


def across(batch: int) -> float:
    """Where a batch stands, on a logarithmic axis."""
    share = math.log(batch / BATCHES[0]) / math.log(BATCHES[-1] / BATCHES[0])
    return LEFT + 24 + share * (RIGHT - LEFT - 66)


def up(score: float) -> float:
    """Where an accuracy stands: the share of errors on a logarithmic axis."""
    best, worst = (math.log(1 - MARKS[i]) for i in (-1, 0))
    return TOP + (math.log(1 - score) - best) / (worst - best) * (FLOOR - TOP)


def curve(axes: Axes, rows: list[dict], aside: float, look: dict) -> None:
    """A line through the means of each batch, and a mark for each seed."""
    rows = sorted(rows, key=lambda row: row["batch"])
    x = [across(row["batch"]) + aside for row in rows]
    y = [up(mean(row["accuracy"])) for row in rows]
    axes.plot(x, y, lw=2, zorder=plots.LAYER, **(look | {"marker": ""}))
    for left, row in zip(x, rows, strict=True):
        each = [up(score) for score in row["accuracy"]]
        axes.plot([left] * len(each), each, ms=6, zorder=3, **(look | {"ls": ""}))


def frame(axes: Axes) -> None:
    """What the two directions stand for."""
    plots.text(axes, 8, 14, "accuracy on 450 digits", align="left", weight="bold")
    for share in MARKS:
        y, ends = up(share), [LEFT, RIGHT]
        axes.plot(ends, [y, y], color=style.colour("rule"), lw=1, zorder=1)
        plots.text(axes, LEFT - 8, y, f"{100 * share:g}%", "muted", 12, "right")
    for batch in BATCHES:
        plots.text(axes, across(batch), FLOOR + 18, f"{batch:,}", size=12)
    plots.text(axes, (LEFT + RIGHT) / 2, FLOOR + 40, "pictures in a batch")


def batches() -> Figure:
    """Accuracy by batch, for three rules of the rate; hollow without warm-up."""
    rows = json.loads(BATCH.read_text("utf-8"))["results"]
    figure, axes = plots.canvas(414)
    frame(axes)
    for i, rule in enumerate(RULES):
        same = [r for r in rows if rule == r["rule"] or r["batch"] == KNOWN]
        warm = [row for row in same if row["warm_up"]]
        curve(axes, warm, 7 * (i - 1), LOOKS[rule])
        cold = [row for row in same if not row["warm_up"]]
        hollow = LOOKS[rule] | {"mfc": style.colour("paper")}
        curve(axes, cold, 7 * (i - 1) + 24, hollow)
        begin = 14 + 160 * i
        axes.plot([begin, begin + 30], [354, 354], ms=7, lw=2, **LOOKS[rule])
        plots.text(axes, begin + 40, 354, NAMES[rule], align="left")
    words = f"{EPOCHS} epochs; a mark: one training; hollow: without warm-up"
    plots.text(axes, 8, 382, words, "muted", 12, "left")
    words = f"the rate was chosen for batches of {KNOWN}"
    plots.text(axes, 8, 402, words, "muted", 12, "left")
    return figure


def draw() -> dict[str, Figure]:
    """By file name, of what there is a record to draw."""
    kinds = {"scaling-growth": (GROWTH, growth), "scaling-batch": (BATCH, batches)}
    return {name: make() for name, (record, make) in kinds.items() if record.exists()}
