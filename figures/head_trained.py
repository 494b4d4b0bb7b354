"""Draw the figure of chapter 8 that compares heads by accuracy."""

import json

from matplotlib.figure import Figure

from figures.head_softmax import RECORD
from figures.position_runs import panel
from vitlib.show import plots

SHORT = {"softmax before the loss": "softmax, then loss"}  # where room is scarce


def trained() -> Figure:
    """A dot for each training by what was changed in the head; a panel a rate."""
    cases = json.loads(RECORD.read_text("utf-8"))["results"]
    rates = {case["rate"]: len(case["accuracy"]) for case in cases}
    figure, axes = plots.canvas(390)
    y = 14
    for rate, count in rates.items():
        ways = {
            SHORT.get(case["head"], case["head"]): [
                epochs[-1] for epochs in case["accuracy"]
            ]
            for case in cases
            if case["rate"] == rate
        }
        title = f"Learning rate {rate}: accuracy of {count} trainings each"
        y = panel(axes, title, ways, y, "patch") + 60
    plots.text(
        axes,
        8,
        376,
        "line: the mean; each panel has its own scale",
        "muted",
        12,
        "left",
    )
    return figure


def draw() -> dict[str, Figure]:
    """By file name."""
    return {"head-trained": trained()}
