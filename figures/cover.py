"""Draw the book's cover, which links to it show, and its mark, the browser's icon."""

import textwrap
from pathlib import Path

import matplotlib
import numpy as np
import yaml
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Polygon, Rectangle

from vitlib.data import mountains
from vitlib.show import plots, style

ROOT = Path(__file__).parents[1]
STATIC = ROOT / "book" / "static"
TITLE = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["title"]
WIDTH, HEIGHT = 1200, 630  # as sites that show links ask for
PATCH, GAP = 160, 14  # of the cover's picture, in pixels
CELL, SPACE, MARK = 30, 3, 96  # the mark's patches, between them, the whole

# The mark, on a square of 96: sky, moon, far and near ridge; each with its shade.
SKY, MOON = (0.55, [(0, 0), (96, 0), (96, 96), (0, 96)]), (1.0, (69, 26), 15)
RIDGES = [
    (0.25, [(0, 66), (34, 22), (62, 60), (76, 48), (96, 70), (96, 96), (0, 96)]),
    (0.0, [(0, 90), (22, 72), (44, 84), (72, 64), (96, 82), (96, 96), (0, 96)]),
]


def shade(value: float) -> str:
    """A shade of the mountains' colours, 0 dark to 1 almost white."""
    return to_hex(matplotlib.colormaps[style.MOUNTAINS](value))


def corners() -> list[tuple[int, int]]:
    """Upper left corners of the mark's nine patches."""
    places = [i * (CELL + SPACE) for i in range(3)]
    return [(x, y) for y in places for x in places]


def icon_svg() -> str:
    """The mark as an SVG, for browsers' tabs and the book's name."""
    cut = "".join(f"M{x} {y}h{CELL}v{CELL}h-{CELL}z" for x, y in corners())
    (light, (x, y), radius) = MOON
    shapes = [
        f'<path fill="{shade(value)}" d="M{"L".join(f"{a} {b}" for a, b in points)}z"/>'
        for value, points in [SKY, *RIDGES]
    ]
    shapes.insert(1, f'<circle fill="{shade(light)}" cx="{x}" cy="{y}" r="{radius}"/>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {MARK} {MARK}">'
        f'<clipPath id="p"><path d="{cut}"/></clipPath>'
        f'<g clip-path="url(#p)">{"".join(shapes)}</g></svg>\n'
    )


def draw_mark(axes: Axes, left: float, top: float, scale: float) -> None:
    """The mark with its upper left corner at (left, top)."""

    def place(points):
        return np.array(points) * scale + (left, top)

    for x, y in corners():
        window = Rectangle(place((x, y)), CELL * scale, CELL * scale, fc="none", lw=0)
        axes.add_patch(window)
        light, centre, radius = MOON
        shapes = [Polygon(place(p), fc=shade(v), lw=0) for v, p in [SKY, *RIDGES]]
        shapes.insert(1, Circle(place(centre), radius * scale, fc=shade(light), lw=0))
        for shape in shapes:
            axes.add_patch(shape).set_clip_path(window)


def touch_icon() -> Figure:
    """The mark on a white square, for telephones' home screens."""
    figure, axes = plots.canvas(180, 180)
    draw_mark(axes, 24, 24, 132 / MARK)
    return figure


def cover() -> Figure:
    """The title, and the mountains in patches that leave the picture's edge."""
    figure, axes = plots.canvas(HEIGHT, WIDTH)
    figure.set_facecolor(style.COLOURS["paper"][1])
    picture, top = mountains(3), (HEIGHT - 3 * PATCH - 2 * GAP) / 2
    for row in range(3):
        for column in range(5):
            patch = picture[:, 20 * row : 20 * row + 20, 20 * column : 20 * column + 20]
            x, y = 452 + column * (PATCH + GAP), top + row * (PATCH + GAP)
            plots.picture(axes, patch, x, y, PATCH / 20)
    kept = {"weight": "bold", "size": 45, "color": style.COLOURS["ink"][1]}
    for i, words in enumerate(textwrap.wrap(TITLE, 12)):
        axes.text(56, 275 + 58 * i, words, **kept)
    return figure


def save(folder: Path = STATIC) -> None:
    """Write the cover and the mark."""
    plain = {"dpi": 72, "metadata": {"Software": None}}
    cover().savefig(folder / "cover.png", **plain)
    touch_icon().savefig(folder / "touch-icon.png", **plain)
    (folder / "favicon.svg").write_text(icon_svg(), "utf-8")


if __name__ == "__main__":
    save()
