"""Draw the figures of chapter 2 that show what a projection is."""

import torch
from matplotlib.figure import Figure
from torch import nn

from vitlib.data import mountains
from vitlib.patches import patchify
from vitlib.show import maps, plots


def projection_layer() -> nn.Linear:
    """The layer that the chapter's cells make first, in float64."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return nn.Linear(400, 768).double().requires_grad_(False)


PATCHES = patchify(mountains()[None], 20)[0].double()  # (15, 400)
CHOSEN = 12  # the patch that the book follows, counted from 1
LAYER = projection_layer()
E, B = LAYER.weight.T, LAYER.bias  # (400, 768), (768,)
TOKENS = PATCHES @ E + B  # (15, 768)
OF_E, OF_TOKENS = maps.Scale.signed(0.05), maps.Scale.signed(0.5)  # of b: as E


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
    OF_E.paint(axes, B, left, 304, width, 24)
    OF_TOKENS.paint(axes, TOKENS[CHOSEN - 1], left, 376, width, 24)
    for top, tall in ((98, 164), (302, 28), (374, 28)):
        plots.focus(axes, left + width * column / 768 - 5, top, 10, tall)
    names = "times E (400 × 768)", "plus b (768)", "token z (768)"
    for y, name in zip((78, 282, 354), names, strict=True):
        plots.arrow(axes, (left + 8, y - 10), (left + 8, y + 12))
        plots.text(axes, left + 24, y, name, align="left")
    words = "One column of E\nand one number\nof b make one\nnumber of z."
    plots.text(axes, 8, 250, words, align="left", linespacing=1.5)
    for y, scale, whose in ((316, OF_E, "E and b"), (388, OF_TOKENS, "z")):
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


def draw() -> dict[str, Figure]:
    """The chapter's figures by file name."""
    return {
        "tokens-projection": projection(),
        "tokens-by-hand": by_hand(),
        "tokens-shared": shared(),
    }
