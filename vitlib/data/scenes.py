"""Mountains at dusk, as many as wanted, each with its hour: something to regress on."""

import numpy as np
import torch
from torch import Tensor

from vitlib.data.parts import check_known

HEIGHT, WIDTH = 24, 40
PARTS = {"train": (2000, 1), "test": (500, 2)}  # how many scenes, from which seed
FIRST, LAST = 17, 21  # hours; the sun sets, and the moon rises, half-way between
SETTING = 30 * (LAST - FIRST)  # minutes after the first hour

# What is drawn at random for each scene: from, up to but not including.
DRAWN = {
    "minute": (0, 2 * SETTING + 1),  # after the first hour
    "horizon": (13, 17),  # row in which sun and moon cross
    "sun": (4, 36),  # columns in which they do
    "moon": (4, 36),
    "haze": (-1, 2),  # shades by which the sky is lighter
    "snow": (-1, 4),  # rows that it reaches down from the summit
    "shore": (20, 22),  # row in which the lake begins
    "bay": (0, 16),  # column in which it begins
    "exposure": (170, 257),  # brightness of the lightest shade, 256 for all of it
}
RIDGES = [(-4, 2, 6, 5), (-6, 6, 4, 3), (2, 7, 3, 2)]  # rows below horizon; lit, dark
CLOUDS, PINES, KNOT = 3, 3, 8  # a ridge bends after so many columns
ROW = np.arange(HEIGHT, dtype=np.int32)[None, :, None]  # (1, 24, 1)
COLUMN = np.arange(WIDTH, dtype=np.int32)[None, None]  # (1, 1, 40)
Scenery = dict[str, np.ndarray]


def scenes(part: str = "train") -> tuple[Tensor, Tensor]:
    """Generated mountains between 17 and 21 o'clock: 24 × 40 pixels in grey.

    The sun sinks until 19:00, then the moon rises, a row in ten minutes: how high the
    light stands over the horizon, and which of the two it is, tell the hour. Where the
    horizon lies, where on it the sun sets, ridges, snow, clouds and pines are chance,
    and so are haze and the exposure, which hide how dark the evening has become.

    Args:
        part: "train" for 2,000 scenes, or "test" for 500 from another seed.

    Returns:
        (N, 1, 24, 40) float32 from 0 to 1, in steps of 1/255, and the hours, (N,)
        float32 from 17.0 to 21.0; the same bits on every machine.

    Raises:
        ValueError: ``part`` is neither of the two.
    """
    check_known("part", part, PARTS)
    scenery = draw(*PARTS[part])
    hours = FIRST + torch.from_numpy(scenery["minute"].flatten()).float() / 60  # (N,)
    return as_images(paint(scenery)), hours


def as_images(pixels: np.ndarray) -> Tensor:
    """(N, H, W) bytes as (N, 1, H, W) float32 in [0, 1]."""
    return torch.from_numpy(pixels).float()[:, None] / 255


