"""Draw the picture of chapter 9: two pictures' way through the whole model."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from figures import model_stages as drawn
from vitlib import CONFIGS, ViT, ViTConfig
from vitlib.cost import parameters
from vitlib.data import mountains, photograph
from vitlib.patches import patchify
from vitlib.show import plots
from vitlib.tokens import prepend_class_token

OURS = ViTConfig((60, 100), 20, in_chans=1, num_classes=3)
BLOCK = ("norm1", "attn.qkv", "attn.proj", "norm2", "mlp.fc1", "mlp.fc2")
COLUMNS = (130, 314)  # where the two models begin
TOP, PICTURE, CAPTION = 34, 78, 46  # the picture's top and height; below any drawing
EMBEDDED = 3  # from the stage after this one on, the stream is drawn


@dataclass(frozen=True)
class Stage:
    """What stands at the left of a stage, and what is drawn of it in both columns."""

    name: str
    chapter: str
    parts: tuple[str, ...]  # whose parameters it has
    tall: float
    draw: Callable[[Axes, float, float, Tensor], None]


STAGES = (
    Stage("patches", "chapter 1", (), drawn.CELL, drawn.patches),
    Stage("tokens", "chapter 2", ("patch_embed",), drawn.TALL, drawn.tokens),
    Stage(
        "+ class token",
        "chapter 3",
        ("cls_token",),
        drawn.TALL,
        drawn.with_class_token,
    ),
    Stage("+ positions", "chapter 4", ("pos_embed",), drawn.TALL, drawn.with_positions),
    Stage("12 blocks", "chapters 5 to 7", BLOCK, 54, drawn.blocks),
    Stage("norm, row 0", "chapter 8", ("norm",), drawn.TALL, drawn.row),
)


@torch.no_grad()
def trace(config: ViTConfig) -> list[tuple[int, ...]]:
    """The picture's shape, and that after each stage, from a model without numbers."""
    with torch.device("meta"):
        model = ViT(config)
        images = torch.empty(1, config.in_chans, *model.patch_embed.image_size)
    tokens = model.patch_embed(images)
    with_class = prepend_class_token(model.cls_token, tokens)
    embedded = model.embed(images)
    encoded = model.blocks(embedded)
    row = model.norm(encoded)[:, 0]
    found = [images, patchify(images, config.patch_size), tokens, with_class]
    found += [embedded, encoded, row, model.head(row)]
    return [tuple(stage.shape) for stage in found]


def caption(
    axes: Axes, x: float, y: float, shape: tuple[int, ...], learned: int = 0
) -> None:
    """A stage's shape, and below it how many parameters the stage has."""
    plots.text(axes, x + 16, y + 11, shape, size=12, align="left")
    if learned:
        plots.text(axes, x + 16, y + 27, f"{learned:,}", "muted", 12, "left")


def names(axes: Axes, y: float, name: str, chapter: str) -> None:
    """At the left, what a stage is, and where it is explained."""
    plots.text(axes, 8, y, name, align="left", weight="bold")
    plots.text(axes, 8, y + 18, chapter, "muted", 12, "left")


def column(axes: Axes, x: float, config: ViTConfig, image: Tensor, title: str) -> float:
    """One picture's way down to its logits; returns where they are."""
    size, counted = config.patch_size, parameters(config)
    cut = patchify(image[None], size)[0].unflatten(1, (-1, size, size))  # (N, C, P, P)
    start, *shapes, end = trace(config)
    plots.text(axes, x, 14, title, align="left", weight="bold")
    plots.picture(axes, image, x, TOP, PICTURE / image.shape[1])
    y = TOP + PICTURE
    caption(axes, x, y, start)
    for i, (stage, shape) in enumerate(zip(STAGES, shapes, strict=True)):
        ends = [(x + drawn.STREAM, y + 3), (x + drawn.STREAM, y + CAPTION - 3)]
        plots.arrow(axes, *ends, line=5 if i > EMBEDDED else 2.5)
        y += CAPTION
        stage.draw(axes, x, y, cut)
        y += stage.tall
        caption(axes, x, y, shape, sum(counted[part] for part in stage.parts))
    plots.arrow(axes, (x + drawn.STREAM, y + 3), (x + drawn.STREAM, y + CAPTION - 3))
    drawn.logits(axes, x, y + CAPTION, config.num_classes)
    caption(axes, x, y + CAPTION + drawn.CELL, end, counted["head"])
    total = f"{sum(counted.values()):,}"
    plots.text(axes, x + 16, y + 2 * CAPTION + 22, total, weight="bold", align="left")
    return y + CAPTION


def whole() -> Figure:
    """A photograph through ViT-B/16, and the mountains through a model for them."""
    figure, axes = plots.canvas(704)
    photo = torch.nn.functional.interpolate(photograph()[None], (224, 224))[0]
    column(axes, COLUMNS[0], CONFIGS["B/16"], photo, "ViT-B/16")
    end = column(axes, COLUMNS[1], OURS, mountains(), "mountains, P = 20")
    y = TOP + PICTURE
    plots.text(axes, 8, TOP + PICTURE / 2, "a picture", align="left", weight="bold")
    for stage in STAGES:
        y += CAPTION
        names(axes, y + min(stage.tall / 2 - 8, 20), stage.name, stage.chapter)
        y += stage.tall
    names(axes, end + 4, "head", "chapter 8")
    names(axes, end + CAPTION + 22, "parameters", "grey: of a stage")
    return figure


def draw() -> dict[str, Figure]:
    """This figure by file name."""
    return {"model-trace": whole()}
