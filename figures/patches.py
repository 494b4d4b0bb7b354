"""Draw the figures of chapter 1."""

import json
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vitlib.checks import divisors
from vitlib.data import mountains
from vitlib.patches import patchify
from vitlib.show import plots

SCENE = mountains()  # (1, 60, 100)
PATCHES = patchify(SCENE[None], 20)[0].reshape(15, 1, 20, 20)
CHOSEN = 12  # the patch that the chapter follows, counted from 1
RECORD = Path(__file__).parents[1] / "bench" / "patches.json"
MISFIT = 16  # a patch size that divides neither side


def order() -> Figure:
    """The scene, its fifteen patches in place, and the same fifteen as a sequence."""
    figure, axes = plots.canvas(350)
    plots.text(axes, 240, 14, "100 pixels")
    plots.text(axes, 76, 124, "60 pixels", rotation=90)
    for number, patch in enumerate(PATCHES, start=1):
        row, column = divmod(number - 1, 5)
        left, top = 92 + column * 62, 30 + row * 62
        plots.picture(axes, patch, left, top, 3)
        plots.picture(axes, patch, 8 + (number - 1) * 31, 270, 1.45)
        bold = "bold" if number == CHOSEN else "normal"
        plots.text(axes, 22.5 + (number - 1) * 31, 314, number, weight=bold)
    plots.focus(axes, 92 + 62, 30 + 124, 60, 60)
    plots.focus(axes, 8 + 11 * 31, 270, 29, 29)
    plots.arrow(axes, (104, 224), (104, 262))
    words = "read like a page: left to right, top to bottom"
    plots.text(axes, 116, 243, words, "muted", align="left")
    plots.text(axes, 240, 336, "a sequence of 15 patches")
    return figure


