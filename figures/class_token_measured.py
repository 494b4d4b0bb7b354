"""Draw the figures of chapter 3 that show what was measured."""

import json
import math
from pathlib import Path

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from vitlib.data import digits
from vitlib.model import ViT
from vitlib.show import plots, style
from vitlib.training import digits_model

RECORD = Path(__file__).parents[1] / "bench" / "class_token.json"
ORIGIN, LAYER, HEIGHT = (40, 304), 72, 240  # of the curves: corner, step, height
BAND = (0.1, 0.9)  # the shares of pairs between which a band lies
MARKERS = {"class-token": "o", "ink": "s", "patch": "^"}  # as well as a colour


def distances(model: ViT) -> tuple[Tensor, Tensor]:
    """Of all pairs of test digits, and whether both are the same digit.

    Returns:
        (L + 1, pairs) Euclidean distances of the class rows before the first layer and
        after each, and (pairs,) booleans.
    """
    images, labels = digits("test")
    x = model.embed(images.double())  # (B, N+1, D)
    rows = [x[:, 0]]
    for block in model.blocks:
        x = block(x)
        rows.append(x[:, 0])
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
    mean, low, high = (ORIGIN[1] - unit * height.numpy() for height in heights)
    line = {"color": style.colour(role), "zorder": plots.LAYER}
    axes.fill_between(x, low, high, color=line["color"], alpha=0.2, lw=0)
    axes.plot(x, mean, marker=MARKERS[role], ms=7, lw=2.5, **line)
    count = f"{found.shape[1]:,} pairs"
    plots.text(axes, x[-1] + 14, mean[-1] - 9, name, align="left")
    plots.text(axes, x[-1] + 14, mean[-1] + 9, count, "muted", 12, "left")


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
    most = (
        f"the line is the mean; shaded, the middle {BAND[1] - BAND[0]:.0%} of the pairs"
    )
    plots.text(axes, 8, 35, most, "muted", 12, "left")
    return figure


def draw() -> dict[str, Figure]:
    """These figures by file name."""
    return {"class-token-apart": apart()}
