"""Figures of chapter 4 about inner products and angles of positions."""

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vitlib.position import sinusoidal_position_encoding
from vitlib.show import maps, plots, style

ROWS = {10: "o", 30: "^", 50: "D"}  # rows followed from table to curve, and their mark
FAR, WIDTH = 60, 768  # places, and numbers in a row
TABLE, TOP, SIDE = 40, 56, 168  # where the table of products begins, and its sides
LEFT, RIGHT = 284, 464  # where the curve's horizontal axis begins and ends
PRODUCTS = maps.Scale(style.SIMILARITY, 192, 384, ("192", "288", "384"))
SHARE = 0.95  # of all random vectors, for the range of angles that is stated


def marks(axes: Axes, x: np.ndarray, y: np.ndarray, shape: str) -> None:
    """Hollow markers, so that one seen through another still counts."""
    look = {"mec": style.colour("ink"), "mfc": style.colour("paper"), "mew": 1.3}
    axes.plot(x, y, shape, ms=6.5, zorder=plots.LAYER, **look)


def place(far: float) -> float:
    """Where on the horizontal axis a distance stands."""
    return LEFT + far / FAR * (RIGHT - LEFT)


def high(product: float) -> float:
    """Where on the vertical axis a dot product stands."""
    return TOP + SIDE * (1 - product / (WIDTH / 2))


def distance() -> Figure:
    """Dot products of all pairs of rows, and against their distance: one curve."""
    figure, axes = plots.canvas(296)
    rows = sinusoidal_position_encoding(FAR, WIDTH).double()
    products = (rows @ rows.T).numpy()
    distance_axes(axes)
    PRODUCTS.paint(axes, products, TABLE, TOP, SIDE, SIDE)
    pink = {"color": style.colour("position"), "lw": 3, "zorder": 2}
    axes.plot(place(np.arange(FAR)), high(products[0]), **pink)
    for i, (n, shape) in enumerate(ROWS.items()):
        y = TOP + (n + 0.5) * SIDE / FAR
        marks(axes, np.array([TABLE + SIDE + 10]), np.array([y]), shape)
        others = np.arange(i, FAR, 9)
        marks(axes, place(abs(others - n)), high(products[n, others]), shape)
    return figure


def distance_axes(axes: Axes) -> None:
    """What the directions of the table and of the curve stand for."""
    end = TOP + SIDE
    plots.text(axes, 8, 14, "dot product of rows n and m", align="left", weight="bold")
    plots.text(axes, LEFT - 34, 14, "by distance", align="left", weight="bold")
    for n in (0, *ROWS):
        at = (n + 0.5) * SIDE / FAR
        plots.text(axes, TABLE - 6, TOP + at, n, size=12, align="right")
        plots.text(axes, TABLE + at, TOP - 10, n, size=12)
    plots.text(axes, 8, end - 4, "n", "muted", align="left")
    plots.text(axes, TABLE + SIDE, TOP - 10, "m", "muted")
    PRODUCTS.bar(axes, TABLE, end + 20, SIDE)
    for product in (0, WIDTH / 4, WIDTH / 2):
        y = high(product)
        axes.plot([LEFT, RIGHT], [y, y], color=style.colour("rule"), lw=1, zorder=1)
        plots.text(axes, LEFT - 8, y, f"{product:g}", "muted", 12, "right")
    for far in range(0, FAR, 20):
        plots.text(axes, place(far), end + 16, far, "muted", 12)
    plots.text(axes, (LEFT + RIGHT) / 2, end + 38, "places between n and m")
    words = (
        f"{FAR} rows of {WIDTH} numbers; those with a mark have it on the curve, too"
    )
    plots.text(axes, 8, 286, words, "muted", 12, "left")


def density(dim: int, angle: np.ndarray) -> np.ndarray:
    """How frequent an angle is between a fixed and a random direction: sin(θ)^(D−2)."""
    return np.sin(angle) ** (dim - 2)


def spread(dim: int) -> float:
    """How far from 90° the angle stays in 95 of 100 cases, in degrees."""
    angle = np.linspace(0, np.pi, 180_001)
    total = np.cumsum(density(dim, angle))
    low = np.interp((1 - SHARE) / 2, total / total[-1], angle)
    return 90 - math.degrees(low)


def along(degrees: float) -> float:
    """Where on the horizontal axis an angle stands."""
    return 92 + degrees / 180 * 270


def added() -> Figure:
    """Angles between a position and random tokens: the wider, the nearer to 90°."""
    figure, axes = plots.canvas(366)
    plots.text(axes, 8, 14, "angle between a position and a random token", align="left")
    plots.text(axes, 420, 34, f"{SHARE:.0%} lie between", "muted", 12)
    for i, dim in enumerate((2, 8, 64, 768)):
        base = 104 + 70 * i
        far = np.pi / 2 * min(1, 5 / math.sqrt(dim))  # beyond it none is seen
        angle = np.pi / 2 + np.linspace(-far, far, 91)
        share = density(dim, angle)
        x, y = along(np.degrees(angle)), base - 52 * share / share.max()
        pink = style.colour("position")
        axes.fill_between(x, base, y, color=pink, lw=1.5, zorder=plots.LAYER)
        axes.plot(
            [along(0), along(180)], [base, base], color=style.colour("muted"), lw=1
        )
        plots.text(axes, 8, base - 18, f"D = {dim}", weight="bold", align="left")
        far = spread(dim)
        plots.text(axes, 420, base - 18, f"{90 - far:.0f}° and {90 + far:.0f}°")
    for degrees in (0, 45, 90, 135, 180):
        plots.text(axes, along(degrees), 330, f"{degrees}°", size=12)
    axes.plot([along(90)] * 2, [46, 318], color=style.colour("ink"), lw=1, ls=":")
    words = "height: how frequent the angle is, each curve up to its own peak"
    plots.text(axes, 240, 354, words, "muted", 12)
    return figure


def draw() -> dict[str, Figure]:
    """The figures by file name."""
    return {"position-distance": distance(), "position-added": added()}
