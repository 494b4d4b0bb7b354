"""Draw the figures of chapter 9 about what models of different sizes cost."""

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vitlib import CONFIGS, ViTConfig
from vitlib.cost import multiply_adds, parameters
from vitlib.show import plots, style

SHOWN = ("Ti/16", "S/16", "B/16", "L/16", "H/14")
PARTS = {  # where a part of the model's parameters stands, and how it looks
    "patch projection": ("patch", "patch", ("patch_embed",)),
    "class token, positions": ("position", "position", ("cls_token", "pos_embed")),
    "attention": ("stream", "paper", ("attn.qkv", "attn.proj")),
    "MLP": ("stream", "rule", ("mlp.fc1", "mlp.fc2")),
    "norms": ("ink", "ink", ("norm1", "norm2", "norm")),
    "head": ("stream", "muted", ("head",)),
}
WIDE = 464  # of a bar
TABLE_SIX = {  # Dosovitskiy et al. 2021: epochs of 303M images (JFT), and exaFLOPs
    ("B/32", 7): 55,
    ("B/16", 7): 224,
    ("L/32", 7): 196,
    ("L/16", 7): 783,
    ("L/16", 14): 1567,
    ("H/14", 14): 4262,
}
IMAGES = 303e6
WIDTHS = {192: "--", 768: "-", 1280: ":"}  # of Ti, B and H
FIRST, LAST = 50, 30_000  # tokens


def by_part(config: ViTConfig) -> dict[str, int]:
    """Parameters of each part that the figure shows."""
    counted = parameters(config)
    return {
        name: sum(counted[key] for key in keys) for name, (*_, keys) in PARTS.items()
    }


def bar(axes: Axes, name: str, y: float) -> None:
    """A model's parameters as a bar, cut into parts."""
    counts = by_part(CONFIGS[name])
    total, x = sum(counts.values()), 8
    plots.text(axes, 8, y - 13, name, align="left", weight="bold")
    plots.text(axes, 472, y - 13, f"{total:,}", align="right")
    for part, count in counts.items():
        edge, fill, _ = PARTS[part]
        wide = WIDE * count / total
        plots.box(axes, x, y, wide, 28, edge, fill, line=0)
        if part in ("attention", "MLP"):
            plots.box(axes, x, y, wide, 28, edge, line=1.2)
            words = f"{part} {count / total:.1%}"
            plots.text(axes, x + wide / 2, y + 14, words)
        x += wide


