"""Draw the figures of chapter 2 that show what was learned, and what is kept."""

import math

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor, nn

from figures.tokens import CHOSEN, PATCHES
from vitlib import ViT
from vitlib.show import maps, plots
from vitlib.show.widgets import tokens as maker
from vitlib.training import DIGITS, Recipe, digits_model

KINDS = {  # of filters of 2 × 2: the pattern that they are most like
    "brightness": (1, 1, 1, 1),
    "right − left": (-1, 1, -1, 1),
    "bottom − top": (-1, -1, 1, 1),
    "diagonals": (1, -1, -1, 1),
}
LEFT, CELL, ACROSS = (132, 328), 25, 6  # the two panels; filters, and how many a line
WIDTHS = (16, 64, 144, 256, 400)  # of the tokens from which a patch is recovered


def likeness(filters: Tensor) -> Tensor:
    """The parts of filters (D, 4) along each pattern, (D, 4)."""
    patterns = torch.tensor([*KINDS.values()]) / 2.0  # (4, 4), of length 1
    return filters @ patterns.T  # (D, 4)


def sorted_filters(filters: Tensor) -> dict[str, Tensor]:
    """Filters (D, 4) by the pattern that each is most like, its opposite last."""
    found = likeness(filters)
    kind = found.abs().argmax(dim=1)
    order = found.argsort(dim=0, descending=True)  # (D, 4)
    mine = [order[kind[order[:, i]] == i, i] for i in range(len(KINDS))]
    return {name: filters[d] for name, d in zip(KINDS, mine, strict=True)}


def untrained() -> ViT:
    """The model of the digits as it was before its training."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(Recipe.seed)
        return ViT(DIGITS)


def filters() -> Figure:
    """The filters for patches of 2 × 2 pixels, before the training and after it."""
    models = {"before training": untrained(), "after": digits_model()}
    tables = [m.patch_embed.proj.weight.detach().flatten(1) for m in models.values()]
    groups = [sorted_filters(table) for table in tables]
    shares = [likeness(table).square().sum(dim=0) for table in tables]  # (4,) each
    lines = [max(-(-len(part[name]) // ACROSS) for part in groups) for name in KINDS]
    figure, axes = plots.canvas(CELL * sum(lines) + 18 * len(KINDS) + 64)
    scale = maps.Scale.signed(math.ceil(10 * torch.cat(tables).abs().max().item()) / 10)
    for x, name in zip(LEFT, models, strict=True):
        plots.text(axes, x, 14, name, align="left", weight="bold")
    top = 32
    for i, (name, tall) in enumerate(zip(KINDS, lines, strict=True)):
        draw_pattern(axes, KINDS[name], 8, top)
        plots.text(axes, 8, top + 40, name, size=12, align="left")
        for part, share, x in zip(groups, shares, LEFT, strict=True):
            draw_group(axes, scale, part[name], x, top)
            words = f"{share[i] / share.sum():.0%}"
            plots.text(axes, x - 8, top + 11, words, "muted", 12, "right")
        top += CELL * tall + 18
    words = "%: share of all squared weights"
    plots.text(axes, 8, top + 12, words, "muted", 12, "left")
    scale.line(axes, 396, top + 12)
    return figure


def draw_group(
    axes: Axes, scale: maps.Scale, group: Tensor, x: float, y: float
) -> None:
    """Filters (n, 4) as squares of 2 × 2, line by line."""
    large = torch.kron(group.reshape(1, -1, 2, 2), torch.ones(11, 11))  # (1, n, 22, 22)
    scale.cells(axes, plots.mosaic(large, ACROSS, CELL - 22)[0], x, y, 1)
    for i in range(len(group)):
        row, column = divmod(i, ACROSS)
        plots.box(axes, x + CELL * column, y + CELL * row, 22, 22, "rule", line=1)


def draw_pattern(axes: Axes, pattern: tuple[int, ...], x: float, y: float) -> None:
    """A pattern of 2 × 2 pixels, as plus and minus."""
    for i, sign in enumerate(pattern):
        row, column = divmod(i, 2)
        plots.box(axes, x + 14 * column, y + 14 * row, 14, 14, "rule", line=1)
        middle = (x + 14 * column + 7, y + 14 * row + 7)
        plots.text(axes, *middle, "+" if sign > 0 else "−", size=12)


def random_filters() -> list[Tensor]:
    """Those that the chapter's cell makes, for one width after the other."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return [nn.Linear(400, width).weight.detach().double() for width in WIDTHS]


def recovery() -> Figure:
    """Patch 12 recovered from fewer and more numbers, of random filters and waves."""
    figure, axes = plots.canvas(280)
    patch, waves = PATCHES[CHOSEN - 1], maker.waves()
    plots.picture(axes, patch.reshape(1, 20, 20), 8, 84, 3.6)
    plots.text(axes, 44, 70, "the patch")
    plots.text(axes, 44, 168, "400 pixels", "muted", 12)
    smooth = [waves[:width] for width in WIDTHS]
    ways = {"random filters": random_filters(), "smooth waves": smooth}
    for i, (name, chosen) in enumerate(ways.items()):
        top = 38 + 122 * i
        plots.text(axes, 98, top - 14, name, align="left", weight="bold")
        for j, first in enumerate(chosen):
            x = 98 + 77 * j
            back = maker.recovered(first, first @ (patch - maker.GREY))
            shown = back.reshape(1, 20, 20).clip(0, 1).round(decimals=6)
            plots.picture(axes, shown, x, top, 3.3)  # rounded: the same on any machine
            share = maker.lost_share(patch, back)
            lost = "nothing lost" if share < 1e-9 else f"{maker.percent(share)} lost"
            plots.text(axes, x + 33, top + 78, lost, size=12)
    for j, width in enumerate(WIDTHS):
        plots.text(axes, 98 + 77 * j + 33, 264, f"D = {width}", weight="bold")
    return figure


def draw() -> dict[str, Figure]:
    """These figures by file name."""
    return {"tokens-filters": filters(), "tokens-recovery": recovery()}
