"""Draw the figures of chapter 6 that show how heads are split and joined again."""

import torch
import torch.nn.functional as F
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor, nn

from vitlib.attention import (
    Attention,
    merge_heads,
    scaled_dot_product_attention,
    split_heads,
)
from vitlib.show import maps, plots, style

SEED = 2533  # of numbers with which token 2 looks at others in each head
FOLLOWED = 2  # the token that is followed, counted from 1
KINDS = ("query", "key", "value")
CELL, MAP = 14, 15  # of tables and of maps of attention, in pixels
SIGNED, SHARES = maps.Scale.signed(3), maps.Scale.attention(0.7)


def sample() -> tuple[Attention, Tensor]:
    """Eight features in two heads, all weights random, and six tokens (1, 6, 8)."""
    drawn = torch.Generator().manual_seed(SEED)
    module = Attention(8, 2).double()
    real = {"generator": drawn, "dtype": torch.float64}
    x = torch.randn(1, 6, 8, **real)
    for layer in (module.qkv, module.proj):
        numbers = torch.randn(layer.weight.shape, **real)
        layer.weight.data = 1.2 * numbers / 8**0.5
        layer.bias.data.zero_()
    return module, F.layer_norm(x, (8,))


def followed(axes: Axes, x: float, y: float, width: float, tall: float) -> None:
    """The outline of the followed token's row in a table with its corner at (x, y)."""
    plots.focus(axes, x, y + (FOLLOWED - 1) * tall, width, tall)


def cut(axes: Axes, x: float, top: float, bottom: float) -> None:
    """Where eight features are cut into two times four."""
    axes.plot([x, x], [top, bottom], color=style.colour("paper"), lw=3, zorder=3)
    dashes = {"lw": 1.5, "ls": (0, (3, 2)), "zorder": 3}
    axes.plot([x, x], [top, bottom], color=style.colour("ink"), **dashes)


def table(axes: Axes, numbers: Tensor, x: float, y: float, role: str) -> None:
    """Numbers (rows, 8) of a role, cut in the middle."""
    rows, columns = numbers.shape
    SIGNED.cells(axes, numbers, x, y, CELL)
    plots.box(axes, x, y, columns * CELL, rows * CELL, role, line=2)


@torch.no_grad()
def split() -> Figure:
    """Features of q, k, v cut in two, two maps, two means side by side, and proj."""
    figure, axes = plots.canvas(548)
    module, x = sample()
    heads = split_heads(module.qkv(x), module.num_heads)  # 3 × (1, 2, 6, 4)
    y, weights = scaled_dot_product_attention(*heads)
    for i, (kind, part) in enumerate(zip(KINDS, heads, strict=True)):
        left = 44 + 155 * i
        table(axes, merge_heads(part)[0], left, 48, kind)
        followed(axes, left, 48, 8 * CELL, CELL)
        cut(axes, left + 4 * CELL, 28, 140)
        plots.text(axes, left + 56, 14, f"{'qkv'[i]} (6 × 8)", kind, weight="bold")
        for head in range(2):
            start = left + (2 + 4 * head) * CELL
            plots.text(axes, start, 36, f"head {head + 1}", "muted", 12)
            dashes = {"linestyle": "--"} if head else {}
            end = (100 + 240 * head + 20 * i, 188)
            plots.arrow(axes, (start, 136), end, kind, 1.5, **dashes)
    for token in range(6):
        middle = 48 + (token + 0.5) * CELL
        plots.text(axes, 36, middle, token + 1, size=12, align="right")
    plots.text(axes, 12, 90, "token", rotation=90, size=12)
    for head in range(2):
        panel(axes, head, weights[0, head], y[0, head])
    joined(axes, merge_heads(y), module.proj)
    return figure


def panel(axes: Axes, head: int, weights: Tensor, y: Tensor) -> None:
    """A head's map (6, 6) and its means (6, 4); the second head's as in a mirror."""
    left, top = 8 + 240 * head, 232
    plots.box(axes, left, 192, 224, 144, "rule", "panel", line=1)
    words = f"head {head + 1}: all six tokens, four features"
    plots.text(axes, left + 112, 206, words, size=12)
    at, to = (left + 12, left + 156) if head == 0 else (left + 122, left + 12)
    for start, count, name in ((at, 6, "A (6 × 6)"), (to, 4, "A v (6 × 4)")):
        plots.text(axes, start + count * MAP / 2, 222, name, size=12)
    SHARES.cells(axes, weights, at, top, MAP)
    SIGNED.cells(axes, y, to, top, MAP)
    plots.box(axes, at, top, 6 * MAP, 6 * MAP, "rule", line=1)
    plots.box(axes, to, top, 4 * MAP, 6 * MAP, "value", line=2)
    for start, count in ((at, 6), (to, 4)):
        followed(axes, start, top, count * MAP, MAP)
    ends = (at + 96, to - 6) if head == 0 else (at - 6, to + 66)
    plots.arrow(axes, (ends[0], top + 45), (ends[1], top + 45))
    plots.text(axes, sum(ends) / 2, top + 28, "× v")


