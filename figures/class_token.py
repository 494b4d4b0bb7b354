"""Draw the figures of chapter 3 that show what the class token does."""

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from torch import Tensor

from vitlib.data import digits, mountains
from vitlib.inspection import attention_maps
from vitlib.patches import patchify
from vitlib.show import plots, style
from vitlib.training import digits_model

SCENE = mountains()  # (1, 60, 100)
STEP, CELL = 27, 20  # of the drawn sequences, in pixels
SQUARE, THICK = 14, 20  # side of a row; a line that carries all of a row
FOLLOWED = 3  # the digit whose class token is followed through the layers


def column(number: int) -> float:
    """Where the column of a row of the sequence begins; 0 is the class token's."""
    return 36 + number * STEP


def sequence(axes: Axes, image: Tensor, y: float, numbers: float) -> None:
    """Sixteen rows as columns: the class token, then a token for each patch."""
    plots.box(axes, column(0), y, CELL, 48, "class-token", "class-token", line=0)
    plots.text(axes, column(0) + CELL / 2, numbers, 0, weight="bold")
    for number, patch in enumerate(patchify(image[None], 20)[0], start=1):
        shades = patch.reshape(1, 4, 100).mean(dim=2, keepdim=True)  # (1, 4, 1)
        plots.picture(axes, shades, column(number), y, CELL, tall=12)
        plots.text(axes, column(number) + CELL / 2, numbers, number)


def prepend() -> Figure:
    """Two pictures' fifteen tokens each, and one class token in front of both."""
    figure, axes = plots.canvas(458)
    middle, first = column(8) + CELL / 2, column(0) + CELL / 2
    for i, image in enumerate((SCENE, SCENE.flip(2))):
        top, here, there, numbers, tokens = (
            (6, 88, 110, 122, 134),
            (374, 370, 348, 336, 276),
        )[i]
        plots.picture(axes, image, middle - 65, top, 1.3)
        words = ("one picture", "another one")[i]
        plots.text(axes, middle + 76, top + 39, words, align="left")
        plots.arrow(axes, (middle, here), (middle, there))
        label, y = "its 15 tokens (15, 768)", (here + there) / 2
        plots.text(axes, middle + 12, y, label, "muted", align="left")
        sequence(axes, image, tokens, numbers)
        label, y = "with the class token (16, 768)", (196, 262)[i]
        plots.text(axes, column(15) + CELL, y, label, "muted", align="right")
    plots.box(axes, column(0), 205, CELL, 48, "class-token", "class-token", line=0)
    plots.arrow(axes, (first, 203), (first, 185))
    plots.arrow(axes, (first, 255), (first, 273))
    words = "the class token (1, 768),\nthe same for every picture"
    plots.text(axes, column(1), 229, words, align="left", linespacing=1.4)
    return figure


def stage(layer: int) -> float:
    """The left of the squares that stand for the rows after a layer."""
    return 88 + layer * 75


def level(number: int) -> float:
    """The top of a row's square; the patches stand a little apart from row 0."""
    return 36 + number * 18 + 16 * (number > 0)


def flow(axes: Axes, layer: int, number: int, share: float) -> None:
    """A curve as thick as the share of a row that the class row takes up."""
    x, to = stage(layer) + SQUARE, stage(layer + 1)
    y, down = level(number) + SQUARE / 2, level(0) + SQUARE / 2
    bend = 0.6 * (to - x)
    points = [(x, y), (x + bend, y), (to - bend, down), (to, down)]
    path = Path(points, [Path.MOVETO] + [Path.CURVE4] * 3)
    look = {"ec": style.colour("patch"), "fc": "none", "lw": THICK * share}
    axes.add_patch(PathPatch(path, capstyle="butt", zorder=plots.LAYER, **look))


def rows(axes: Axes, layer: int, image: Tensor, last: bool) -> None:
    """The rows as they stand after a layer; of the last ones only the first is read."""
    x, look = stage(layer), (SQUARE, SQUARE)
    for number, patch in enumerate(patchify(image[None], 2)[0], start=1):
        role, fill = ("muted", None) if last else ("patch", "patch-soft")
        dashed = {"linestyle": ":"} if last else {}
        if layer == 0:
            pixels = 1 - patch.reshape(1, 2, 2)  # ink is dark
            plots.picture(axes, pixels, x, level(number), SQUARE / 2)
            fill = None
        plots.box(axes, x, level(number), *look, role, fill, line=1, **dashed)
    plots.box(axes, x, level(0), *look, "class-token", "class-token")


def gather_words(axes: Axes, answer: int) -> None:
    """What stands around the rows: where they come from and where they go."""
    middle = level(0) + SQUARE / 2
    plots.text(axes, 80, middle, "class token", size=12, align="right")
    plots.text(axes, 38, 258, "16 patches", size=12)
    plots.arrow(axes, (72, 212), (84, 212), line=1.5)
    plots.arrow(axes, (stage(4) + SQUARE, middle), (426, middle), "class-token", 3)
    plots.box(axes, 426, middle - 14, 48, 28, "stream", "paper")
    plots.text(axes, 450, middle, "head")
    plots.arrow(axes, (450, middle + 14), (450, middle + 36))
    plots.text(axes, 450, middle + 52, f"a {answer}", size=15, weight="bold")
    plots.text(axes, 412, 230, "not read", "muted", align="left")
    plots.text(axes, 88, 382, "the class token takes up", "muted", align="left")
    for i, share in enumerate((0.05, 0.2, 0.4)):
        x = 278 + i * 64
        line = {"color": style.colour("patch"), "lw": THICK * share}
        axes.plot([x, x + 22], [382, 382], solid_capstyle="butt", **line)
        plots.text(axes, x + 27, 382, f"{share:.0%}", "muted", align="left")


@torch.no_grad()
def gather() -> Figure:
    """The class row takes up shares of all rows, layer by layer, and alone is read."""
    figure, axes = plots.canvas(400)
    model, (images, labels) = digits_model().double(), digits("test")
    image = images[labels == FOLLOWED][0].double()
    middle = level(0) + SQUARE / 2
    maps = attention_maps(model, image[None])[0]  # (L, h, N+1, N+1)
    weights = maps[:, :, 0].mean(dim=1)  # (L, N+1), the heads' mean
    for layer, shares in enumerate(weights):
        x, to = stage(layer) + SQUARE, stage(layer + 1)
        plots.text(axes, (x + to) / 2, 14, f"layer {layer + 1}")
        for number, share in enumerate(shares.tolist()):
            flow(axes, layer, number, share)
        plots.arrow(axes, (x, middle), (to, middle), "class-token", 3)
    for layer in range(len(weights) + 1):
        rows(axes, layer, image, layer == len(weights))
    plots.picture(axes, 1 - image, 6, 180, 8)
    plots.box(axes, 6, 180, 64, 64, "rule", line=1)
    gather_words(axes, int(model(image[None]).argmax()))
    return figure


def draw() -> dict[str, Figure]:
    """The chapter's figures by file name."""
    return {
        "class-token-prepend": prepend(),
        "class-token-gather": gather(),
    }
