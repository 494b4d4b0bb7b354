"""Figures of chapter 4 about inner products and angles of positions."""

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vitlib.position import sinusoidal_position_encoding
from vitlib.show import plots, style

STARTS = {0: "o", 30: "s", 75: "^", 140: "D"}  # rows compared, and their markers
FAR, WIDTH = 60, 768  # places, and numbers in a row
LEFT, RIGHT = 62, 462  # where the horizontal axis begins and ends
SHARE = 0.95  # of all random vectors, for the range of angles that is stated


def marks(axes: Axes, x: np.ndarray, y: np.ndarray, shape: str) -> None:
    """Hollow markers, so that one seen through another still counts."""
    look = {"mec": style.colour("ink"), "mfc": style.colour("paper"), "mew": 1.3}
    axes.plot(x, y, shape, ms=6.5, zorder=plots.LAYER, **look)


def place(far: float) -> float:
    """Where on the horizontal axis a distance stands."""
    return LEFT + (far + FAR) / (2 * FAR) * (RIGHT - LEFT)


def high(product: float) -> float:
    """Where on the vertical axis an inner product stands."""
    return 252 - product / (WIDTH / 2) * 190


def distance() -> Figure:
    """Inner products of rows n and m against m − n: one curve for every n."""
    figure, axes = plots.canvas(330)
    rows = sinusoidal_position_encoding(max(STARTS) + FAR + 1, WIDTH).double()
    products = (rows @ rows.T).numpy()
    distance_axes(axes)
    far = np.arange(-FAR, FAR + 1)
    curve = products[FAR + far, FAR]
    axes.plot(place(far), high(curve), color=style.colour("position"), lw=3, zorder=2)
    for i, (n, shape) in enumerate(STARTS.items()):
        shown = far[(far + n >= 0) & (far % 20 == 5 * i)]
        marks(axes, place(shown), high(products[n, n + shown]), shape)
        x = 70 + 100 * i
        marks(axes, np.array([x]), np.array([36]), shape)
        plots.text(axes, x + 12, 36, f"n = {n}", align="left")
    words = "four rows n, each at its own distances, and all lie on one curve"
    plots.text(axes, 240, 316, words, "muted")
    return figure


def distance_axes(axes: Axes) -> None:
    """What the two directions stand for."""
    plots.text(axes, 8, 12, f"dot product of rows n and m, D = {WIDTH}", align="left")
    for product in (0, WIDTH / 4, WIDTH / 2):
        y = high(product)
        axes.plot([LEFT, RIGHT], [y, y], color=style.colour("rule"), lw=1, zorder=1)
        plots.text(axes, LEFT - 8, y, f"{product:g}", size=12, align="right")
    for far in range(-FAR, FAR + 1, 20):
        plots.text(axes, place(far), 270, f"{far:g}".replace("-", "−"), size=12)
    plots.text(axes, (LEFT + RIGHT) / 2, 290, "m − n, places from one to the other")


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