def draw(count: int, seed: int) -> Scenery:
    """All that is chance in so many scenes; (N, 1, 1) where a scene has one number.

    NumPy promises the numbers of its ``RandomState`` for all times and machines.
    """
    chance = np.random.RandomState(seed)

    def integers(low: int, high: int, *shape: int) -> np.ndarray:
        return chance.randint(low, high, (count, *shape), dtype=np.int32)

    drawn = {name: integers(*ends, 1, 1) for name, ends in DRAWN.items()}
    drawn["knots"] = integers(0, 32, len(RIDGES), WIDTH // KNOT + 4)
    drawn["shift"] = integers(0, 2 * KNOT, len(RIDGES))
    drawn["clouds"] = integers(0, 64, CLOUDS, 3)  # row, column, length
    drawn["pines"] = integers(0, 64, PINES, 2)  # column, height
    drawn["stars"] = integers(0, 4000, HEIGHT, WIDTH)
    drawn["noise"] = integers(-5, 6, HEIGHT, WIDTH)
    return drawn


def paint(scenery: Scenery) -> np.ndarray:
    """The scenes, (N, 24, 40) bytes, in eleven shades but for exposure and noise."""
    shades = sky(scenery)
    for place in range(len(RIDGES)):
        ridge(shades, scenery, place)
    lake(shades, scenery)
    pines(shades, scenery)
    bright = shades * scenery["exposure"] // 10 + scenery["noise"]  # (N, 24, 40)
    return bright.clip(0, 255).astype(np.uint8)


def lights(scenery: Scenery) -> list[tuple[np.ndarray, np.ndarray]]:
    """Where sun and moon are: row and column in tenths of a pixel, (N, 1, 1) each."""
    late = scenery["minute"] - SETTING  # minutes since 19:00
    along = late // 2  # both move to the right
    level = 10 * scenery["horizon"]
    sun = (level + late, 10 * scenery["sun"] + along)
    return [sun, (level - late, 10 * scenery["moon"] + along)]


def distances(row: np.ndarray, column: np.ndarray) -> np.ndarray:
    """From each pixel to a point, squared, in tenths of a pixel: (N, 24, 40)."""
    return (10 * ROW - row) ** 2 + (10 * COLUMN - column) ** 2


def sky(scenery: Scenery) -> np.ndarray:
    """Bands that lighten downwards, stars, sun and moon with their light, clouds."""
    minute, up = scenery["minute"], scenery["horizon"] - ROW  # rows over the horizon
    bands = (8 + scenery["haze"] - minute // 80 - up // 4).clip(1, 9)  # (N, 24, 1)
    stars = scenery["stars"] < minute - SETTING  # (N, 24, 40), more as it gets late
    shades = np.where(stars, bands + 3, bands)  # (N, 24, 40)
    sun, moon = lights(scenery)
    from_sun, from_moon = distances(*sun), distances(*moon)
    shades[from_sun <= 70**2] += 1
    shades[from_sun <= 45**2] += 1
    shades[from_moon <= 50**2] += 1
    shades[from_sun <= 31**2] = 10
    crescent = distances(moon[0] - 8, moon[1] - 17) > 24**2
    shades[(from_moon <= 29**2) & crescent] = 10
    for row, column, length in scenery["clouds"].transpose(1, 2, 0)[..., None, None]:
        away = abs(COLUMN - column % WIDTH) + 4 * abs(ROW - 2 - row % 10)
        shades = np.where(away <= 4 + length % 6, (shades + 6) // 2, shades)
    return shades.clip(0, 10)


def outline(scenery: Scenery, place: int) -> np.ndarray:
    """A ridge's edge in every column: peaks and valleys take turns, with lines between.

    Returns:
        (N, 1, 40), the row of its first pixel.
    """
    top, bottom, *_ = RIDGES[place]
    knots = scenery["knots"][:, place] + 32 * (np.arange(WIDTH // KNOT + 4) % 2)
    knots = knots * (bottom - top + 1) // 64  # (N, 9), rows below the highest
    column = COLUMN[0] + scenery["shift"][:, [place]]  # (N, 40)
    first, after = column // KNOT, column % KNOT
    left, right = (np.take_along_axis(knots, first + i, axis=1) for i in (0, 1))
    edge = (left * (KNOT - after) + right * after) // KNOT  # (N, 40)
    return edge[:, None] + scenery["horizon"] + top


def ridge(shades: np.ndarray, scenery: Scenery, place: int) -> None:
    """One ridge: flanks towards the light are lit; the second one may wear snow."""
    edge = outline(scenery, place)
    falls = np.diff(edge, axis=2, append=edge[..., -1:]) > 0  # (N, 1, 40), to the right
    depth = ROW - edge  # (N, 24, 40)
    behind = (COLUMN - depth // 2).clip(0, WIDTH - 1)
    falls = np.take_along_axis(np.broadcast_to(falls, depth.shape), behind, axis=2)
    sun, moon = lights(scenery)
    light = np.where(scenery["minute"] < SETTING, sun[1], moon[1])
    faces = falls == (light > 10 * COLUMN)
    tone = np.where(faces, *RIDGES[place][2:]) - scenery["minute"] // 120
    if place == 1:
        line = edge.min(axis=2, keepdims=True) + scenery["snow"] + COLUMN // 2 % 2
        tone = np.where(line > ROW, np.where(faces, 9, 7), tone)
    np.copyto(shades, tone, where=depth >= 0)


def lake(shades: np.ndarray, scenery: Scenery) -> None:
    """Dark shores, and water between them, narrower towards the bottom."""
    deep = ROW - scenery["shore"]  # (N, 24, 40)
    along = COLUMN - scenery["bay"]  # (N, 1, 40)
    wet = (along > deep) & (along < 24 - deep)
    np.copyto(shades, np.where(wet & (deep < 3), 5, 1), where=deep >= 0)


def pines(shades: np.ndarray, scenery: Scenery) -> None:
    """Pines on the shore: tiers of three rows that widen downwards."""
    for column, height in scenery["pines"].transpose(1, 2, 0)[..., None, None]:
        down = ROW - (20 - height % 6)  # rows below the top
        half = down % 3 // 2 + down // 3
        shades[(down >= 0) & (abs(COLUMN - column % WIDTH) <= half)] = 0
