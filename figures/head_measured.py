"""Draw the figures of chapter 8 that look into models: final norm and zero head."""

import math
from dataclasses import replace

import torch
import torch.nn.functional as F
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor, nn

from vitlib.data import digits
from vitlib.model import ViT
from vitlib.show import plots, style
from vitlib.training import DIGITS, digits_model

IMAGES = 64  # of the fresh models
FRESH = replace(DIGITS, embed_dim=192, depth=12, num_heads=3, mlp_ratio=4.0)
BAND = (0.1, 0.9)  # the shares of the pictures between which a band lies
FLOOR, UNIT, LONG, LAST = 262, 72, 132, 172  # of the curves: 0, 1, the blocks, the norm
LOOKS = {
    "trained": {"color": style.colour("class-token"), "marker": "o"},
    "std 0.02": {"color": style.colour("ink"), "marker": "s"},
    "PyTorch’s": {"color": style.colour("muted"), "marker": "^", "ls": "--"},
}
TOP, ROW, BAR, WIDE = 78, 38, 14, 220  # of the bars: first, distances, pixels for 1
HEADS = {  # by whether they start at zero
    True: ("head of zeros", {"role": "ink", "fill": "ink", "line": 0}),
    False: ("head of std 0.02", {"role": "stream", "fill": "panel", "line": 1.5}),
}
Step = tuple[float, dict[str, float]]  # the loss, and each part's gradient
Lengths = list[Tensor]  # of all pictures' class rows: after each block, then normed


def length(rows: Tensor) -> Tensor:
    """The root of the mean square of each row's numbers: (B, D) → (B,)."""
    return rows.square().mean(dim=1).sqrt()


@torch.no_grad()
def lengths(model: ViT, images: Tensor) -> Lengths:
    """How long class rows are before block 1, after each block, and after the norm."""
    x = model.embed(images.double())  # (B, N+1, D)
    found = [length(x[:, 0])]
    for block in model.blocks:
        x = block(x)
        found.append(length(x[:, 0]))
    return [*found, length(model.norm(x)[:, 0])]


def as_pytorch(module: nn.Module) -> None:
    """Linear layers as PyTorch starts them."""
    if isinstance(module, nn.Linear):
        module.reset_parameters()


def fresh(start: str) -> ViT:
    """A model of twelve blocks before any training, always the same."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = ViT(FRESH)
        if start == "PyTorch’s":
            model.apply(as_pytorch)
    return model.double()


def share(values: Tensor, part: float) -> float:
    """The value below which this share of all values lies."""
    return values.sort().values[round(part * (len(values) - 1))].item()


def spread(values: Tensor) -> float:
    """How many times as long rows are at the band's top as at its bottom."""
    return share(values, BAND[1]) / share(values, BAND[0])


def curve(axes: Axes, found: Lengths, name: str, left: float) -> None:
    """The median length, block by block, then after the norm; the band shaded."""
    step = LONG / (len(found) - 2)
    x = [left + step * i for i in range(len(found) - 1)] + [left + LAST]
    low, middle, high = (
        [FLOOR - UNIT * share(values, part) for values in found]
        for part in (BAND[0], 0.5, BAND[1])
    )
    look = LOOKS[name]
    axes.fill_between(x, low, high, color=look["color"], alpha=0.25, lw=0)
    axes.plot(x[:-1], middle[:-1], ms=6, lw=2.5, zorder=plots.LAYER, **look)
    axes.plot(x[-2:], middle[-2:], lw=1.5, color=look["color"], ls=":")
    axes.plot(x[-1], middle[-1], ms=8, zorder=plots.LAYER, **look)


