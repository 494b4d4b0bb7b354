"""Figures of chapter 6 that look into the heads of the small trained model."""

import math
from collections.abc import Callable, Sequence

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor, nn

from vitlib.data import digits
from vitlib.inspection import attention_maps
from vitlib.model import ViT
from vitlib.show import maps, plots, style
from vitlib.training import digits_model

FOLLOWED = 3  # the digit whose class token is followed, as in chapter 3
CELL, LEFT, TOP = 19, 144, 44  # a patch in a map, and where the maps begin
SHARES = maps.Scale.attention(0.5)
DOT, ACROSS, WIDE = 6, 9, 21  # from dot to dot; dots in a line, and in the last column


@torch.no_grad()
def trained() -> Figure:
    """Where the class token looks in each of sixteen heads, for one digit."""
    figure, axes = plots.canvas(424)
    images, labels = digits("test")
    image = images[labels == FOLLOWED][0].double()
    maps = attention_maps(digits_model().double(), image[None])[0]  # (4, 4, 17, 17)
    weights = maps[:, :, 0]  # (4, 4, 17)
    side = 4 * CELL
    plots.text(axes, 8 + side / 2, 30, f"a {FOLLOWED}", weight="bold")
    plots.picture(axes, 1 - image, 8, TOP, side / 8)  # ink is dark
    plots.grid(axes, image.shape[1:], 2, 8, TOP, side / 8, "rule")
    for layer, heads in enumerate(weights):
        y = TOP + layer * (side + 12)
        plots.text(axes, LEFT - 8, y + side / 2, f"layer {layer + 1}", align="right")
        places = [(LEFT + head * (side + 8), y) for head in range(len(heads))]
        SHARES.tiles(axes, [*heads[:, 1:].reshape(-1, 4, 4)], places, CELL)
        for x, _ in places:
            plots.box(axes, x, y, side, side, "rule", line=1)
    trained_words(axes, side, weights[..., 0].max().item())
    return figure


def trained_words(axes: Axes, side: float, most: float) -> None:
    """The heads' names, and how much at ``most`` the class token looks at itself."""
    for head in range(4):
        middle = LEFT + head * (side + 8) + side / 2
        plots.text(axes, middle, 30, f"head {head + 1}", weight="bold")
    middle = LEFT + 2 * (side + 8) - 4
    plots.text(axes, middle, 10, "where the class token looks", "muted", 12)
    plots.box(axes, 9, 401, 14, 14, "class-token", line=2.5)
    plots.text(axes, 32, 408, f"at itself: {most:.1%} or less", align="left")
    SHARES.line(axes, 352, 408)


def silencer(heads: Sequence[int], count: int) -> Callable:
    """A hook before ``proj`` that sets the features of some of ``count`` heads to 0."""

    def hook(_: nn.Module, inputs: tuple[Tensor]) -> Tensor:
        y = inputs[0].unflatten(-1, (count, -1)).clone()  # (B, N, h, d)
        y[:, :, list(heads)] = 0
        return y.flatten(2)  # (B, N, D)

    return hook


@torch.no_grad()
def misread(
    model: ViT,
    images: Tensor,
    labels: Tensor,
    layer: int = 0,
    heads: Sequence[int] = (),
) -> int:
    """How many images are read wrongly when heads of a layer, from 0, are left out.

    What they found becomes zero before the output projection.
    """
    attn = model.blocks[layer].attn
    hook = silencer(heads, attn.num_heads)
    with attn.proj.register_forward_pre_hook(hook):
        return int((model(images).argmax(dim=1) != labels).sum())


def dots(axes: Axes, count: int, x: float, y: float, across: int = ACROSS) -> None:
    """A number, and below it as many dots, so many in a line."""
    plots.text(axes, x, y, count, weight="bold", align="left")
    lines, columns = zip(*(divmod(i, across) for i in range(count)), strict=True)
    right = [x + 3 + DOT * column for column in columns]
    down = [y + 15 + DOT * line for line in lines]
    axes.plot(right, down, "o", ms=4, mew=0, color=style.colour("ink"))


def missing() -> Figure:
    """How many digits are read wrongly without a head, or without a layer's four."""
    figure, axes = plots.canvas(332)
    model, (images, labels) = digits_model(), digits("test")
    words = f"of {len(labels)} test digits, so many are read wrongly (a dot each)"
    plots.text(axes, 8, 14, words, align="left")
    plots.text(axes, 8, 44, "by the whole model", align="left")
    dots(axes, misread(model, images, labels), 146, 44)
    plots.text(axes, 8, 86, "without", align="left")
    groups = {f"head {head + 1}": [head] for head in range(4)}
    groups["all four heads"] = range(4)
    y = 100
    for layer in range(len(model.blocks)):
        axes.plot([8, 472], [y, y], color=style.colour("rule"), lw=1, zorder=1)
        plots.text(axes, 8, y + 16, f"layer {layer + 1}", align="left")
        for column, (name, heads) in enumerate(groups.items()):
            x, across = 78 + 67 * column, WIDE if len(heads) > 1 else ACROSS
            if layer == 0:
                plots.text(axes, x, 86, name, align="left")
            count = misread(model, images, labels, layer, heads)
            dots(axes, count, x, y + 16, across)
        y += 36 + DOT * math.ceil(count / WIDE)  # the last column has the most
    return figure


def draw() -> dict[str, Figure]:
    """These figures by file name."""
    return {"heads-trained": trained(), "heads-missing": missing()}
