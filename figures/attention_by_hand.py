"""Draw the figures of chapter 5 that follow six tokens of two numbers."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from vitlib.show import maps, plots
from vitlib.show.six_tokens import (
    KEYS,
    QUERIES,
    SCORES,
    TOKENS,
    VALUES,
    W_K,
    W_Q,
    W_V,
    WEIGHTS,
)

ASKING, ASKED = 2, 1  # the tokens whose row and cell are followed, counted from 1
CELL, TALL = 30, 24  # of a number in a table
OF_WEIGHTS = maps.Scale.attention(0.6)


def table(axes: Axes, numbers: Tensor, x: float, y: float, role: str) -> None:
    """A table of numbers, outlined in the colour of what it holds."""
    rows, columns = numbers.shape
    plots.numbers(axes, numbers.tolist(), x, y, CELL, height=TALL)
    plots.box(axes, x, y, columns * CELL, rows * TALL, role, line=2)


def row(axes: Axes, number: int, x: float, y: float, wide: int, role: str) -> None:
    """The outline of a row of a table whose corner is (x, y), counted from 1."""
    top = y + (number - 1) * TALL
    plots.box(axes, x, top, wide * CELL, TALL, role, line=4)


def tokens(axes: Axes, x: float, y: float) -> None:
    """The numbers of the tokens beside the rows of a table."""
    for i in range(6):
        bold = "bold" if i + 1 == ASKING else "normal"
        middle = y + (i + 0.5) * TALL
        plots.text(axes, x, middle, i + 1, "muted", 12, "right", weight=bold)


def by_hand() -> Figure:
    """The tokens x become q, k and v, and each q meets each k: the scores."""
    figure, axes = plots.canvas(548)
    plots.text(axes, 58, 74, "x (6 × 2)")
    table(axes, TOKENS, 28, 86, "patch")
    tokens(axes, 22, 86)
    roles = {"query": (W_Q, QUERIES), "key": (W_K, KEYS), "value": (W_V, VALUES)}
    for i, (role, (w, product)) in enumerate(roles.items()):
        x, letter = 140 + 112 * i, role[0]
        plots.text(axes, x + 30, 14, f"w_{letter} (2 × 2)", role)
        table(axes, w, x, 28, role)
        table(axes, product, x, 86, role)
        words = f"{letter} = x w_{letter}"
        plots.text(axes, x + 30, 244, words, role, weight="bold")
        plots.text(axes, x + 30, 262, "(6 × 2)", role)
    row(axes, ASKING, 140, 86, 2, "query")
    row(axes, ASKED, 252, 86, 2, "key")
    scores(axes, 100, 366)
    return figure


def scores(axes: Axes, x: float, y: float) -> None:
    """The table of products, q beside it and kᵀ above."""
    plots.text(axes, x - 42, y - 12, "q (6 × 2)", "query")
    table(axes, QUERIES, x - 72, y, "query")
    tokens(axes, x - 78, y)
    plots.text(axes, x + 90, y - 70, "kᵀ (2 × 6)", "key")
    table(axes, KEYS.T, x, y - 58, "key")
    table(axes, SCORES, x, y, "ink")
    plots.text(axes, x + 90, y + 162, "scores = q kᵀ (6 × 6)", weight="bold")
    row(axes, ASKING, x - 72, y, 2, "query")
    row(axes, ASKING, x, y, 6, "query")
    left = x + (ASKED - 1) * CELL
    plots.box(axes, left, y - 58, CELL, 2 * TALL, "key", line=4)
    top = y + (ASKING - 1) * TALL
    plots.box(axes, left, top, CELL, TALL, "ink", line=4)
    q, k = QUERIES[ASKING - 1].tolist(), KEYS[ASKED - 1].tolist()
    terms = " + ".join(f"{a} · {b}" for a, b in zip(q, k, strict=True))
    plots.text(axes, x + 200, y - 46, f"token {ASKING} asks", "query", align="left")
    plots.text(axes, x + 200, y - 26, f"token {ASKED} is asked", "key", align="left")
    words = f"{terms} = {SCORES[ASKING - 1, ASKED - 1]}"
    plots.text(axes, x + 200, y + 36, words, align="left", weight="bold")
    words = f"Row {ASKING}: how well\neach key fits\nthe query of token {ASKING}"
    plots.text(axes, x + 200, y + 100, words, "muted", align="left", linespacing=1.4)


def signed(number: float, places: int = 2) -> str:
    """A number with a real minus."""
    return f"{number:.{places}f}".replace("-", "−")


def summed(axes: Axes, weights: Tensor, x: float, rightly: bool) -> None:
    """Weights (6, 6) with the sums of their rows and columns, in bold where 1."""
    cell, top = 31, 76
    OF_WEIGHTS.cells(axes, weights, x, top, cell)
    for i, line in enumerate(weights.tolist()):
        middle = top + (i + 0.5) * cell
        plots.text(axes, x - 9, middle, i + 1, "query", 12)
        plots.text(axes, x + (i + 0.5) * cell, top - 10, i + 1, "key", 12)
        for j, share in enumerate(line):
            look = {"size": 12, "color": OF_WEIGHTS.lettering(share)}
            plots.text(axes, x + (j + 0.5) * cell, middle, signed(share), **look)
    plots.box(axes, x, top, 6 * cell, 6 * cell, "muted", line=1)
    sums = {"rows": weights.sum(dim=1), "columns": weights.sum(dim=0)}
    for name, numbers in sums.items():
        bold = "bold" if (name == "rows") == rightly else "normal"
        for i, number in enumerate(numbers.tolist()):
            along, far = (i + 0.5) * cell, 6 * cell
            place = (x + far + 17, top + along) if name == "rows" else ()
            place = place or (x + along, top + far + 12)
            words = f"{number:.2f}" if bold == "normal" else f"{number:.0f}"
            plots.text(axes, *place, words, size=12, weight=bold)


def axis() -> Figure:
    """Softmax over the keys beside softmax over the queries, with all sums."""
    figure, axes = plots.canvas(330)
    wrong = (SCORES.double() / 2**0.5).softmax(dim=0)  # (6, 6)
    kinds = {
        "over the keys ✓": (WEIGHTS, "dim=-1: each row sums to 1"),
        "over the queries ✗": (wrong, "dim=-2: each column does"),
    }
    for i, (name, (weights, words)) in enumerate(kinds.items()):
        x = 18 + 242 * i
        plots.text(axes, x + 93, 14, f"softmax {name}", weight="bold")
        plots.text(axes, x + 93, 34, words)
        plots.text(axes, x + 93, 52, "key", "key", 12)
        summed(axes, weights, x, i == 0)
    plots.text(
        axes,
        240,
        296,
        "before a row: its query; behind it and below: sums",
        "muted",
        12,
    )
    OF_WEIGHTS.line(axes, 240, 318)
    return figure


def draw() -> dict[str, Figure]:
    """These figures by file name."""
    return {"attention-by-hand": by_hand(), "attention-axis": axis()}
