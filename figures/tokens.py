"""Draw the figures of chapter 2."""

import math

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from vitlib.data import mountains
from vitlib.patches import patchify
from vitlib.show import maps, plots
from vitlib.show.widgets import tokens as maker
from vitlib.training import digits_model

PATCHES = patchify(mountains()[None], 20)[0].double()  # (15, 400)
CHOSEN = 12  # the patch that the book follows, counted from 1
E = maker.random_filters().T  # (400, 768)
B = -maker.GREY * E.sum(dim=0)  # (768,): plain grey becomes zeros
TOKENS = PATCHES @ E + B  # (15, 768)
OF_E, OF_TOKENS = maps.Scale.signed(0.1), maps.Scale.signed(1)  # and of b


def projection() -> Figure:
    """Patch 12, its row of pixels, times E, plus b: its token."""
    figure, axes = plots.canvas(440)
    left, width, column = 178, 294, 500  # one column of E is followed
    plots.text(axes, 78, 14, f"patch {CHOSEN} (20 × 20)")
    plots.picture(axes, PATCHES[CHOSEN - 1].reshape(1, 20, 20), 8, 30, 7)
    plots.focus(axes, 8, 30, 140, 140)
    plots.arrow(axes, (152, 42), (174, 42))
    plots.text(axes, left + width / 2, 14, "its pixels x (400)")
    plots.picture(axes, PATCHES[None, CHOSEN - 1 : CHOSEN], left, 30, width / 400, 24)
    OF_E.cells(axes, E[5::10, 5::10], left, 100, width / 76.8, 4)
    for top, numbers in ((304, B), (376, TOKENS[CHOSEN - 1])):
        OF_TOKENS.paint(axes, numbers, left, top, width, 24)
    for top, tall in ((98, 164), (302, 28), (374, 28)):
        plots.focus(axes, left + width * column / 768 - 5, top, 10, tall)
    names = "times E (400 × 768)", "plus b (768)", "token z (768)"
    for y, name in zip((78, 282, 354), names, strict=True):
        plots.arrow(axes, (left + 8, y - 10), (left + 8, y + 12))
        plots.text(axes, left + 24, y, name, align="left")
    words = "One column of E\nand one number\nof b make one\nnumber of z."
    plots.text(axes, 8, 250, words, align="left", linespacing=1.5)
    for y, scale, whose in ((316, OF_E, "E"), (388, OF_TOKENS, "b and z")):
        scale.line(axes, 84, y)
        plots.text(axes, 84, y + 18, f"numbers of {whose}", "muted", 12)
    plots.text(axes, 325, 424, "of E every tenth row and column is drawn", "muted", 12)
    return figure


BY_HAND = {  # the columns of E: what each asks, and its four weights
    "all\nfour": (1, 1, 1, 1),
    "right\n− left": (-1, 1, -1, 1),
    "bottom\n− top": (-1, -1, 1, 1),
}
BIAS = (0, 0, 1)


def by_hand() -> Figure:
    """Three patches of four numbers, times E (4 × 3), plus b: three tokens of three."""
    figure, axes = plots.canvas(296)
    rows = patchify(torch.arange(24).reshape(1, 1, 4, 6), 2)[0, :3]  # (3, 4)
    weights, bias = torch.tensor([*BY_HAND.values()]).T, torch.tensor(BIAS)
    tokens = rows @ weights + bias  # (3, 3)
    plots.numbers(axes, rows.tolist(), 8, 110, 30)
    plots.numbers(axes, weights.tolist(), 158, 100, 46, height=30)
    plots.numbers(axes, [bias.tolist()], 158, 229, 46, height=30)
    plots.numbers(axes, tokens.tolist(), 336, 110, 44, height=30)
    for x, y, name in ((68, 96, "patches (3 × 4)"), (226, 14, "E (4 × 3)"),
                       (324, 244, "b (3)"), (402, 96, "tokens (3 × 3)")):  # fmt: skip
        plots.text(axes, x, y, name)
    for x, y, sign in ((143, 155, "×"), (143, 244, "+"), (318, 155, "=")):
        plots.text(axes, x, y, sign, size=16)
    for x, name, filter in zip((182, 228, 274), BY_HAND, weights.T, strict=True):
        plots.text(axes, x, 44, name, size=12)
        maps.Scale.signed(1.5).cells(axes, filter.reshape(2, 2), x - 12, 66, 12)
    for x, y, width in ((8, 110, 120), (424, 110, 44), (250, 229, 46)):
        plots.box(axes, x, y, width, 30, line=3)
    plots.box(axes, 250, 100, 46, 120, line=3)
    words = sum_in_words(rows[0].tolist(), weights[:, 2].tolist(), BIAS[2])
    plots.text(axes, 240, 280, words, "patch", weight="bold")
    return figure


def sum_in_words(row: list[int], column: list[int], bias: int) -> str:
    """A row times a column plus a bias, "0 · (−1) + … = 13"."""
    pairs = [*zip(row, column, strict=True)]
    terms = [f"{a} · ({w})" if w < 0 else f"{a} · {w}" for a, w in pairs]
    total = sum(a * w for a, w in pairs) + bias
    return f"{' + '.join(terms)} + {bias} = {total}".replace("-", "−")


