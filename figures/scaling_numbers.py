"""Draw the figure of chapter 12 about formats of numbers: their bits and ranges."""

import math
from dataclasses import dataclass
from functools import cache

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from vitlib.data import digits
from vitlib.show import plots, style
from vitlib.training import Recipe, digits_model, loss_of

BATCH = 64  # pictures whose loss and gradients are looked at
LEFT, BIT, ROW = 8, 14.5, 62  # of the bits: where they begin, one's width, a row
FIRST, ONE, DECADE = -10, 288, 18  # of the axis: its least power, where 1 is, a tenth
PARTS = ("ink", "stream", "panel")  # sign, exponent, fraction
MIDDLE = 0.01  # left out at each end of what was measured


@dataclass(frozen=True)
class Format:
    """How many bits of a format are exponent and fraction; one more is the sign."""

    kind: torch.dtype
    exponent: int
    fraction: int

    @property
    def name(self) -> str:
        """As PyTorch calls it."""
        return f"{self.kind}".removeprefix("torch.")

    @property
    def ends(self) -> tuple[float, float, float]:
        """The smallest number above 0, the smallest with all digits, the largest."""
        facts = torch.finfo(self.kind)
        return facts.tiny * facts.eps, facts.tiny, facts.max


FORMATS = (
    Format(torch.float32, 8, 23),
    Format(torch.bfloat16, 8, 7),
    Format(torch.float16, 5, 10),
)


@cache
def measured() -> dict[str, Tensor]:
    """Sizes of the numbers in a training step of the trained model of digits.

    Activations are what leaves each layer; the loss is the mean over a batch, as the
    model is trained. In float64, so that nothing is lost to the format.
    """
    model, seen = digits_model().double(), []
    for layer in model.modules():
        if not list(layer.children()):
            layer.register_forward_hook(lambda layer, given, out: seen.append(out))
    images, labels = (part[:BATCH] for part in digits("train"))
    loss = loss_of(model(images.double()), labels, Recipe.label_smoothing)
    loss.backward()
    weights = list(model.parameters())
    kinds = {"activations": seen, "weights": weights}
    kinds["gradients"] = [weight.grad for weight in weights]
    flat = {k: torch.cat([t.detach().flatten() for t in ts]) for k, ts in kinds.items()}
    return {kind: numbers[numbers != 0].abs() for kind, numbers in flat.items()}


def middle(numbers: Tensor) -> list[float]:
    """The ends of the middle 98 % of some numbers."""
    ordered = numbers.sort().values  # torch.quantile refuses so many
    ends = (MIDDLE, 1 - MIDDLE)
    return [ordered[round(share * (len(ordered) - 1))].item() for share in ends]


def at(number: float) -> float:
    """Where a number above 0 stands."""
    return ONE + DECADE * math.log10(number)


def power(number: float) -> str:
    """A number's first digit and power of ten."""
    digit, tens = f"{number:.0e}".split("e")
    return f"{digit}e{int(tens)}".replace("-", "−") if int(tens) else digit


def bits(axes: Axes, form: Format, y: float) -> None:
    """A format's bits as boxes, and how many are exponent and fraction."""
    counts = (1, form.exponent, form.fraction)
    words = f"sign 1, exponent {form.exponent}, fraction {form.fraction}"
    plots.text(axes, LEFT, y - 12, form.name, align="left", weight="bold")
    plots.text(axes, 472, y - 12, words, align="right", size=12)
    x = LEFT
    for fill, count in zip(PARTS, counts, strict=True):
        for _ in range(count):
            plots.box(axes, x, y, BIT - 2, 20, "stream", fill, 1.2)
            x += BIT


def span(axes: Axes, form: Format, y: float) -> None:
    """From the least to the largest number; thin where it has fewer digits."""
    least, normal, most = form.ends
    left, right = at(10.0**FIRST), 472
    plots.text(axes, LEFT, y, form.name, align="left", weight="bold")
    ends = {"color": style.colour("stream"), "zorder": plots.LAYER}
    if at(least) < left:
        plots.arrow(axes, (ONE, y), (left, y), line=3)
        plots.arrow(axes, (ONE, y), (right, y), line=3)
        return
    axes.plot([at(normal), at(most)], [y, y], lw=9, solid_capstyle="butt", **ends)
    axes.plot([at(least), at(normal)], [y, y], lw=3, solid_capstyle="butt", **ends)


def edges(axes: Axes, top: float, bottom: float) -> None:
    """Where float16 ends, down through all that was measured."""
    least, _, most = FORMATS[-1].ends
    for number, words in ((least, power(least)), (most, f"{most:,.0f}")):
        x = at(number)
        look = {"color": style.colour("ink"), "lw": 1.5, "ls": ":", "zorder": 1}
        axes.plot([x, x], [top, bottom], **look)
        plots.text(axes, x, top - 12, words, size=12.5, weight="bold")


def axis(axes: Axes, y: float) -> None:
    """Powers of ten."""
    for tens in range(-8, 9, 4):
        x = at(10.0**tens)
        axes.plot([x, x], [y - 6, y], color=style.colour("muted"), lw=1)
        plots.text(axes, x, y + 14, power(10.0**tens), "muted", 12)


def numbers() -> Figure:
    """Bits of three formats; what they reach; and how large a model's numbers are."""
    figure, axes = plots.canvas(476)
    for i, form in enumerate(FORMATS):
        bits(axes, form, 28 + ROW * i)
    top = 222
    edges(axes, top, top + 176)
    for i, form in enumerate(FORMATS):
        span(axes, form, top + 18 + 28 * i)
    for i, (kind, sizes) in enumerate(measured().items()):
        y, (low, high) = top + 110 + 26 * i, middle(sizes)
        plots.text(axes, LEFT, y, kind, align="left")
        plots.box(axes, at(low), y - 7, at(high) - at(low), 14, "ink", "panel")
    axis(axes, top + 190)
    low, most = (power(end) for end in FORMATS[0].ends[1:])
    words = f"float32 and bfloat16 go on to {low} and {most}"
    plots.text(axes, LEFT, top + 226, words, "muted", 12, "left")
    words = "boxes: the middle 98% of the digits’ model’s numbers, by size"
    plots.text(axes, LEFT, top + 244, words, "muted", 12, "left")
    return figure


def draw() -> dict[str, Figure]:
    """This figure by file name."""
    return {"scaling-numbers": numbers()}
