"""Draw the figures of chapter 4 that need no trained model, and gather the others."""

import math

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from vitlib import ViT
from vitlib.data import mountains
from vitlib.patches import patchify, unpatchify
from vitlib.position import sinusoidal_position_encoding
from vitlib.show import maps, plots, style

SCENE = mountains()[None]  # (1, 1, 60, 100)
ORDER = torch.randperm(15, generator=torch.Generator().manual_seed(4))
SHUFFLED = unpatchify(patchify(SCENE, 20)[:, ORDER], 20, (60, 100))
PLACE = 2  # whose hands are followed from clock to number
SIZE = {"image_size": (60, 100), "patch_size": 20, "in_chans": 1}
SMALL = {"embed_dim": 768, "depth": 4, "num_heads": 12}


@torch.no_grad()
def change(pos_embed: str) -> float:
    """How far an untrained model's class row moves when the patches are shuffled."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = ViT(**SIZE, **SMALL, pos_embed=pos_embed).eval()
    rows = model.forward_features(torch.cat([SCENE, SHUFFLED]))[:, 0]  # (2, D)
    return (rows[0] - rows[1]).abs().max().item()


def shuffled() -> Figure:
    """Two pictures, one bag of patches, and what a model's answer does."""
    figure, axes = plots.canvas(432)
    for x, name, scene in ((8, "the mountains", SCENE), (262, "shuffled", SHUFFLED)):
        plots.text(axes, x + 105, 14, name, weight="bold")
        plots.picture(axes, scene[0], x, 30, 2.1)
        plots.grid(axes, (60, 100), 20, x, 30, 2.1)
        plots.arrow(axes, (x + 105, 164), (220 if x < 100 else 260, 200))
    plots.box(axes, 70, 206, 340, 100, "stream", "panel")
    plots.text(axes, 240, 222, "the same bag of 15 patches", "muted")
    for i, patch in enumerate(patchify(SCENE, 20)[0, ORDER.flip(0)]):
        row, column = divmod(i, 8)
        x = 82 + 40 * column + 20 * row + 3 * math.sin(5 * i)
        y = 236 + 34 * row + 3 * math.cos(7 * i)
        plots.picture(axes, patch.reshape(1, 20, 20), x, y, 1.45)
    answers(axes, 334)
    return figure


def answers(axes: Axes, y: float) -> None:
    """What an untrained model makes of the two pictures, with and without positions."""
    plots.text(axes, 300, y, "two answers", "muted")
    plots.text(axes, 424, y, "differ by up to", "muted")
    kinds = (("without positions", "none"), ("with positions", "sinusoidal"))
    for name, kind in kinds:
        y, far = y + (28 if kind == "none" else 38), change(kind)
        same = far < 1e-4  # float32 rounds its sums in another order
        plots.text(axes, 8, y, name, weight="bold", align="left")
        plots.arrow(
            axes, (152, y), (230, y), "stream" if kind == "none" else "position"
        )
        for x, answer in ((262, "A"), (338, "A" if same else "B")):
            plots.box(axes, x - 22, y - 13, 44, 26, "class-token", line=2.5)
            plots.text(axes, x, y, answer, weight="bold")
        plots.text(axes, 300, y, "=" if same else "≠", size=18)
        plots.text(axes, 424, y, f"{far:.3f}")


def clock(axes: Axes, x: float, y: float, radius: float, angle: float) -> None:
    """A hand that began upright and has turned clockwise, in radians."""
    rim = {"ec": style.colour("muted"), "lw": 1.2, "zorder": plots.LAYER}
    axes.add_patch(Circle((x, y), radius, fc="none", **rim))
    tip = (x + radius * math.sin(angle), y - radius * math.cos(angle))
    pink = {"color": style.colour("position"), "zorder": plots.LAYER}
    pink |= {"lw": radius / 18 + 2, "solid_capstyle": "round"}
    axes.plot([x, tip[0]], [y, tip[1]], **pink)
    dot = {"color": style.colour("ink"), "zorder": plots.LAYER}
    axes.plot(*[[part] for part in tip], "o", ms=radius / 16 + 3, **dot)