def shared() -> Figure:
    """Fifteen patches, one E and b for all of them, fifteen tokens."""
    figure, axes = plots.canvas(348)
    plots.text(axes, 240, 14, "15 patches of 400 pixels (15 × 400)")
    plots.box(axes, 8, 94, 464, 66, "ink", "panel")
    OF_E.cells(axes, E[::40, ::40], 20, 105, 4.4)
    words = "one E (400 × 768) and one b (768)"
    plots.text(axes, 284, 108, words, weight="bold")
    plots.text(axes, 284, 127, "the same numbers at each place")
    OF_E.line(axes, 284, 147)
    for i, patch in enumerate(PATCHES):
        x = 8 + 31 * i
        plots.picture(axes, patch.reshape(1, 20, 20), x, 30, 1.5)
        plots.arrow(axes, (x + 15, 64), (x + 15, 90), line=1.5)
        plots.arrow(axes, (x + 15, 164), (x + 15, 188), line=1.5)
        OF_TOKENS.cells(axes, TOKENS[i, :9, None], x + 3, 192, 24, 10)
        plots.text(axes, x + 15, 290, "⋮", size=15)
    plots.text(axes, 240, 314, "15 tokens of 768 numbers (15 × 768)")
    OF_TOKENS.line(axes, 96, 336)
    words = f"learned numbers: 400 · 768 + 768 = {E.numel() + B.numel():,}"
    plots.text(axes, 472, 336, words, "muted", 12, "right")
    return figure


KINDS = {  # of filters of 2 × 2: the pattern that they are most like
    "brightness": (1, 1, 1, 1),
    "right − left": (-1, 1, -1, 1),
    "bottom − top": (-1, -1, 1, 1),
    "diagonals": (1, -1, -1, 1),
}


def sorted_filters(filters: Tensor) -> dict[str, Tensor]:
    """Filters (D, 4) by the pattern that each is most like, its opposite last."""
    patterns = torch.tensor([*KINDS.values()]) / 2.0  # (4, 4), of length 1
    likeness = filters @ patterns.T  # (D, 4)
    kind = likeness.abs().argmax(dim=1)
    order = likeness.argsort(dim=0, descending=True)  # (D, 4)
    mine = [order[kind[order[:, i]] == i, i] for i in range(len(KINDS))]
    return {name: filters[d] for name, d in zip(KINDS, mine, strict=True)}


def filters() -> Figure:
    """The filters of the trained model for digits, each for patches of 2 × 2 pixels."""
    weights = digits_model().patch_embed.proj.weight.detach().flatten(1)  # (48, 4)
    groups = sorted_filters(weights)
    lines = sum(-(-len(group) // 10) for group in groups.values())
    figure, axes = plots.canvas(34 * lines + 14 * len(groups) + 30)
    top, most = 10, math.ceil(10 * weights.abs().max().item()) / 10
    scale = maps.Scale.signed(most)
    for name, group in groups.items():
        draw_pattern(axes, KINDS[name], 8, top)
        plots.text(axes, 44, top + 7, name, align="left")
        plots.text(axes, 44, top + 24, f"{len(group)} filters", "muted", 12, "left")
        for i, filter in enumerate(group):
            row, column = divmod(i, 10)
            x, y = 140 + 34 * column, top + 34 * row
            scale.cells(axes, filter.reshape(2, 2), x, y, 14)
            plots.box(axes, x, y, 28, 28, "rule", line=1)
        top += 34 * -(-len(group) // 10) + 14
    scale.line(axes, 240, top + 8)
    return figure


def draw_pattern(axes: Axes, pattern: tuple[int, ...], x: float, y: float) -> None:
    """A pattern of 2 × 2 pixels, as plus and minus."""
    for i, sign in enumerate(pattern):
        row, column = divmod(i, 2)
        plots.box(axes, x + 14 * column, y + 14 * row, 14, 14, "rule", line=1)
        middle = (x + 14 * column + 7, y + 14 * row + 7)
        plots.text(axes, *middle, "+" if sign > 0 else "−", size=12)


def recovery() -> Figure:
    """Patch 12 recovered from fewer and more numbers, of random filters and waves."""
    figure, axes = plots.canvas(280)
    patch, widths = PATCHES[CHOSEN - 1], (16, 64, 144, 256, 400)
    plots.picture(axes, patch.reshape(1, 20, 20), 8, 84, 3.6)
    plots.text(axes, 44, 70, "the patch")
    plots.text(axes, 44, 168, "400 pixels", "muted", 12)
    ways = {"random filters": maker.random_filters(), "smooth waves": maker.waves()}
    for i, (name, filters) in enumerate(ways.items()):
        top = 38 + 122 * i
        plots.text(axes, 98, top - 14, name, align="left", weight="bold")
        for j, width in enumerate(widths):
            x = 98 + 77 * j
            first = filters[:width]
            back = maker.recovered(first, first @ (patch - maker.GREY))
            shown = back.reshape(1, 20, 20).clip(0, 1).round(decimals=6)
            plots.picture(axes, shown, x, top, 3.3)  # rounded: the same on any machine
            share = maker.lost_share(patch, back)
            lost = "nothing lost" if share < 1e-9 else f"{maker.percent(share)} lost"
            plots.text(axes, x + 33, top + 78, lost, size=12)
    for j, width in enumerate(widths):
        plots.text(axes, 98 + 77 * j + 33, 264, f"D = {width}", weight="bold")
    return figure


def draw() -> dict[str, Figure]:
    """The chapter's figures by file name."""
    return {
        "tokens-projection": projection(),
        "tokens-by-hand": by_hand(),
        "tokens-shared": shared(),
        "tokens-filters": filters(),
        "tokens-recovery": recovery(),
    }
