"""Draw the figure of chapter 13 that counts what shows its mistakes."""

import json
import math
from collections import Counter
from pathlib import Path
from statistics import mean

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.mistakes import RIGHT
from vitlib.mistakes import MISTAKES
from vitlib.show import plots

RECORD = Path(__file__).parents[1] / "bench" / "mistakes.json"
LEFT, WIDE, BAR, ROW = 8, 408, 14, 46  # of the bars: where, how long, how thick, apart
GUESSED = math.log(10)  # the loss of ten classes before anything is learned


def alone() -> dict[str, int]:
    """How many of the mistakes are shown by what, each run alone."""
    counts = Counter(mistake.shown_by() for mistake in MISTAKES)
    return {
        "an error says so": counts["an error"],
        "a shape is another one": counts["a shape"],
        "a test of one line fails": sum(counts.values()),
    }


def fallen(row: dict) -> float:
    """How far the loss has fallen from that of guessing, in the mean of the runs."""
    return GUESSED - mean(run["loss"][-1] for run in row["runs"])


def in_models(rows: list[dict]) -> dict[str, int]:
    """How many of the ViTs with a mistake are shown by what."""
    (right,) = (row for row in rows if row["mistake"] == RIGHT)
    rest = [row for row in rows if row is not right]
    ran = [row for row in rest if row["runs"]]
    shares = [fallen(row) / fallen(right) for row in ran]
    tenth, half = (sum(share < least for share in shares) for least in (0.1, 0.5))
    return {
        "logits have another shape": sum(not row["shape"] for row in rest),
        "training stops with an error": len(rest) - len(ran),
        "the loss falls less than a tenth as far": tenth,
        "the loss falls less than half as far, those included": half,
        "examine finds something": sum(bool(row["found by"]) for row in rest),
    }


def bars(axes: Axes, title: str, counts: dict[str, int], total: int, y: float) -> None:
    """A title, and a bar for each count, as long as its share of all."""
    plots.text(axes, LEFT, y, title, align="left", weight="bold")
    for i, (words, count) in enumerate(counts.items()):
        top = y + 26 + ROW * i
        plots.text(axes, LEFT, top, words, align="left")
        plots.box(axes, LEFT, top + 12, WIDE, BAR, "rule", "panel", line=1)
        plots.box(axes, LEFT, top + 12, WIDE * count / total, BAR, fill="ink", line=0)
        said = f"{count}"
        plots.text(axes, LEFT + WIDE + 14, top + 12 + BAR / 2, said, align="left")


def caught() -> Figure:
    """What shows a mistake, alone and in a whole model."""
    rows = json.loads(RECORD.read_text("utf-8"))["results"]
    one, two = alone(), in_models(rows)
    epochs = len(rows[0]["runs"][0]["loss"])
    second = 44 + ROW * len(one) + 24
    figure, axes = plots.canvas(second + 26 + ROW * len(two))
    title = f"{len(MISTAKES)} mistakes, each run alone"
    bars(axes, title, one, len(MISTAKES), 18)
    title = (
        f"{len(rows) - 1} ViTs with one of them, trained on digits for {epochs} epochs"
    )
    bars(axes, title, two, len(rows) - 1, second)
    return figure


def draw() -> dict[str, Figure]:
    """The chapter's counts by file name."""
    return {"mistakes-caught": caught()}
