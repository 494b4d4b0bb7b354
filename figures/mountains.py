"""Paint *Mountains at dusk*, the picture that the whole book works on.

A scene of 60 × 100 pixels in eleven flat shades, numbered 0 (darkest) to 10 (lightest).
The file keeps the shade numbers, and a dusk colour for each of them as its palette: the
one-channel picture is ``shade / 10``, the picture in colour is the palette's colours.
Every pixel follows from the numbers below; nothing is random.
"""

from pathlib import Path

import numpy as np
from PIL import Image

HEIGHT, WIDTH = 60, 100
FOLDER = Path(__file__).parents[1] / "vitlib" / "pictures"

# One colour a shade, from the pines in the foreground to the moon.
PALETTE = [
    (20, 16, 44),
    (39, 28, 75),
    (62, 40, 103),
    (88, 52, 124),
    (117, 66, 138),
    (150, 82, 147),
    (186, 104, 150),
    (219, 131, 147),
    (242, 165, 142),
    (252, 205, 153),
    (255, 245, 205),
]

# Sky: from this row down, this shade; it lightens towards the horizon.
SKY = [(0, 5), (8, 6), (17, 7), (25, 8), (32, 9)]
MOON_ROW, MOON_COLUMN, MOON_RADIUS = 13, 70, 6.3

# Ridges, far to near: (column, row) of peaks and valleys, shade in light, in shadow.
FAR = [(0, 31), (9, 25), (17, 30), (27, 22), (38, 31), (50, 26), (60, 32), (70, 28)]
FAR += [(80, 33), (90, 26), (99, 30)]
MIDDLE = [(0, 38), (12, 32), (20, 36), (36, 17), (52, 37), (62, 33), (74, 40), (99, 33)]
NEAR = [(0, 41), (8, 38), (24, 46), (36, 43), (52, 50), (78, 36), (99, 47)]
RIDGES = [(FAR, 7, 6), (MIDDLE, 5, 4), (NEAR, 3, 2)]
SNOW_ROW = 23  # the middle ridge wears snow above this row

# The near shore, and in it the lake: in each of these rows water from column to column.
SHORE = [(0, 54), (18, 52), (26, 49), (44, 48), (60, 50), (80, 51), (99, 52)]
LAKE = {51: (56, 80), 52: (50, 83), 53: (47, 82), 54: (49, 80), 55: (54, 77)}
GLINTS = {51: (68, 73), 52: (66, 74), 53: (69, 72), 54: (65, 76), 55: (69, 73)}
PINES = [(3, 40), (9, 44), (15, 40), (30, 43), (37, 47), (86, 44), (92, 38), (98, 42)]


def outline(points: list[tuple[int, int]]) -> np.ndarray:
    """Row of a ridge's edge in every column, straight between the given points."""
    columns, rows = zip(*points, strict=True)
    edge = np.interp(np.arange(WIDTH), columns, rows)
    crag = np.array([0, 1, 0, 0, -1, 0, 1])[np.arange(WIDTH) % 7]
    return np.round(edge).astype(int) + crag


def paint_sky(scene: np.ndarray) -> None:
    """Bands that lighten downwards, the moon, its light in the haze."""
    for row, shade in SKY:
        scene[row:] = shade
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    distance = np.hypot(rows - MOON_ROW, columns - MOON_COLUMN)
    scene[distance <= MOON_RADIUS + 3] += 1
    scene[distance <= MOON_RADIUS] = 10


def paint_ridge(scene: np.ndarray, points: list, lit: int, dark: int) -> None:
    """One ridge: the flank that faces the moon is lit, the other lies in shadow."""
    edge = outline(points)
    peaks = [c for c, r in points if r <= min(edge[max(c - 6, 0) : c + 7]) + 1]
    for column in range(WIDTH):
        scene[edge[column] :, column] = lit
        for row in range(edge[column], HEIGHT):
            peak = min(peaks, key=lambda p: abs(p - column))
            fold = (row - edge[peak]) // 3
            if column < peak - fold // 2 + (row % 2):
                scene[row, column] = dark


def paint_snow(scene: np.ndarray) -> None:
    """Snow on the highest peak, with a jagged lower edge."""
    edge = outline(MIDDLE)
    for column in range(26, 48):
        end = SNOW_ROW + (0, 2, 1, 3)[column % 4]
        cap = scene[edge[column] : max(end, edge[column]), column]
        cap[:] = np.where(cap == 5, 10, 8)


def paint_lake(scene: np.ndarray) -> None:
    """The near shore, the water, and the moon's light on it."""
    edge = outline(SHORE)
    for column in range(WIDTH):
        scene[edge[column] :, column] = 1
    for row, (start, end) in LAKE.items():
        scene[row, start:end] = 6 if row < 54 else 5
    for row, (start, end) in GLINTS.items():
        scene[row, start:end] = 9


def paint_pine(scene: np.ndarray, column: int, top: int) -> None:
    """A pine of 15 rows: tiers of six rows that widen downwards."""
    for row in range(top, min(top + 16, HEIGHT)):
        half = (row - top) % 6 // 2 + (row - top) // 6
        scene[row, max(column - half, 0) : column + half + 1] = 0


def paint() -> np.ndarray:
    """Shade numbers of the scene, (60, 100) in 0…10."""
    scene = np.zeros((HEIGHT, WIDTH), dtype=np.uint8)
    paint_sky(scene)
    for points, lit, dark in RIDGES:
        paint_ridge(scene, points, lit, dark)
    paint_snow(scene)
    paint_lake(scene)
    for column, top in PINES:
        paint_pine(scene, column, top)
    return scene


def save(folder: Path = FOLDER) -> None:
    """Write the scene as a PNG with a palette."""
    image = Image.fromarray(paint(), mode="P")
    image.putpalette([part for colour in PALETTE for part in colour])
    image.save(folder / "mountains.png", optimize=True)


if __name__ == "__main__":
    save()
