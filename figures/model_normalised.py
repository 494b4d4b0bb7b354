"""Draw the figure of chapter 9 about pictures in another scale than was learned."""

from collections.abc import Callable

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from vitlib.data import digits
from vitlib.show import maps, plots, style
from vitlib.training import digits_model

MEAN, STD = 0.449, 0.226  # of ImageNet's pictures, their three colours together
SCALES: dict[str, tuple[str, Callable[[Tensor], Tensor]]] = {
    "0 to 1": ("as it learned", lambda x: x),
    "−1 to 1": ("minus 0.5, by 0.5", lambda x: (x - 0.5) / 0.5),
    "ImageNet’s": (f"minus {MEAN}, by {STD}", lambda x: (x - MEAN) / STD),
    "0 to 16": ("as it was scanned", lambda x: 16 * x),
    "1 to 0": ("ink and paper exchanged", lambda x: 1 - x),
}
SHOWN = 3  # the digit that stands for all
SIDE, STEP, LEFT, WIDE = 56, 68, 248, 180  # a picture, a row; of the bars
SEEN = maps.Scale(style.SIGNED, -2, 2, ("−2", "0", "2 or more"))


@torch.no_grad()
def errors() -> dict[str, int]:
    """Of the test digits, how many the trained model misreads in each scale."""
    model = digits_model().double()  # rounds alike on every machine
    images, labels = digits("test")
    return {
        name: int((model(change(images.double())).argmax(dim=1) != labels).sum())
        for name, (_, change) in SCALES.items()
    }


def row(axes: Axes, name: str, image: Tensor, wrong: int, of: int, y: float) -> None:
    """A digit in a scale, the scale's name, and how many digits are misread in it."""
    words, change = SCALES[name]
    SEEN.cells(axes, change(image), 8, y, SIDE / 8)
    plots.box(axes, 8, y, SIDE, SIDE, "rule", line=1)
    plots.text(axes, 78, y + 18, name, align="left", weight="bold")
    plots.text(axes, 78, y + 38, words, "muted", 12, "left")
    wide = WIDE * wrong / of
    plots.box(axes, LEFT, y + 16, wide, 24, "ink", "stream", line=1)
    plots.text(axes, LEFT + wide + 8, y + 28, wrong, align="left", weight="bold")


def normalised() -> Figure:
    """The same digits in five scales: what the model sees, and what it misreads."""
    figure, axes = plots.canvas(34 + STEP * len(SCALES) + 36)
    images, labels = digits("test")
    image = images[labels == SHOWN][0, 0]
    plots.text(axes, 8, 14, f"what the model sees of a {SHOWN}", align="left")
    plots.text(axes, LEFT, 14, f"misread, of {len(labels)}", align="left")
    for i, (name, wrong) in enumerate(errors().items()):
        row(axes, name, image, wrong, len(labels), 32 + STEP * i)
    y = 32 + STEP * len(SCALES) + 14
    SEEN.line(axes, 68, y)
    words = f"by guessing: {len(labels) * 9 // 10}"
    plots.text(axes, LEFT, y, words, "muted", 12, "left")
    return figure


def draw() -> dict[str, Figure]:
    """This figure by file name."""
    return {"model-normalised": normalised()}
