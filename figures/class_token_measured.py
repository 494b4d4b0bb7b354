"""Draw the figures of chapter 3 that show what was measured."""

import json
import math
from pathlib import Path
from statistics import mean

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from vitlib.data import digits
from vitlib.inspection import class_rows
from vitlib.model import ViT
from vitlib.show import plots, style
from vitlib.training import digits_model

RECORD = Path(__file__).parents[1] / "bench" / "class_token.json"
ORIGIN, LAYER, HEIGHT = (40, 304), 72, 240  # of the curves: corner, step, height
BAND = (0.1, 0.9)  # the shares of pairs between which a band lies
MARKERS = {"class-token": "o", "patch": "^", "ink": "s"}  # as well as a colour


def distances(model: ViT) -> tuple[Tensor, Tensor]:
    """Of all pairs of test digits, and whether both are the same digit.

    Returns:
        (L + 1, pairs) Euclidean distances of the class rows before the first layer and
        after each, and (pairs,) booleans.
    """
    images, labels = digits("test")
    rows = class_rows(model, images.double())  # (L+1, B, D)
    one, other = torch.triu_indices(len(labels), len(labels), 1)  # (pairs,) each
    apart = [torch.pdist(row) for row in rows]  # in the order of these indices
    return torch.stack(apart), labels[one] == labels[other]


def quantile(found: Tensor, share: float) -> Tensor:
    """In each layer the distance that this share of the pairs stays below: (L + 1,)."""
    return found.sort(dim=1).values[:, round(share * (found.shape[1] - 1))]


def curve(axes: Axes, found: Tensor, unit: float, role: str, name: str) -> None:
    """The means of (L + 1, pairs) distances, and the band of most of them."""
    x = [ORIGIN[0] + layer * LAYER for layer in range(len(found))]
    heights = [found.mean(dim=1), *(quantile(found, share) for share in BAND)]
    middle, low, high = (ORIGIN[1] - unit * height.numpy() for height in heights)
    line = {"color": style.colour(role), "zorder": plots.LAYER}
    axes.fill_between(x, low, high, color=line["color"], alpha=0.2, lw=0)
    axes.plot(x, middle, marker=MARKERS[role], ms=7, lw=2.5, **line)
    count = f"{found.shape[1]:,} pairs"
    plots.text(axes, x[-1] + 14, middle[-1] - 9, name, align="left")
    plots.text(axes, x[-1] + 14, middle[-1] + 9, count, "muted", 12, "left")


@torch.no_grad()
def apart() -> Figure:
    """How far apart class rows are after each layer, for equal and other digits."""
    figure, axes = plots.canvas(356)
    left, bottom = ORIGIN
    found, same = distances(digits_model().double())
    top = 5 * math.ceil(quantile(found[:, ~same], BAND[1]).max().item() / 5)
    for value in range(0, top + 1, 5):
        y = bottom - value * HEIGHT / top
        axes.plot([left, 328], [y, y], color=style.colour("rule"), lw=1, zorder=1)
        plots.text(axes, left - 12, y, value, "muted", align="right")
    curve(axes, found[:, ~same], HEIGHT / top, "class-token", "different digits")
    curve(axes, found[:, same], HEIGHT / top, "ink", "the same digit")
    for layer in range(len(found)):
        plots.text(axes, left + layer * LAYER, bottom + 18, layer)
    plots.text(axes, left + 2 * LAYER, bottom + 40, "after layer")
    title = "distance between the class rows of two pictures"
    plots.text(axes, 8, 14, title, align="left")
    share = f"{BAND[1] - BAND[0]:.0%}"
    most = f"line: the mean; shaded: the middle {share} of the pairs"
    plots.text(axes, 8, 35, most, "muted", 12, "left")
    return figure


def runs(axes: Axes, x: list[float], y: float, role: str) -> None:
    """A mark for each run, equal ones above each other, and a line at their mean."""
    axes.plot([mean(x)] * 2, [y - 12, y + 12], color=style.colour("ink"), lw=2)
    for i, place in enumerate(x):
        near = [j for j, other in enumerate(x) if abs(other - place) < 3]
        shift = 8 * (near.index(i) - (len(near) - 1) / 2)
        axes.plot(place, y + shift, MARKERS[role], ms=6, color=style.colour(role))


def per_cent(score: float, first: float) -> float:
    """Where a share of 1 stands, on a scale from ``first`` per cent to 100."""
    return 222 + 238 * (100 * score - first) / (100 - first)


def pooling() -> Figure:
    """Test digits read correctly, by what the head reads and by learning rate."""
    record = json.loads(RECORD.read_text("utf-8"))
    figure, axes = plots.canvas(312)
    title = "test digits read correctly; each mark is a run, the line their mean"
    plots.text(axes, 8, 14, title, size=12.5, align="left")
    cases = record["results"]
    first = 2 * math.floor(50 * min(min(case["accuracy"]) for case in cases))
    for value in range(first, 101, 2):
        x = per_cent(value / 100, first)
        axes.plot([x, x], [40, 260], color=style.colour("rule"), lw=1, zorder=1)
        plots.text(axes, x, 276, f"{value}%", "muted", 12)
    for i, rate in enumerate(sorted({case["rate"] for case in cases})):
        y = 50 + i * 112
        plots.text(axes, 8, y, f"learning rate {rate:g}", align="left", weight="bold")
        at_this_rate = [case for case in cases if case["rate"] == rate]
        for role, case in zip(MARKERS, at_this_rate, strict=True):
            y += 27
            scores = case["accuracy"]
            plots.text(axes, 8, y, case["read"], align="left")
            plots.text(axes, 204, y, f"{mean(scores):.1%}", align="right")
            runs(axes, [per_cent(score, first) for score in scores], y, role)
    where = f"{record['machine']}, one thread, {record['date']}"
    plots.text(axes, 472, 300, where, "muted", 12, "right")
    return figure


def draw() -> dict[str, Figure]:
    """These figures by file name."""
    return {"class-token-apart": apart(), "class-token-pooling": pooling()}
