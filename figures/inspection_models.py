"""Draw the figures of chapter 11 that compare models trained in several ways."""

import math
from statistics import mean

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures.inspection_measured import record
from figures.position_runs import dots
from vitlib.inspection import position_similarity
from vitlib.show import plots, style
from vitlib.training import digits_model

MODELS = {
    "from 0.02": "positions from 0.02",
    "from 0.5": "positions from 0.5",
    "from 0.02, moved twice as far": "0.02, more jitter",
}
Marks = dict[float, str]  # what is written at the values of an axis
CELL, EDGE = 46, 12  # of the grid of places
SPAN = (176, 456)  # of the rows of dots: where the axis begins and ends


def groups() -> dict[str, list[dict]]:
    """The models that were looked into, by how they were trained."""
    results, named = record(), {}
    for case in results["trained"]:
        named.setdefault(MODELS.get(case["way"], case["way"]), []).append(case)
    return named | {"the book’s model": [results["shipped"]]}


def gains(found: list[dict], fill: str) -> list[float]:
    """What rollout's order leaves less a random one's, in per cent of the digits."""
    n = found[0]["counts"].index(4)
    ways = [case["deleted"][fill] for case in found]
    return [100 * (way["rollout"][n] - way["random"][n]) for way in ways]


def rows(
    axes: Axes, values: dict[str, list[float]], marks: Marks, top: float, role: str
) -> float:
    """Dots for each way's values, a line at their mean; where the rows end."""
    left, right = SPAN
    low, high = min(marks), max(marks)
    end = top + 26 * len(values)

    def place(value: float) -> float:
        return left + (value - low) / (high - low) * (right - left)

    for value, words in marks.items():
        x = [place(value)] * 2
        role_of_line = "ink" if any(map(str.isalpha, words)) else "rule"
        axes.plot(x, [top, end], color=style.colour(role_of_line), lw=1, zorder=1)
        plots.text(axes, x[0], end + 12, words, size=12)
    for i, (name, found) in enumerate(values.items()):
        y = top + 14 + 26 * i
        plots.text(axes, 8, y, name, align="left")
        dots(axes, [place(v) for v in found], place(mean(found)), y, role)
    return end


def starts() -> Figure:
    """Whether covering in rollout's order hurts more than at random; a dot a model."""
    figure, axes = plots.canvas(412)
    words = "4 patches covered in rollout’s order: digits still read,"
    plots.text(axes, 8, 14, words, align="left")
    words = "in points of per cent beside a random order"
    plots.text(axes, 8, 34, words, align="left")
    marks = {v: f"{v:+d}".replace("-", "−") for v in (-50, -25, 25)}
    marks = dict(sorted((marks | {0: "alike"}).items()))
    zero = SPAN[0] + 50 / 75 * (SPAN[1] - SPAN[0])
    for words, side, align in (("it harms more", -8, "right"), ("less", 8, "left")):
        plots.arrow(axes, (zero + side, 84), (zero + 4.5 * side, 84), "muted")
        plots.text(axes, zero + 5 * side, 84, words, "muted", 12, align)
    y = 84
    for fill in record()["shipped"]["deleted"]:
        plots.text(axes, 8, y, f"covered with {fill}", weight="bold", align="left")
        values = {name: gains(found, fill) for name, found in groups().items()}
        y = rows(axes, values, marks, y + 18, "ink") + 44
    return figure


def pointing(axes: Axes, top: float) -> None:
    """The grid of places, an arrow from each to the one whose position is most like."""
    similarity = position_similarity(digits_model().double()).fill_diagonal_(-1)
    places = [(EDGE + CELL * (n % 4), top + CELL * (n // 4)) for n in range(16)]
    for x, y in places:
        plots.box(axes, x, y, CELL, CELL, "rule", line=1)
        axes.plot(x + CELL / 2, y + CELL / 2, "o", ms=9, color=style.colour("position"))
    for n, other in enumerate(similarity.argmax(dim=1).tolist()):
        (x, y), (to, down) = places[n], places[other]
        length = math.hypot(to - x, down - y)
        ahead = ((to - x) / length, (down - y) / length)
        side = (-3 * ahead[1], 3 * ahead[0])  # so that two that meet lie side by side
        middle = [c + CELL / 2 + s for c, s in zip((x, y), side, strict=True)]
        ends = [
            tuple(m + far * a for m, a in zip(middle, ahead, strict=True))
            for far in (8, length - 8)
        ]
        plots.arrow(axes, *ends, "ink", 1.5)


def neighbours() -> Figure:
    """Which positions are most alike, and how often those are neighbours."""
    figure, axes = plots.canvas(384)
    shipped = record()["shipped"]
    plots.text(axes, 8, 14, "the book’s model", weight="bold", align="left")
    pointing(axes, 30)
    count = round(16 * shipped["neighbours"])
    words = (
        "An arrow from each place\nto the one whose learned\nposition is most like"
        f"\nits own: {count} of 16 point\nto one of those around."
    )
    plots.text(axes, 222, 122, words, align="left", linespacing=1.5)
    words = "Share that points to one around, a dot for each model"
    plots.text(axes, 8, 240, words, weight="bold", align="left")
    chance = shipped["by chance"]
    marks = {0: "0%", chance: f"by chance {chance:.0%}", 1: "100%"}
    values = {
        name: [case["neighbours"] for case in found] for name, found in groups().items()
    }
    rows(axes, values, marks, 256, "position")
    return figure


def draw() -> dict[str, Figure]:
    """These figures by file name."""
    return {"inspection-starts": starts(), "inspection-position": neighbours()}