def by_hand() -> Figure:
    """A picture of 4 × 6 numbers, cut into six patches of 2 × 2, and the six rows."""
    figure, axes = plots.canvas(262)
    table = [list(range(6 * row, 6 * row + 6)) for row in range(4)]
    tones = [[tone(r // 2 + c // 2) for c in range(6)] for r in range(4)]
    plots.text(axes, 104, 50, "image (4 × 6)")
    plots.numbers(axes, table, 8, 68, 32, tones)
    plots.arrow(axes, (216, 132), (276, 132))
    plots.text(axes, 246, 116, "P = 2")
    plots.text(axes, 376, 14, "patches (6 × 4)")
    for i in range(6):
        row, column = divmod(i, 3)
        plots.box(axes, 8 + column * 64, 68 + row * 64, 64, 64, line=2)
        square = [table[2 * row + a][2 * column + b] for a in (0, 1) for b in (0, 1)]
        top = 30 + i * 38
        plots.text(axes, 296, top + 16, i + 1, "muted", align="right")
        plots.numbers(axes, [square], 308, top, 34, [[tone(row + column)] * 4], 32)
        plots.box(axes, 308, top, 136, 32, line=2)
    return figure


def tone(number: int) -> str:
    """A fill that tells neighbouring patches apart."""
    return ("panel", "patch-soft")[number % 2]


def strip() -> Figure:
    """Patch 12, its first rows pulled out, and the whole as a strip of 400 numbers."""
    figure, axes = plots.canvas(308)
    patch = PATCHES[CHOSEN - 1]
    plots.text(axes, 88, 14, f"patch {CHOSEN} (20 × 20)")
    plots.picture(axes, patch, 8, 30, 8)
    plots.focus(axes, 8, 30, 160, 160)
    for row in range(4):
        top = 32 + row * 30
        plots.arrow(axes, (174, 34 + row * 8), (208, top + 5), line=1)
        plots.picture(axes, patch[:, row : row + 1], 214, top, 10)
        plots.text(axes, 424, top + 5, f"row {row + 1}", align="left")
    plots.text(axes, 314, 152, "…", size=18)
    plots.text(axes, 314, 178, "one row of pixels after the other", "muted")
    plots.arrow(axes, (88, 196), (88, 228), line=1.5)
    plots.picture(axes, patch.reshape(1, 1, 400), 8, 234, 464 / 400, tall=30)
    for row, name in enumerate(("1", "2", "3", "4", "…")):
        plots.text(axes, 8 + (row + 0.5) * 464 / 20, 276, name, "muted")
    plots.focus(axes, 8, 234, 464, 30)
    plots.text(axes, 240, 296, "20 rows of pixels in a line: 400 numbers")
    return figure


AXES = {  # of the tensor: size, and the side of the image that they come from
    "C": (1, "C"),
    "H": (60, "H"),
    "W": (100, "W"),
    "rows": (3, "H"),
    "P down": (20, "H"),
    "columns": (5, "W"),
    "P across": (20, "W"),
    "N": (15, ""),
    "C·P²": (400, ""),
}
STEPS = [
    ("image", ["C", "H", "W"]),
    ("reshape", ["C", "rows", "P down", "columns", "P across"]),
    ("permute", ["rows", "columns", "C", "P down", "P across"]),
    ("reshape", ["N", "C·P²"]),
]
LINKS = [  # from each step to the next: which axis becomes which
    [(0, 0), (1, 1), (1, 2), (2, 3), (2, 4)],
    [(0, 2), (1, 0), (2, 3), (3, 1), (4, 4)],
    [(0, 0), (1, 0), (2, 1), (3, 1), (4, 1)],
]
SIDES = {"C": "stream", "H": "patch", "W": "ink", "": "muted"}


def middle(axis: int, count: int) -> float:
    """Where the box of one of ``count`` axes stands."""
    return 278 + (axis - (count - 1) / 2) * 80


def folding() -> Figure:
    """The three steps of patchify: axes that split, change places and join."""
    figure, axes = plots.canvas(372)
    for step, links in enumerate(LINKS):
        here, there = STEPS[step][1], STEPS[step + 1][1]
        for i, j in links:
            start = (middle(i, len(here)), 50 + step * 102)
            end = (middle(j, len(there)), 109 + step * 102)
            side = AXES[here[i]][1]
            dashed = {"linestyle": "--"} if side == "W" else {}
            plots.arrow(axes, start, end, SIDES[side], **dashed)
    for step, (name, letters) in enumerate(STEPS):
        top = 6 + step * 102
        plots.text(axes, 4, top + 22, name, "muted", align="left")
        for i, letter in enumerate(letters):
            size, side = AXES[letter]
            at = middle(i, len(letters))
            plots.box(axes, at - 36, top, 72, 44, SIDES[side], "paper", line=2)
            plots.text(axes, at, top + 13, letter)
            plots.text(axes, at, top + 31, size, weight="bold")
    return figure


def lost(axes: Axes, x: float, y: float, width: float, height: float) -> None:
    """Hatching over what is cut off or made up."""
    plots.box(axes, x, y, width, height, "paper", "paper", line=0, alpha=0.7)
    plots.box(axes, x, y, width, height, "muted", line=0.5, hatch="////")


def leftover() -> Figure:
    """Patch size 16 on 60 × 100 pixels: cut off, filled up, or refused."""
    figure, axes = plots.canvas(162)
    below, above = (48, 96), (64, 112)  # the multiples of 16 next to 60 × 100
    shares = [f"{1 - below[0] * below[1] / 6000:.0%} lost"]
    shares.append(f"{1 - 6000 / (above[0] * above[1]):.0%} of it made up")
    fits = [size for size in divisors(60) if 100 % size == 0]
    shares.append(", ".join(map(str, fits)) + " fit")
    for i, words in enumerate(shares):
        x, pixel = (6, 162, 334)[i], 1.32
        plots.text(axes, x + 66, 14, ("crop", "pad", "refuse")[i], weight="bold")
        plots.picture(axes, SCENE, x, 32, pixel)
        if i == 0:
            lost(axes, x, 32 + 48 * pixel, 100 * pixel, 12 * pixel)
            lost(axes, x + 96 * pixel, 32, 4 * pixel, 48 * pixel)
        if i == 1:
            lost(axes, x, 32 + 60 * pixel, 112 * pixel, 4 * pixel)
            lost(axes, x + 100 * pixel, 32, 12 * pixel, 60 * pixel)
        if i < 2:
            plots.grid(axes, (below, above)[i], MISFIT, x, 32, pixel)
        if i == 2:
            plots.box(axes, x + 36, 56, 60, 32, "ink", "paper")
            plots.text(axes, x + 66, 72, f"{MISFIT} ✗", weight="bold")
        plots.text(axes, x + 66, 142, words)
    return figure


def speed() -> Figure:
    """How many times as long as patchify the other ways take, as they were measured."""
    record = json.loads(RECORD.read_text("utf-8"))
    groups = {}
    for case in record["results"]:
        count, _, height, width = case["shape"]
        title = f"{count} pictures of {height} × {width}, P = {case['patch_size']}"
        groups[title] = {name: way["times"][1] for name, way in case["ways"].items()}
    where = f"{record['machine']}, one thread, {record['date']}"
    return plots.times_as_long(groups, where)


def draw() -> dict[str, Figure]:
    """The chapter's figures by file name."""
    return {
        "patches-order": order(),
        "patches-by-hand": by_hand(),
        "patches-strip": strip(),
        "patches-axes": folding(),
        "patches-leftover": leftover(),
        "patches-speed": speed(),
    }
