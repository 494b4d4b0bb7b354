"""Draw the figures of chapter 10 that show one step, and pictures moved a little."""

from functools import cache

import torch
import torch.nn.functional as F
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from figures.class_token import FOLLOWED
from vitlib import ViT
from vitlib.data import digits
from vitlib.show import plots, style
from vitlib.training import DIGITS, jittered, parameter_groups

BATCH = 6  # pictures in the step
RATE = 3e-3
STRENGTHS = (0.0, 0.5, 1.0)  # of the jitter
DASHED = {"linestyle": (0, (4, 3))}


@cache
def step() -> tuple[Tensor, Tensor, float, float]:
    """A batch of digits, their labels, and a fresh model's loss before and after."""
    images, labels = digits("train")
    images, labels = images[:BATCH], labels[:BATCH]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = ViT(DIGITS).double()
    optimizer = torch.optim.AdamW(parameter_groups(model, 0.05), RATE)
    before = F.cross_entropy(model(images.double()), labels)
    before.backward()
    optimizer.step()
    after = F.cross_entropy(model(images.double()), labels)
    return images, labels, before.item(), after.item()


def batch(axes: Axes, images: Tensor, labels: Tensor) -> None:
    """The pictures of a batch, with the right answer under each."""
    plots.text(axes, 70, 44, "a batch", weight="bold")
    for place, (image, label) in enumerate(zip(images, labels, strict=True)):
        row, column = divmod(place, 3)
        x, y = 8 + column * 44, 60 + row * 62
        plots.picture(axes, 1 - image, x, y, 4.75)
        plots.box(axes, x, y, 38, 38, "rule", line=1)
        plots.text(axes, x + 19, y + 48, label.item(), size=12.5)


def stations(axes: Axes, before: float) -> None:
    """The model, and what measures its answers."""
    plots.box(axes, 196, 70, 104, 74, "stream", "panel", 2.5)
    plots.text(axes, 248, 96, "model", weight="bold", size=14)
    plots.text(axes, 248, 120, "its weights", "muted", 12)
    plots.box(axes, 384, 70, 88, 74, "ink", "panel", 1.5)
    plots.text(axes, 428, 96, "loss", weight="bold", size=14)
    plots.text(axes, 428, 120, f"{before:.2f}", size=14)


def ways(axes: Axes) -> None:
    """The four arrows of a step, in their order, and the way of the right answers."""
    plots.arrow(axes, (144, 107), (194, 107), line=2.5)
    plots.arrow(axes, (302, 90), (382, 90), line=2.5)
    plots.text(axes, 342, 74, "1. answer", size=12.5)
    plots.arrow(axes, (382, 126), (302, 126), "muted", 2.5, **DASHED)
    plots.text(axes, 342, 142, "3. gradient", size=12.5)
    bend = {"color": style.colour("stream"), "lw": 1.5, "zorder": plots.LAYER}
    axes.plot([70, 70, 428], [184, 206, 206], **bend)
    plots.arrow(axes, (428, 206), (428, 146), line=1.5)
    plots.text(axes, 250, 194, "2. compare with the right answers", size=12.5)
    loop = {"connectionstyle": "arc3,rad=-1.1"}
    plots.arrow(axes, (222, 68), (274, 68), "ink", 2.5, **loop)
    plots.text(axes, 248, 22, "4. move each weight a little", size=12.5)


def one_step() -> Figure:
    """Answer, compare, gradient, move; and the same pictures' loss after it."""
    images, labels, before, after = step()
    figure, axes = plots.canvas(252)
    batch(axes, images, labels)
    stations(axes, before)
    ways(axes)
    words = f"Asked again about the same pictures, its loss is {after:.2f}."
    plots.text(axes, 240, 236, words, weight="bold")
    return figure


def moved() -> Figure:
    """One digit as it is, and as training shows it, moved by chance."""
    images, labels = digits("train")
    image = images[labels == FOLLOWED][:1]  # (1, 1, 8, 8)
    figure, axes = plots.canvas(len(STRENGTHS) * 78 + 2)
    for row, strength in enumerate(STRENGTHS):
        copies = image.expand(
            1 if strength == 0 else 6, -1, -1, -1
        )  # (1 or 6, 1, 8, 8)
        shown = jittered(copies, strength, torch.Generator().manual_seed(1))
        y = 4 + row * 78
        words = f"jitter {strength:g}" if strength else "as it is"
        plots.text(axes, 8, y + 34, words, align="left", weight="bold")
        for place, picture in enumerate(shown):
            x = 92 + place * 65
            plots.picture(axes, 1 - picture, x, y, 7.5)
            plots.box(axes, x, y, 60, 60, "rule", line=1)
    return figure


def draw() -> dict[str, Figure]:
    """The chapter's figures by file name."""
    return {"training-step": one_step(), "training-jitter": moved()}
