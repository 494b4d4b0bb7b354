"""Chapter 7. How large the gradient of each block is, in pre-norm and in post-norm."""

from functools import cache
from itertools import chain

import numpy as np
import torch
import torch.nn.functional as F
import traitlets
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from vitlib.encoder import EncoderBlock, ViTConfig
from vitlib.show import plots, style
from vitlib.show.widgets.base import Widget
from vitlib.show.widgets.tokens import random_filters

NORMS = ("pre-norm", "post-norm")
DEEPEST, DRAWS, TOKENS, DIM = 24, 8, 5, 32
BLOCK = ViTConfig(embed_dim=DIM, num_heads=2)
MATRICES = ("attn.qkv", "attn.proj", "mlp.fc1", "mlp.fc2")
LEFT, RIGHT, TOP, BOTTOM = 40, 462, 64, 268  # of the still's curves
MARKS = (1, 2, 4, 8, 16)


@cache
def drawn(draw: int) -> tuple[Tensor, Tensor, list[EncoderBlock]]:
    """A draw, from 1: tokens (5, 32), the loss's direction (5, 32), new blocks.

    Weights have mean 0 and variance 1 over the numbers that enter; biases are 0.
    """
    blocks = [EncoderBlock(BLOCK).double() for _ in range(DEEPEST)]
    matrices = [block.get_submodule(name) for block in blocks for name in MATRICES]
    count = sum(matrix.weight.numel() for matrix in matrices) + 2 * TOKENS * DIM
    first = 1 + (draw - 1) * count
    tables = []
    for _ in range(2):
        numbers = random_filters(TOKENS * DIM, 1, first)
        tables.append(numbers.reshape(1, TOKENS, DIM))
        first += TOKENS * DIM
    for matrix in matrices:
        rows, columns = matrix.weight.shape
        matrix.weight.data = random_filters(rows, columns, first)
        torch.nn.init.zeros_(matrix.bias)
        first += rows * columns
    return tables[0], tables[1] / tables[1].norm(), blocks


def passed(block: EncoderBlock, x: Tensor, norm: str) -> Tensor:
    """What leaves a block, (1, 5, 32), whose norms are in the branches or behind."""
    if norm == "pre-norm":
        return block(x)
    x = block.norm1(x + block.attn(x))
    return block.norm2(x + block.mlp(x))


@cache
def gradients(draw: int, norm: str, depth: int) -> Tensor:
    """Lengths of the gradients of a draw's first ``depth`` blocks, (depth,).

    The loss is the inner product of the output, which in pre-norm a last norm has
    passed, with the draw's direction. A block's gradient has all its numbers.
    """
    x, direction, blocks = drawn(draw)
    for block in blocks[:depth]:
        x = passed(block, x, norm)
    if norm == "pre-norm":
        x = F.layer_norm(x, (DIM,), eps=blocks[0].norm1.eps)
    loss = (x * direction).sum()
    parts = [[*block.parameters()] for block in blocks[:depth]]
    slopes = iter(torch.autograd.grad(loss, [*chain(*parts)]))
    squares = [sum(next(slopes).square().sum() for _ in part) for part in parts]
    return torch.stack(squares).sqrt()


def mean_gradients(norm: str, depth: int) -> Tensor:
    """Geometric mean of the draws' lengths, block by block, (depth,)."""
    draws = range(1, DRAWS + 1)
    return torch.stack([gradients(d, norm, depth) for d in draws]).log().mean(0).exp()


class DepthGradients(Widget):
    """The gradients of new blocks, stacked 1 to 24 deep.

    Trait, which drives the slider and follows it:
        depth: how many blocks there are.
    """

    module = "depth"
    depth = traitlets.Int(12, min=1, max=DEEPEST).tag(sync=True)

    def lengths(self, norm: str) -> Tensor:
        """Mean length of each block's gradient, the first block's first, (depth,)."""
        return mean_gradients(norm, self.depth)

    def ratios(self, norm: str) -> Tensor:
        """The first block's length over the last's, in each draw, (8,)."""
        draws = [gradients(d, norm, self.depth) for d in range(1, DRAWS + 1)]
        return torch.stack([lengths[0] / lengths[-1] for lengths in draws])

    def still(self) -> Figure:
        """The lengths at the chosen depth, block by block."""
        figure, axes = plots.canvas(348)
        plots.text(axes, 10, 14, "length of a block's gradient", align="left")
        for norm, x in zip(NORMS, (16, 140), strict=True):
            draw_line(axes, norm, np.array([x, x + 20]), np.array([38, 38]))
            plots.text(axes, x + 30, 38, norm, align="left")
        draw_axes(axes)
        for norm in NORMS:
            draw_line(axes, norm, across(self.depth), height(self.lengths(norm)))
        hint = "On the book's page and in a running notebook: with a slider."
        plots.text(axes, 10, 334, hint, "muted", 12, "left")
        return figure


def across(depth: int) -> np.ndarray:
    """How far to the right each of so many blocks stands."""
    return LEFT + np.arange(depth) * (RIGHT - LEFT) / (DEEPEST - 1)


def height(lengths: Tensor | float) -> np.ndarray:
    """How far down a length stands, on a scale of powers of two."""
    return BOTTOM - np.log2(np.asarray(lengths)) / np.log2(MARKS[-1]) * (BOTTOM - TOP)


def draw_axes(axes: Axes) -> None:
    """The lines of the scale, and the blocks' numbers."""
    for mark in MARKS:
        y = height(mark)
        axes.plot([LEFT, RIGHT], [y, y], color=style.colour("rule"), lw=1, zorder=1)
        plots.text(axes, LEFT - 10, y, mark, "muted", 12, "right")
    for block in (1, 4, 8, 12, 16, 20, 24):
        plots.text(axes, across(block)[-1], BOTTOM + 18, block, "muted", 12)
    plots.text(
        axes, LEFT, BOTTOM + 38, "block, counted from the input", "muted", 12, "left"
    )


def draw_line(axes: Axes, norm: str, x: np.ndarray, y: np.ndarray) -> None:
    """Circles on a dark line for pre-norm, squares on a grey one for post-norm."""
    role, mark = {"pre-norm": ("ink", "o"), "post-norm": ("stream", "s")}[norm]
    face = style.colour("paper" if norm == "pre-norm" else role)
    look = {"color": style.colour(role), "mfc": face, "lw": 2.5, "ms": 6, "mew": 2}
    axes.plot(x, y, f"{mark}-", zorder=plots.LAYER, **look)
