"""Draw the figures of chapter 11 that show what is made of attention maps."""

from dataclasses import replace

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from vitlib.data import digits, mountains
from vitlib.inspection import (
    attention_maps,
    attention_rollout,
    class_attention,
    occlusion,
    overlay,
)
from vitlib.model import ViT
from vitlib.show import maps, plots, style
from vitlib.training import DIGITS, digits_model

SHOWN = (80, 26, 10, 33)  # test digits: a 3, a 4, a 7 and a 0
FOLLOWED = SHOWN[0]
SIDE, STEP, LEFT = 48, 67, 12  # of the maps: width, distance, where the first begins
HIGHEST, DOWN = 54, 60  # where their first row begins, and how far down the next is
SHARES, FALLS = maps.Scale.attention(0.5), maps.Scale.signed(1)
ROLLED = maps.Scale.attention(0.2)  # no patch gets more
TABLE, APART, FIRST, TOP = 84, 94, 100, 40  # of the tables of 17 × 17
GRID, PATCH = (6, 10), 10  # of the mountains


def looks() -> tuple[Tensor, Tensor, Tensor]:
    """Of the digits shown: the heads' mean by layer, rollout, and occlusion.

    Returns: (B, L, N), (B, N) and (B, N).
    """
    model, chosen = digits_model().double(), list(SHOWN)
    images, labels = (part[chosen] for part in digits("test"))
    found = attention_maps(model, images.double())  # (B, L, h, N+1, N+1)
    layers = class_attention(found.mean(dim=2))  # (B, L, N)
    rollout = class_attention(attention_rollout(found))  # (B, N)
    return layers, rollout, occlusion(model, images.double(), labels)