def clocks() -> Figure:
    """The hands of places 0 to 7 for D = 8, and two numbers read off one of them."""
    figure, axes = plots.canvas(476)
    steps = [10_000 ** (-2 * i / 8) for i in range(4)]
    for i, step in enumerate(steps):
        x = 98 + 54 * i
        plots.text(axes, x, 14, f"pair {i}", weight="bold")
        plots.text(axes, x, 32, f"{step:g}", "muted", 12)
        for n in range(8):
            clock(axes, x, 66 + 46 * n, 17, n * step)
        around = float(f"{2 * math.pi / step:.3g}")
        plots.text(axes, x, 426, f"{around:,g}", size=12)
    for n in range(8):
        plots.text(axes, 58, 66 + 46 * n, n, align="right")
    plots.text(axes, 66, 32, "radians", "muted", 12, "right")
    plots.text(axes, 14, 227, "place", rotation=90)
    plots.text(axes, 58, 426, "once in", "muted", 12, "right")
    plots.text(axes, 284, 426, "places", "muted", 12, "left")
    middle = 66 + 46 * PLACE
    plots.focus(axes, 76, middle - 22, 44, 44)
    enlarged(axes, 378, 130)
    row = sinusoidal_position_encoding(PLACE + 1, 8)[PLACE]
    words = ", ".join(f"{number:.2f}" for number in row).replace("-", "−")
    plots.text(axes, 240, 460, f"row {PLACE} of the table: {words}")
    return figure


def enlarged(axes: Axes, x: float, y: float) -> None:
    """Pair 0 at the followed place, with its hand's coordinates."""
    radius = 74
    plots.text(axes, x, 14, f"place {PLACE}, pair 0", weight="bold")
    for ends in (
        ([x - radius, x + radius], [y, y]),
        ([x, x], [y - radius, y + radius]),
    ):
        axes.plot(*ends, color=style.colour("rule"), lw=1, zorder=1)
    clock(axes, x, y, radius, PLACE)
    across, up = radius * math.sin(PLACE), radius * math.cos(PLACE)
    look = {"color": style.colour("ink"), "lw": 1.5, "ls": ":", "zorder": plots.LAYER}
    axes.plot([x, x + across], [y - up] * 2, **look)
    axes.plot([x + across] * 2, [y, y - up], **look)
    lines = (
        f"→ sin {PLACE} = {math.sin(PLACE):.2f}",
        f"↑ cos {PLACE} = {math.cos(PLACE):.2f}",
    )
    for i, words in enumerate(lines):
        plots.text(axes, x, y + 98 + 24 * i, words.replace("-", "−"))
    story = (
        "Each hand begins upright\nand turns like a clock's:\npair 0 fast, pair 3 slow."
    )
    for i, words in enumerate(story.split("\n")):
        plots.text(axes, x, y + 176 + 20 * i, words, "muted")


def table() -> Figure:
    """The whole table for 60 places and D = 64, with a few wavelengths."""
    figure, axes = plots.canvas(384)
    left, top, cell, tall = 54, 74, 6.5, 4
    right, bottom = left + 64 * cell, top + 60 * tall
    scale = maps.Scale.signed(1)
    numbers = sinusoidal_position_encoding(60, 64)
    scale.paint(axes, numbers, left, top, right - left, bottom - top)
    words = "a pair's hand turns once in so many places:"
    plots.text(axes, 8, 14, words, "muted", align="left")
    for pair in range(0, 32, 4):
        x = left + (2 * pair + 1) * cell
        wave = 2 * math.pi * 10_000 ** (2 * pair / 64)
        plots.text(axes, x, 38, f"{float(f'{wave:.2g}'):,g}", size=12)
        plots.text(axes, x, 56, pair or "pair 0", "muted", 12)
        axes.plot([x, x], [64, top], color=style.colour("muted"), lw=1)
    for n in (0, 20, 40, 59):
        plots.text(axes, left - 8, top + (n + 0.5) * tall, n, align="right", size=12)
    plots.text(axes, 14, (top + bottom) / 2, "place", rotation=90)
    plots.text(axes, left, bottom + 14, "number 0", size=12, align="left")
    plots.text(axes, right, bottom + 14, "number 63", size=12, align="right")
    scale.bar(axes, left + 108, bottom + 30, 200)
    return figure


def draw() -> dict[str, Figure]:
    """The chapter's figures by file name."""
    return {
        "position-shuffled": shuffled(),
        "position-clocks": clocks(),
        "position-table": table(),
    }