def joined(axes: Axes, y: Tensor, proj: nn.Linear) -> None:
    """Both means side by side (1, 6, 8), times Wᵀ (8, 8), and the output."""
    top = 382
    for start, end in ((194, 36), (286, 92)):
        dashes = {"linestyle": "--"} if start > 200 else {}
        plots.arrow(axes, (start, 328), (end, top + 9), "value", 1.5, **dashes)
    tables = ((8, y[0], "value", "side by side (6 × 8)"),
              (184, proj.weight.T, "stream", "W of proj (8 × 8)"),
              (360, proj(y)[0], "stream", "output (6 × 8)"))  # fmt: skip
    for left, numbers, role, name in tables:
        y0 = top + (8 - len(numbers)) * CELL / 2
        table(axes, numbers, left, y0, role)
        plots.text(axes, left + 56, top + 8 * CELL + 14, name, size=12)
        if len(numbers) == 6:
            followed(axes, left, y0, 8 * CELL, CELL)
    cut(axes, 8 + 4 * CELL, top + CELL - 6, top + 7 * CELL + 6)
    for left, sign in ((152, "×"), (328, "=")):
        plots.text(axes, left, top + 4 * CELL, sign, size=16)
    scales = ((8, 133, SHARES, "weights A"), (268, 421, SIGNED, "other numbers"))
    for left, middle, scale, name in scales:
        plots.text(axes, left, top + 152, name, "muted", 12, "left")
        scale.line(axes, middle, top + 152)


HEADS, FEATURES, TOKENS = 2, 4, 4  # of the figure in which view goes wrong


def numbered() -> Tensor:
    """Tokens whose numbers tell where they stand: token · 10 + feature, (1, 4, 8)."""
    rows = torch.arange(1, TOKENS + 1)[:, None] * 10  # (4, 1)
    return (rows + torch.arange(1, HEADS * FEATURES + 1))[None]  # (1, 4, 8)


def fills(numbers: Tensor) -> list[list[str]]:
    """A tone for the features of head 1, and another for those of head 2."""
    second = numbers % 10 > FEATURES
    return [["patch-soft" if late else "paper" for late in row] for row in second]


def lettered(axes: Axes, numbers: Tensor, x: float, y: float) -> None:
    """Numbers (rows, columns), the token before each row, and token 2 outlined."""
    cell, tall = 36, 26
    plots.numbers(axes, numbers.tolist(), x, y, cell, fills(numbers), tall)
    for i, row in enumerate(numbers):
        token, top = int(row[0]) // 10, y + i * tall
        bold = {"weight": "bold"} if token == FOLLOWED else {}
        plots.text(
            axes, x - 10, top + tall / 2, f"token {token}", align="right", **bold
        )
    chosen = [i for i, row in enumerate(numbers) if int(row[0]) // 10 == FOLLOWED]
    if chosen:
        high = len(chosen) * tall
        plots.focus(axes, x, y + chosen[0] * tall, cell * numbers.shape[1], high)


def view() -> Figure:
    """Where each number lands with view and transpose, and with view alone."""
    figure, axes = plots.canvas(496)
    x = numbered()
    plots.text(axes, 250, 14, "four tokens of eight features (4 × 8)", weight="bold")
    lettered(axes, x[0], 110, 48)
    for at, words in ((182, "1 to 4"), (326, "5 to 8")):
        plots.text(axes, at, 36, f"features {words}", "muted", 12)
    right = x.view(1, TOKENS, HEADS, FEATURES).transpose(1, 2)  # (1, 2, 4, 4)
    wrong = x.view(1, HEADS, TOKENS, FEATURES)  # (1, 2, 4, 4)
    ways = ((right, "✓ features are split", "view(B, N, h, d).transpose(1, 2)"),
            (wrong, "✗ tokens are split", "view(B, h, N, d)"))  # fmt: skip
    for i, (heads, name, code) in enumerate(ways):
        left = 76 + 246 * i
        plots.text(axes, left - 66, 180, name, weight="bold", align="left")
        plots.text(axes, left - 66, 200, code, "muted", 12, "left")
        for head in range(HEADS):
            top = 240 + 144 * head
            plots.text(axes, left + 72, top - 14, f"head {head + 1} (4 × 4)")
            lettered(axes, heads[0, head], left, top)
    return figure


def draw() -> dict[str, Figure]:
    """The chapter's figures by file name."""
    return {"heads-split": split(), "heads-view": view()}