def shares() -> Figure:
    """Where the parameters of five models sit."""
    figure, axes = plots.canvas(398)
    for i, (part, (edge, fill, _)) in enumerate(PARTS.items()):
        x, y = (8, 176, 356)[i % 3], 14 + 24 * (i // 3)
        plots.box(axes, x, y - 7, 14, 14, edge, fill, line=1.2)
        plots.text(axes, x + 22, y, part, size=12, align="left")
    for i, name in enumerate(SHOWN):
        bar(axes, name, 86 + 58 * i)
    small = {name: by_part(CONFIGS[name]) for name in SHOWN}
    norms = [counts["norms"] / sum(counts.values()) for counts in small.values()]
    words = (
        f"the norms have {min(norms):.2%} to {max(norms):.2%}, too little to be seen"
    )
    plots.text(axes, 8, 376, words, "muted", 12, "left")
    return figure


def own_share(tokens: int, dim: int) -> float:
    """Of a block's multiply-adds, the share of scores and means.

    The image is one row of patches, as many as make so many tokens.
    """
    size = (16, 16 * (tokens - 1))
    config = ViTConfig(size, embed_dim=dim, depth=1, num_heads=dim // 64)
    counts = multiply_adds(config)
    block = sum(counts.values()) - counts["patch_embed"] - counts["head"]
    return (counts["scores"] + counts["means"]) / block


def at(tokens: float, share: float) -> tuple[float, float]:
    """Where a point of the axes stands."""
    along = math.log(tokens / FIRST) / math.log(LAST / FIRST)
    return 46 + 374 * along, 290 - 240 * share


def work_axes(axes: Axes) -> None:
    """What the two directions stand for."""
    grey = {"color": style.colour("rule"), "lw": 1, "zorder": 1}
    for share in (0, 0.25, 0.5, 0.75, 1):
        (left, y), (right, _) = at(FIRST, share), at(LAST, share)
        axes.plot([left, right], [y, y], **grey)
        plots.text(axes, left - 8, y, f"{share:.0%}", "muted", 12, "right")
    for tokens in (100, 1_000, 10_000):
        x, bottom = at(tokens, 0)
        axes.plot([x, x], [bottom, bottom + 5], **grey)
        plots.text(axes, x, bottom + 15, f"{tokens:,}", size=12)
    plots.text(axes, at(math.sqrt(FIRST * LAST), 0)[0], 326, "tokens N", size=12)
    words = "share of attention’s own products in a block’s multiply-adds"
    plots.text(axes, 8, 14, words, align="left")


def work() -> Figure:
    """How the share of scores and means grows with the number of tokens."""
    figure, axes = plots.canvas(340)
    work_axes(axes)
    counts = [round(FIRST * (LAST / FIRST) ** (i / 60)) for i in range(61)]
    for dim, dashes in WIDTHS.items():
        points = [at(count, own_share(count, dim)) for count in counts]
        ink = {"color": style.colour("ink"), "lw": 2.2, "ls": dashes}
        axes.plot(*zip(*points, strict=True), zorder=plots.LAYER, **ink)
        plots.text(axes, 428, points[-1][1], f"D {dim}", size=12, align="left")
    marks = {197: "197 tokens", 4_608: "4,608 = 6 · 768 tokens"}
    for i, (tokens, words) in enumerate(marks.items()):
        share, marker = own_share(tokens, 768), "os"[i]
        for x, y in (at(tokens, share), (62, 66 + 24 * i)):
            axes.plot([x], [y], marker, color=style.colour("ink"), ms=9, zorder=3)
        words = f"{words}: {100 * share:.2g}%"
        beside = {"bbox": {"fc": style.colour("paper"), "lw": 0, "pad": 1}}
        plots.text(axes, 76, 66 + 24 * i, words, align="left", **beside)
    return figure


def exaflops() -> list[tuple[str, int, float, int]]:
    """Table 6: model, epochs, 6 × multiply-adds × images, and the paper's number.

    A training step takes three passes' products, each a multiplication and an addition.
    """
    return [
        (
            name,
            epochs,
            6 * sum(multiply_adds(CONFIGS[name]).values()) * IMAGES * epochs / 1e18,
            paper,
        )
        for (name, epochs), paper in TABLE_SIX.items()
    ]


def along(amount: float) -> float:
    """Where an amount of exaFLOPs stands."""
    return 112 + 68 * math.log10(amount / 30)


def row(axes: Axes, y: float, found: tuple[str, int, float, int]) -> None:
    """A model: its dot, the paper's ring, and both as numbers."""
    name, epochs, ours, paper = found
    plots.text(axes, 8, y, name, align="left", weight="bold")
    plots.text(axes, 92, y, f"{epochs} ep.", "muted", 12, "right")
    ink = {"color": style.colour("ink"), "zorder": 3}
    axes.plot([along(paper)], [y], "o", ms=14, mfc="none", mew=1.8, **ink)
    axes.plot([along(ours)], [y], "o", ms=6, **ink)
    plots.text(axes, 346, y, f"{ours:,.1f}", align="right")
    plots.text(axes, 404, y, f"{paper:,}", align="right")
    change = round(100 * (ours / paper - 1), 1) or 0.0  # not −0.0
    words = f"{change:+.1f}%" if change else "0.0%"
    plots.text(axes, 472, y, words.replace("-", "−"), align="right")


def table_six() -> Figure:
    """What pre-training took: computed from the sizes, and as the paper says."""
    figure, axes = plots.canvas(276)
    for x, words in ((346, "computed"), (404, "paper"), (472, "differ")):
        plots.text(axes, x, 16, words, "muted", 12, "right")
    axes.plot([278], [16], "o", ms=6, color=style.colour("ink"))
    ring = {"ms": 8.5, "mfc": "none", "mew": 1.8, "color": style.colour("ink")}
    axes.plot([359], [16], "o", **ring)
    for amount in (30, 100, 300, 1_000, 3_000):
        x = along(amount)
        axes.plot([x, x], [34, 218], color=style.colour("rule"), lw=1, zorder=1)
        if amount != 1_000:  # there is no room for it
            plots.text(axes, x, 232, f"{amount:,}", "muted", 12)
    for i, found in enumerate(exaflops()):
        row(axes, 52 + 30 * i, found)
    words = "exaFLOPs of pre-training: 6 × multiply-adds × 303M × epochs"
    plots.text(axes, 8, 260, words, "muted", 12, "left")
    return figure


def draw() -> dict[str, Figure]:
    """These figures by file name."""
    return {
        "model-parameters": shares(),
        "model-work": work(),
        "model-table-six": table_six(),
    }
