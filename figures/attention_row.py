"""Draw the figure of chapter 5 that follows one row of scores to its output."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Polygon

from figures.attention_by_hand import ASKING, OF_WEIGHTS, signed
from vitlib.show import plots, style
from vitlib.show.six_tokens import SCORES, VALUES, WEIGHTS

ROW = WEIGHTS[ASKING - 1]  # (6,)
UNIT = 42  # pixels from 0 to 1 in the plane of values


def steps(axes: Axes) -> None:
    """From the scores of row 2 to its weights, as bars."""
    names = (f"scores, row {ASKING}", "÷ √2", "softmax: weights")
    for y, name in zip((38, 64, 146), names, strict=True):
        plots.text(axes, 8, y, name, align="left")
    words = f"unrounded sum: {float(ROW.sum()):.0f}"
    plots.text(axes, 8, 166, words, "muted", 12, align="left")
    plots.text(axes, 8, 200, "values v", "value", align="left", weight="bold")
    for i, (score, share) in enumerate(zip(SCORES[ASKING - 1], ROW, strict=True)):
        x, high = 184 + 53 * i, 110 * share.item()
        plots.text(axes, x, 14, f"token {i + 1}" if i == 0 else i + 1, "muted", 12)
        plots.text(axes, x, 38, signed(score, 0))
        plots.text(axes, x, 64, signed(score / 2**0.5))
        OF_WEIGHTS.paint(axes, [share], x - 17, 174 - high, 34, high)
        plots.box(axes, x - 17, 174 - high, 34, high, "muted", line=1)
        plots.text(axes, x, 163 - high, signed(share))
        pair = ", ".join(signed(number, 0) for number in VALUES[i])
        plots.text(axes, x, 200, pair, "value", 12)


def hull(points: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The corners of the smallest convex shape around points, in order."""
    corners = []
    for line in (sorted(points), sorted(points, reverse=True)):
        half = []
        for x, y in line:
            while len(half) > 1 and turns(half[-2], half[-1], (x, y)) <= 0:
                half.pop()
            half.append((x, y))
        corners += half[:-1]
    return corners


def turns(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> int:
    """Above zero if the way from a by b to c turns left."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def at(point: tuple[float, float]) -> tuple[float, float]:
    """Where a point of the plane of values stands on the canvas."""
    return 332 + UNIT * point[0], 328 - UNIT * point[1]


def plane(axes: Axes) -> None:
    """The six values as points as large as their weights, their hull and their mean."""
    for start, end, place, name in (
        ((-1.5, 0), (2.5, 0), (-1.4, 0.25), "1st"),
        ((0, -3.3), (0, 2.5), (0.4, 2.4), "2nd"),
    ):
        line = {"color": style.colour("rule"), "lw": 1, "zorder": 1}
        axes.plot(*zip(at(start), at(end), strict=True), **line)
        plots.text(axes, *at(place), name, "muted", 12)
    corners = [at(point) for point in hull([tuple(v) for v in VALUES.tolist()])]
    green = style.colour("value")
    axes.add_patch(Polygon(corners, fc=green, ec="none", alpha=0.12, zorder=1))
    axes.add_patch(Polygon(corners, fc="none", ec=green, lw=1.2, ls="--", zorder=1))
    for i, (value, share) in enumerate(zip(VALUES.tolist(), ROW.tolist(), strict=True)):
        x, y = at(value)
        radius = 26 * share**0.5  # so that areas are as the weights
        axes.add_patch(Circle((x, y), radius, fc=green, ec="none", zorder=plots.LAYER))
        side = -1 if value[0] < 1 else 1
        words = f"{i + 1}"
        plots.text(axes, x + side * (radius + 9), y, words, "value", weight="bold")


def output(axes: Axes) -> None:
    """Where the mean of the values lies."""
    mean = (ROW @ VALUES.double()).tolist()
    x, y = at(mean)
    look = {"color": style.colour("ink"), "mec": style.colour("paper"), "mew": 1.5}
    axes.plot([x], [y], "D", ms=11, zorder=plots.LAYER + 1, **look)
    terms = [
        f"{signed(share)} · ({', '.join(signed(number, 0) for number in value)})"
        for share, value in zip(ROW, VALUES, strict=True)
    ]
    plots.text(axes, 8, 246, "their mean:", align="left")
    for i, term in enumerate(terms):
        words = f"{'+' if i else '  '} {term}"
        plots.text(axes, 20, 270 + 20 * i, words, align="left", size=12)
    words = f"= ({', '.join(map(signed, mean))})"
    plots.text(axes, 20, 396, words, align="left", weight="bold")
    axes.plot([14], [424], "D", ms=9, **look)
    plots.text(axes, 26, 424, f"the output of token {ASKING}", align="left")
    words = "A mean can't leave the hull\n(dashed) of the values."
    plots.text(axes, 8, 458, words, "muted", align="left", linespacing=1.4)


def one_row() -> Figure:
    """Row 2 from its scores to its weights, and the mean of the values by them."""
    figure, axes = plots.canvas(484)
    steps(axes)
    plane(axes)
    output(axes)
    return figure


def draw() -> dict[str, Figure]:
    """This figure by file name."""
    return {"attention-row": one_row()}