def panel(axes: Axes, title: str, left: float, layers: int) -> None:
    """Axes for curves: lengths upwards, blocks to the right, then the norm."""
    plots.text(axes, left - 8, 14, title, weight="bold", align="left")
    for value in range(4):
        y = FLOOR - UNIT * value
        ends = [left - 8, left + LAST + 12]
        axes.plot(ends, [y, y], color=style.colour("rule"), lw=1, zorder=1)
        plots.text(axes, left - 16, y, value, "muted", 12, "right")
    for layer in range(0, layers + 1, layers // 4):
        plots.text(axes, left + LONG * layer / layers, FLOOR + 17, layer, size=12)
    plots.text(axes, left + LONG / 2, FLOOR + 36, "after block", size=12)
    plots.text(axes, left + LAST, FLOOR + 17, "norm", weight="bold")


def norm() -> Figure:
    """How long class rows are on their way, and that the norm makes all alike."""
    figure, axes = plots.canvas(378)
    images = digits("test")[0]
    found = lengths(digits_model().double(), images)
    panel(axes, "trained, 450 digits", 40, 4)
    curve(axes, found, "trained", 40)
    panel(axes, "fresh, twelve blocks", 280, 12)
    for name in ("std 0.02", "PyTorch’s"):
        curve(axes, lengths(fresh(name), images[:IMAGES]), name, 280)
    plots.text(axes, 404, 148, "as PyTorch starts", size=12.5, align="right")
    plots.text(axes, 412, 218, "std 0.02", size=12.5, align="right")
    before, after = spread(found[-2]), spread(found[-1])
    words = (
        "root mean square of the class row’s numbers; line: the median,",
        "shaded: the middle 80% of the pictures; in the trained model its top",
        f"is {before:.2f} times its bottom before the norm, {after:.2f} times after it",
    )
    for i, line in enumerate(words):
        plots.text(axes, 8, FLOOR + 66 + 18 * i, line, "muted", 12, "left")
    return figure


def parts(model: ViT) -> dict[str, nn.Module]:
    """What learns, in the order in which a picture passes it."""
    blocks = {f"block {i}": block for i, block in enumerate(model.blocks, start=1)}
    first = {"projection": model.patch_embed}
    return first | blocks | {"final norm": model.norm, "head": model.head}


def gradient(part: nn.Module) -> float:
    """How long the loss's gradient by all weights of a part is."""
    return math.sqrt(sum(w.grad.square().sum().item() for w in part.parameters()))


def first_steps(zero: bool) -> list[Step]:
    """The loss and each part's gradient at the first two steps of Adam, in float64."""
    images, labels = (both[:IMAGES] for both in digits("train"))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model, found = ViT(DIGITS).double(), []
    if zero:
        nn.init.zeros_(model.head.weight)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for _ in range(2):
        loss = F.cross_entropy(model(images.double()), labels)
        optimizer.zero_grad()
        loss.backward()
        lengths = {name: gradient(part) for name, part in parts(model).items()}
        found.append((loss.item(), lengths))
        optimizer.step()
    return found


def bars(axes: Axes, name: str, steps: tuple[Step, ...], left: float) -> None:
    """The gradients of one step, those of both heads below each other, and the loss."""
    plots.text(axes, left, 52, name, align="left", weight="bold", size=14)
    for i, (look, (loss, found)) in enumerate(zip(HEADS.values(), steps, strict=True)):
        for j, value in enumerate(found.values()):
            y = TOP + ROW * j + BAR * i
            plots.box(axes, left, y - 5, WIDE * value, 10, **look[1])
            words = "0" if value == 0 else f"{value:.3f}"
            plots.text(axes, left + WIDE * value + 6, y, words, size=12, align="left")
        y = TOP + ROW * len(found) + 12 + BAR * i
        exact = " = ln 10" if math.isclose(loss, math.log(10), rel_tol=1e-12) else ""
        plots.text(axes, left, y, f"{loss:.4f}{exact}", size=12, align="left")
    ends = [TOP - 12, TOP + ROW * len(found) - 12]
    axes.plot([left, left], ends, color=style.colour("ink"), lw=1, zorder=3)


def zero_head() -> Figure:
    """Gradients of all parts at the first step and the second, for both heads."""
    figure, axes = plots.canvas(416)
    for i, (name, look) in enumerate(HEADS.values()):
        plots.box(axes, 8 + 196 * i, 9, 24, 10, **look)
        plots.text(axes, 40 + 196 * i, 14, name, align="left")
    steps = [*zip(*map(first_steps, HEADS), strict=True)]  # of both heads
    names = [*steps[0][0][1], "loss"]
    for j, name in enumerate(names):
        y = TOP + ROW * j + BAR / 2 + 12 * (name == "loss")
        plots.text(axes, 8, y, name, align="left")
    for i, step in enumerate(steps):
        bars(axes, f"step {i + 1}", step, 124 + 184 * i)
    words = "bars: length of the loss’s gradient by a part’s weights"
    plots.text(axes, 8, 402, words, "muted", 12, "left")
    return figure


def draw() -> dict[str, Figure]:
    """These figures by file name."""
    return {"head-norm": norm(), "head-zero": zero_head()}