def small(axes: Axes, scale: maps.Scale, tables: Tensor, column: int) -> None:
    """Maps (B, L, N) of 4 × 4 patches, a row for each digit, from a column on."""
    rows, columns = tables.shape[:2]
    places = [
        (LEFT + (column + i) * STEP, HIGHEST + row * DOWN)
        for row in range(rows)
        for i in range(columns)
    ]
    scale.tiles(axes, [*tables.reshape(-1, 4, 4)], places, SIDE // 4)
    for x, y in places:
        plots.box(axes, x, y, SIDE, SIDE, "rule", line=1)


def disagreeing() -> Figure:
    """Four digits, and six maps of each that claim to tell where the model looks."""
    figure, axes = plots.canvas(356)
    layers, rollout, falls = looks()
    heads = [f"layer {n}" for n in range(1, 5)]
    for column, words in enumerate(["", *heads, "rollout", "covered"]):
        plots.text(axes, LEFT + column * STEP + SIDE / 2, 38, words)
    plots.text(axes, LEFT + 3 * STEP + SIDE / 2, 12, "where the class token looks")
    plots.text(axes, LEFT + 6 * STEP + SIDE / 2, 12, "effect")
    for first, last in ((1, 5), (6, 6)):
        ends = [LEFT + first * STEP, LEFT + last * STEP + SIDE]
        axes.plot(ends, [24, 24], color=style.colour("muted"), lw=1)
    for row, number in enumerate(SHOWN):
        y = HIGHEST + row * DOWN
        image = digits("test")[0][number]
        plots.picture(axes, 1 - image, LEFT, y, SIDE / 8)  # ink is dark
        plots.box(axes, LEFT, y, SIDE, SIDE, "rule", line=1)
    small(axes, SHARES, torch.cat([layers, rollout[:, None]], dim=1), 1)
    small(axes, FALLS, falls[:, None], 6)
    plots.text(axes, LEFT, 308, "share of attention", align="left")
    SHARES.bar(axes, LEFT, 320, 150)
    words = "fall of the right probability"
    plots.text(axes, LEFT + 6 * STEP + SIDE, 308, words, align="right")
    FALLS.bar(axes, LEFT + 6 * STEP + SIDE - 190, 320, 190)
    return figure


def table(axes: Axes, weights: Tensor, x: float, y: float) -> None:
    """A table of 17 × 17 weights with the class token's row outlined."""
    SHARES.paint(axes, weights, x, y, TABLE, TABLE)
    plots.box(axes, x, y, TABLE, TABLE, "rule", line=1)
    plots.box(axes, x, y, TABLE, TABLE / 17, "class-token", line=1.5)


def rolled() -> Figure:
    """Layer by layer: the heads' mean, half of the identity, and the product."""
    figure, axes = plots.canvas(492)
    image = digits("test")[0][FOLLOWED, None].double()  # (1, 1, 8, 8)
    found = attention_maps(digits_model().double(), image)  # (1, L, h, N+1, N+1)
    mixed = found.mean(dim=2)[0]  # (L, N+1, N+1)
    steps = {
        "mean of\nthe heads\n(17×17)": mixed,
        "half of it,\nand half\nidentity": mixed / 2 + torch.eye(17) / 2,
        "product\nup to here": [
            attention_rollout(found[:, : n + 1])[0] for n in range(4)
        ],
    }
    for layer in range(4):
        middle = FIRST + layer * APART + TABLE / 2
        plots.text(axes, middle, 22, f"layer {layer + 1}", weight="bold")
    for row, (words, tables) in enumerate(steps.items()):
        y = TOP + row * APART
        plots.text(axes, 8, y + TABLE / 2, words, align="left", linespacing=1.4)
        for layer, weights in enumerate(tables):
            table(axes, weights, FIRST + layer * APART, y)
    rolled_rows(axes, tables)
    return figure


def rolled_rows(axes: Axes, tables: list[Tensor]) -> None:
    """The class token's row of each product as a map, and the scales."""
    y = TOP + 3 * APART + 8
    words = "its first row,\non the grid"
    plots.text(axes, 8, y + TABLE / 2, words, align="left", linespacing=1.4)
    rows = [class_attention(weights).reshape(4, 4) for weights in tables]
    places = [(FIRST + layer * APART, y) for layer in range(len(rows))]
    ROLLED.tiles(axes, rows, places, TABLE // 4)
    for x, _ in places:
        plots.box(axes, x, y, TABLE, TABLE, "class-token", line=1.5)
    plots.text(axes, 8, 444, "tables", align="left")
    SHARES.bar(axes, 66, 438, 160)
    plots.text(axes, 250, 444, "grid", align="left")
    ROLLED.bar(axes, 296, 438, 170)


def untrained() -> Tensor:
    """Rollout of a model that has learned nothing, on the mountains: (N,)."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = ViT(replace(DIGITS, image_size=(60, 100), patch_size=PATCH))
    found = attention_maps(model.double(), mountains()[None].double())
    return class_attention(attention_rollout(found))[0]


def overlaid() -> Figure:
    """One map laid over the picture twice: from zero, and from its own lowest value."""
    figure, axes = plots.canvas(250)
    shares, scene = untrained(), mountains()
    low, high = shares.min().item(), shares.max().item()
    stretched = (shares - low) / (high - low)
    ways = {"scale from zero": shares, "from lowest to highest": stretched}
    for i, (words, shown) in enumerate(ways.items()):
        x = 8 + i * 238
        plots.text(axes, x, 16, words, weight="bold", align="left")
        plots.picture(axes, overlay(scene, shown, GRID), x, 32, 2.26)
        plots.box(axes, x, 32, 226, 135.6, "ink", line=1)
        faded(
            axes, x, 184, 226, (f"{i * low:.2%}".replace("0.00%", "0%"), f"{high:.2%}")
        )
    words = "rollout of an untrained model: the same numbers twice, on two scales"
    plots.text(axes, 8, 236, words, "muted", 12, "left")
    return figure


def faded(axes: Axes, x: float, y: float, width: float, ends: tuple[str, str]) -> None:
    """What paleness means: the darkest shade, laid over from nothing to in full."""
    shades = overlay(torch.zeros(1, 1, 113), torch.linspace(0, 1, 113), (1, 113))
    plots.picture(axes, shades, x, y, width / 113, 10)
    plots.box(axes, x, y, width, 10, "rule", line=1)
    for words, at, align in zip(ends, (x, x + width), ("left", "right"), strict=True):
        plots.text(axes, at, y + 22, words, size=12, align=align)


def draw() -> dict[str, Figure]:
    """These figures by file name."""
    return {
        "inspection-maps": disagreeing(),
        "inspection-rollout": rolled(),
        "inspection-overlay": overlaid(),
    }
