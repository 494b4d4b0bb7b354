"""The still picture of the reader of digits."""

from matplotlib.axes import Axes
from torch import Tensor

from vitlib.show import maps, plots

SIDE = 200  # of the drawing and of the map, in pixels
TOP, LINE, BARS = 34, 20, 268  # LINE: from bar to bar; BARS: where they begin
MAP, HEIGHT = 292, 580  # where the map begins
MOST = 0.5  # of the attention; there the greys end


def draw_still(
    axes: Axes,
    image: Tensor,
    probabilities: Tensor,
    verdict: tuple[list[int], list[str]],
    shares: Tensor,
    title: str,
) -> None:
    """A drawing (1, 8, 8), the digits' probabilities (10,) and what is said of them.

    Below, the class token's shares (17,) of attention.
    """
    likely, lines = verdict
    plots.text(axes, 10, 16, lines[0], align="left", weight="bold")
    plots.picture(axes, 1 - image, 10, TOP, SIDE / 8)  # ink is dark
    plots.grid(axes, (8, 8), 2, 10, TOP, SIDE / 8, "rule")
    draw_bars(axes, probabilities, likely)
    plots.text(axes, 10, TOP + SIDE + 18, lines[1], "muted", 12, "left")
    draw_map(axes, shares, title)
    hint = "On the book's page and in a running notebook: draw here yourself."
    plots.text(axes, 10, HEIGHT - 14, hint, "muted", 12, "left")


def draw_bars(axes: Axes, probabilities: Tensor, likely: list[int]) -> None:
    """A bar for each digit; those that are likely are dark, the rest grey.

    If none is, because the drawing is like no digit, they are hollow.
    """
    for digit, share in enumerate(probabilities.tolist()):
        y = TOP + (digit + 0.5) * LINE
        role = "ink" if digit in likely else "stream"
        look = {"weight": "bold"} if digit in likely else {}
        fill = role if likely else "paper"
        long = max(150 * share, 1)
        plots.text(axes, BARS - 22, y, digit, align="left", **look)
        plots.box(axes, BARS, y - 6, long, 12, role, fill, 1)
        words = f"{100 * share:.0f}%"
        plots.text(axes, BARS + long + 6, y, words, size=12, align="left", **look)


def draw_map(axes: Axes, shares: Tensor, title: str) -> None:
    """Shares (17,) in percent: a map of the patches', and the class token's own."""
    scale, cell, top = maps.Scale.attention(MOST), SIDE / 4, MAP + 20
    plots.text(axes, 10, MAP, title, align="left", weight="bold")
    scale.cells(axes, shares[1:].reshape(4, 4), 10, top, cell)
    plots.grid(axes, (4, 4), 1, 10, top, cell, "rule")
    scale.cells(axes, shares[:1].reshape(1, 1), BARS, top, cell)
    middles = [(BARS + cell / 2, top + cell / 2)]
    for n in range(16):
        row, column = divmod(n, 4)
        middles.append((10 + (column + 0.5) * cell, top + (row + 0.5) * cell))
    for share, middle in zip(shares.tolist(), middles, strict=True):
        letters = {"size": 12, "color": scale.lettering(share)}
        plots.text(axes, *middle, round(100 * share), **letters)
    plots.box(axes, BARS, top, cell, cell, "class-token", line=3)
    words = {"size": 12, "align": "left"}
    plots.text(axes, BARS + cell + 8, top + cell / 2, "from itself", **words)
    scale.bar(axes, 10, top + SIDE + 12, SIDE)
