"""Draw two remedies of chapter 12: a batch in parts, and blocks computed anew."""

import json
from functools import cache

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from figures.scaling_memory import RECORD
from vitlib import ViT
from vitlib.data import digits
from vitlib.show import maps, plots, style
from vitlib.training import DIGITS, loss_of

PARTS, EACH = 4, 2  # of the batch, and the pictures in one
STEP, SIDE = 118, 46  # between parts, and a picture's side, in pixels
CELL = 9.5  # of a gradient drawn in colours
BLOCKS, UNDER_WAY = 5, 4  # of the drawn model; whose way back is drawn
WIDE, TALL, ALONG = 58, 66, 76  # of a block, and from one to the next
DASHED = {"linestyle": (0, (4, 3))}


@cache
def gradients() -> tuple[Tensor, Tensor]:
    """Gradients by a fresh head's bias: of parts, (parts, 10), and of all, (10,).

    Each part's loss is divided by the number of parts.
    """
    images, labels = (part[: PARTS * EACH] for part in digits("train"))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = ViT(DIGITS).double()
    found = []
    for pictures, right in zip(images.split(EACH), labels.split(EACH), strict=True):
        loss = loss_of(model(pictures.double()), right) / PARTS
        found.append(torch.autograd.grad(loss, model.head.bias)[0])  # (10,)
    loss = loss_of(model(images.double()), labels)
    return torch.stack(found), torch.autograd.grad(loss, model.head.bias)[0]


def pictures(axes: Axes, x: float, y: float, first: int, side: float = SIDE) -> None:
    """``EACH`` digits of the training set side by side."""
    for place, image in enumerate(digits("train")[0][first : first + EACH]):
        left = x + place * (side + 4)
        plots.picture(axes, 1 - image, left, y, side / 8)
        plots.box(axes, left, y, side, side, "rule", line=1)


def strip(axes: Axes, row: Tensor, x: float, y: float, scale: maps.Scale) -> None:
    """A gradient as ten coloured cells."""
    scale.cells(axes, row, x, y, CELL, 16)
    plots.box(axes, x, y, CELL * len(row), 16, "rule", line=1)


def accumulate() -> Figure:
    """Four parts of a batch, one after another; gradients add; then one step."""
    figure, axes = plots.canvas(388)
    parts, whole = gradients()
    scale = maps.Scale.signed(round(whole.abs().max().item(), 2))
    plots.box(axes, 8, 112, 464, 40, "stream", "panel", 2.5)
    words = "the same model, one part after another"
    plots.text(axes, 240, 132, words, weight="bold")
    for number, row in enumerate(parts):
        x = 8 + number * STEP
        middle = x + SIDE + 2
        plots.text(axes, middle, 14, f"part {number + 1}", weight="bold")
        pictures(axes, x, 28, number * EACH)
        plots.arrow(axes, (middle, 80), (middle, 110))
        plots.arrow(axes, (middle, 156), (middle, 188))
        strip(axes, row, middle - 5 * CELL, 194, scale)
        plots.arrow(axes, (middle, 216), (middle, 246))
        if number:
            plots.text(axes, x - 11, 202, "+", weight="bold", size=16)
    total(axes, parts.sum(dim=0), whole, scale)
    return figure


def total(axes: Axes, added: Tensor, whole: Tensor, scale: maps.Scale) -> None:
    """The sum of the parts' gradients, beside that of the whole batch, and the step."""
    plots.box(axes, 8, 250, 464, 2, "stream", "stream", line=0)
    for y, row, words in (
        (266, added, "added up"),
        (292, whole, "of all eight pictures at once"),
    ):
        strip(axes, row, 8, y, scale)
        plots.text(axes, 116, y + 8, words, align="left")
    plots.arrow(axes, (384, 258), (384, 322), "ink", 2.5)
    plots.text(axes, 396, 290, "one step", align="left", weight="bold")
    words = "gradients of the head’s ten biases; loss of a part divided by 4"
    plots.text(axes, 8, 340, words, "muted", 12, "left")
    words = "a part’s activations are gone before the next begins"
    plots.text(axes, 8, 368, words, "muted", 12, "left")
    scale.line(axes, 418, 368, 46)


def left_of(number: int) -> float:
    """Where a block begins; 1 is the first."""
    return 86 + (number - 1) * ALONG


def block(axes: Axes, number: int, y: float, state: str) -> None:
    """A block whose inside is "kept", "not kept" or made "anew"; or "done" with."""
    x = left_of(number)
    held = state in ("kept", "anew")
    look = {} if state == "kept" else DASHED
    fill = "patch-soft" if held else None
    plots.box(axes, x, y, WIDE, TALL, "stream" if held else "rule", fill, 2, **look)
    role = "ink" if held else "muted"
    middle = (x + WIDE / 2, y + TALL / 2)
    plots.text(axes, middle[0], middle[1] - 12, number, role, 15, weight="bold")
    plots.text(axes, middle[0], middle[1] + 12, state, role, 12)
    if state != "done":
        plots.box(axes, x - 13, y + 9, 8, TALL - 18, "patch", "patch", line=0)


def path(axes: Axes, y: float) -> None:
    """There above the blocks, and back below them to the one under way."""
    start, end = left_of(1) - 13, left_of(BLOCKS) + WIDE + 14
    there, back = y - 14, y + TALL + 16
    plots.arrow(axes, (start, there), (end, there), line=2.5)
    aim = left_of(UNDER_WAY) + WIDE / 2
    look = {"color": style.colour("muted"), "lw": 2.5, "zorder": plots.LAYER}
    bend = [end + 8, end + 8, aim, aim]
    axes.plot(bend, [there, back, back, back - 6], ls=DASHED["linestyle"], **look)
    plots.arrow(axes, (aim, back - 2), (aim, y + TALL + 2), "muted", 2.5)
    plots.text(axes, 8, there, "forward", align="left", size=12)
    plots.text(axes, 8, back, "backward", align="left", size=12)


def megabytes(*sizes: float) -> list[str]:
    """Bytes in words."""
    return [f"{size / 1e6:.1f} MB" for size in sizes]


def recompute() -> Figure:
    """What is held on the way back, with all kept, and with blocks computed anew."""
    kept = json.loads(RECORD.read_text("utf-8"))["results"]
    lines = (kept["kept"][name]["each"] for name in ("as it is", "checkpointing"))
    whole, inputs, inside = megabytes(*lines, kept["block"])
    done = ["done"] * (BLOCKS - UNDER_WAY)
    before = UNDER_WAY - 1
    ways = {
        "everything is kept": (["kept"] * UNDER_WAY, whole),
        "checkpointing": (
            ["not kept"] * before + ["anew"],
            f"{inputs}, and {inside} for the block under way",
        ),
    }
    figure, axes = plots.canvas(420)
    for i, (title, (states, words)) in enumerate(ways.items()):
        y = 64 + 186 * i
        plots.text(axes, 8, y - 44, title, align="left", weight="bold")
        path(axes, y)
        for number, state in enumerate(states + done, start=1):
            block(axes, number, y, state)
        words = f"B/16, a picture: {words}"
        plots.text(axes, 8, y + TALL + 42, words, "muted", 12, "left")
    plots.box(axes, 8, 390, 8, 20, "patch", "patch", line=0)
    plots.text(axes, 24, 400, "what enters a block, always kept", align="left")
    return figure


def draw() -> dict[str, Figure]:
    """By file name, of what there is to draw."""
    more = {"scaling-recompute": recompute()} if RECORD.exists() else {}
    return {"scaling-accumulate": accumulate()} | more
