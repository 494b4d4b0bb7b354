"""Draw the figure of chapter 7 that compares ways to build a block by accuracy."""

import json

from matplotlib.figure import Figure

from figures.encoder_depth import RECORD
from figures.position_runs import panel
from vitlib.show import plots

ALONE = "nothing added"  # learns nothing: its dots would flatten all others


def trained() -> Figure:
    """A dot for each training, by what was changed in the blocks."""
    cases = json.loads(RECORD.read_text("utf-8"))["results"]["trained"]
    ways = {case["block"]: case["accuracy"] for case in cases}
    alone = ways.pop(ALONE)
    figure, axes = plots.canvas(26 * len(ways) + 100)
    title = f"Two blocks, digits: accuracy of {len(alone)} trainings each"
    end = panel(axes, title, ways, 14, "patch")
    words = f"{ALONE}: {max(alone):.1%} in all of them, guessing"
    plots.text(axes, 8, end + 38, words, align="left")
    plots.text(axes, 8, end + 62, "line: the mean", "muted", 12, "left")
    return figure


def draw() -> dict[str, Figure]:
    """By file name."""
    return {"encoder-trained": trained()}
