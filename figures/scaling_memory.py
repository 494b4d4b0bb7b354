"""Draw the figures of chapter 12 about memory: what takes it, and what frees it."""

import json
import math
from pathlib import Path
from statistics import median

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.scaling_memory import BATCH, PARTS, PROCESSES, STEP, remedies
from figures.model_cost import SHOWN
from vitlib import CONFIGS
from vitlib.cost import training_memory
from vitlib.show import plots, style

RECORD = Path(__file__).parents[1] / "bench" / "scaling_memory.json"
PICTURES = 32  # in the batch of the first figure
LOOKS = {  # edge and filling of what holds memory
    "weights": ("ink", "ink"),
    "gradients": ("stream", "stream"),
    "optimizer": ("stream", "rule"),
    "activations": ("patch", "patch-soft"),
}
WIDE = 464  # of a whole bar
NAMES = {  # of the remedies, in words
    "explicit attention": "explicit attention, weights held",
    "as it is": "as it is: fused attention",
    "fully sharded": f"fully sharded: {PROCESSES} × {BATCH} pictures",
    "bfloat16": "bfloat16 where it can",
    "accumulated": f"accumulated: {PARTS} × {BATCH // PARTS} pictures",
    "checkpointing": "checkpointing",
}


def key(axes: Axes, y: float) -> None:
    """Which filling is what."""
    for i, (name, (edge, fill)) in enumerate(LOOKS.items()):
        x = (8, 110, 230, 350)[i]
        plots.box(axes, x, y - 7, 14, 14, edge, fill, line=1.2)
        plots.text(axes, x + 22, y, name, align="left")


def stack(
    axes: Axes, parts: dict[str, int], y: float, wide: float, tall: float
) -> None:
    """Bytes as one bar ``wide`` pixels long, cut by what holds them."""
    x, total = 8, sum(parts.values())
    for name, size in parts.items():
        edge, fill = LOOKS[name]
        along = wide * size / total
        plots.box(axes, x, y, along, tall, edge, fill, line=1.2)
        x += along


def dominant() -> Figure:
    """Shares of what holds memory in training, for five models and one batch."""
    figure, axes = plots.canvas(376)
    key(axes, 14)
    for i, name in enumerate(SHOWN):
        y, parts = 68 + 60 * i, training_memory(CONFIGS[name], PICTURES)
        total, kept = sum(parts.values()), parts["activations"]
        plots.text(axes, 8, y - 14, name, align="left", weight="bold")
        plots.text(axes, 472, y - 14, f"{total / 1e9:.1f} GB", align="right")
        stack(axes, parts, y, WIDE, 28)
        plots.text(axes, 462, y + 14, f"{kept / total:.0%}", align="right")
        equal = math.ceil((total - kept) / (kept / PICTURES))
        words = f"activations: half from {equal} pictures on"
        plots.text(axes, 84, y - 14, words, "muted", 12, "left")
    words = f"training in float32 with AdamW, batch of {PICTURES}, fused attention"
    plots.text(axes, 8, 358, words, "muted", 12, "left")
    return figure


def factor(record: dict, name: str) -> str:
    """How many times as long a step takes as it is, or that it was not measured."""
    seconds = record["seconds"]
    if name not in seconds:
        return "not timed"
    times = median(seconds[name]) / median(seconds["as it is"])
    return f"{times:.1f} ×" if times < 10 else f"{times:.0f} ×"


def freed() -> Figure:
    """What is left to hold after each remedy, and what it costs in time."""
    kept = json.loads(RECORD.read_text("utf-8"))
    record = kept["results"]
    found = remedies(record)
    figure, axes = plots.canvas(466)
    key(axes, 14)
    most = max(sum(parts.values()) for parts in found.values())
    plots.text(axes, 472, 44, "time of a step", "muted", 12, "right")
    for i, (name, words) in enumerate(NAMES.items()):
        y, total = 76 + 58 * i, sum(found[name].values())
        plots.text(axes, 8, y - 14, words, align="left", weight="bold")
        plots.text(axes, 330, y - 14, f"{total / 1e9:.1f} GB", align="right")
        plots.text(axes, 472, y - 14, factor(record, name), align="right")
        stack(axes, found[name], y, WIDE * total / most, 24)
    x = 8 + WIDE * sum(found["as it is"].values()) / most
    look = {"color": style.colour("ink"), "lw": 1.2, "ls": ":", "zorder": 1}
    axes.plot([x, x], [76 + 58 * list(NAMES).index("as it is") + 24, y + 24], **look)
    words = f"B/16, training, batch of {BATCH}; sharded: one of {PROCESSES} processors"
    plots.text(axes, 8, 430, words, "muted", 12, "left")
    where = f"one thread, {kept['machine']} with {record['units']}"
    words = f"times: {STEP} pictures, {where}, not made for bfloat16"
    plots.text(axes, 8, 450, words, "muted", 12, "left")
    return figure


def draw() -> dict[str, Figure]:
    """By file name, of what there is to draw."""
    more = {"scaling-remedies": freed()} if RECORD.exists() else {}
    return {"scaling-memory": dominant()} | more
