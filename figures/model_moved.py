"""Draw the figure of chapter 9 about how far wrong choices move logits, as recorded."""

import json
import math
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vitlib.show import plots, style

RECORD = Path(__file__).parents[1] / "bench" / "checkpoints.json"
GROUPS = {  # what was moved, by how much it matters, and what the figure calls it
    "rounding": {
        "vitlib": "vitlib",
        "timm": "timm",
        "torchvision": "torchvision",
        "huggingface-modules": "Hugging Face, eps 1e-6",
    },
    "visible": {
        "eps 1e-12": "eps 1e-12, not 1e-6",
        "GELU by tanh": "GELU by tanh",
        "eps 1e-5": "eps 1e-5, not 1e-6",
        "bfloat16": "bfloat16",
    },
    "another model": {
        "scale 1/√D": "scores times 1/√D",
        "class position last": "class position last",
        "pixels (p p c)": "pixels as (p p c)",
        "qkv as (h d qkv)": "qkv as (h d qkv)",
        "qkv as (h qkv d)": "qkv as (h qkv d)",
    },
}
TITLES = {
    "rounding": "harmless: the right weights in float32",
    "visible": "visible: one small thing otherwise",
    "another model": "another model: one thing mistaken",
}
LEFT, DECADE, LEAST = 180, 34, -7  # where the least power of ten lies; to the next one


def across(amount: float) -> float:
    """Where an amount stands."""
    return LEFT + (math.log10(amount) - LEAST) * DECADE


def power(exponent: int) -> str:
    """A power of ten in few letters."""
    if exponent > -3:
        return f"{10.0**exponent:g}"
    return "10" + "".join("⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".index(c)] for c in f"{exponent}")


def short(amount: float) -> str:
    """An amount with two digits."""
    return f"{amount:.1e}".replace("e-0", "e−") if amount < 1e-3 else f"{amount:.2g}"


def group(axes: Axes, name: str, found: dict[str, float], top: float) -> float:
    """A title, and below it a dot for each choice; where the next group begins."""
    plots.text(axes, 8, top, TITLES[name], align="left", weight="bold")
    for i, (choice, words) in enumerate(GROUPS[name].items()):
        y, x = top + 24 + 22 * i, across(found[choice])
        plots.text(axes, 8, y, words, align="left")
        axes.plot([x], [y], "o", color=style.colour("ink"), ms=8, zorder=3)
        beside = {"bbox": {"fc": style.colour("paper"), "lw": 0, "pad": 1}}
        shift, align = (11, "left") if not 0.01 < found[choice] < 1 else (-11, "right")
        words = short(found[choice])
        plots.text(axes, x + shift, y, words, "ink", 12, align, **beside)
    return top + 24 + 22 * len(GROUPS[name]) + 14


def moved() -> Figure:
    """For each choice, how far it moves the logits, and how much these spread."""
    results = json.loads(RECORD.read_text("utf-8"))["results"]
    figure, axes = plots.canvas(500)
    y = 46
    for name in GROUPS:
        y = group(axes, name, results["moved"], y)
    for exponent in range(LEAST, 1):
        x = across(10.0**exponent)
        look = {"color": style.colour("rule"), "lw": 1, "zorder": 1}
        for top, rows in ((60, 4), (186, 4), (312, 5)):
            axes.plot([x, x], [top, top + 22 * rows - 2], **look)
        if exponent % 2 or not exponent:
            plots.text(axes, x, y + 4, power(exponent), "muted", 12)
    yardstick(axes, results["std"], y)
    words = "greatest difference of B/16’s 1,000 logits from float64"
    plots.text(axes, 472, y + 28, words, "muted", 12, "right")
    return figure


def yardstick(axes: Axes, std: float, bottom: float) -> None:
    """A line where a difference is as large as the logits themselves spread."""
    x, ink = across(std), {"color": style.colour("ink"), "lw": 1.5, "ls": ":"}
    axes.plot([x, x], [26, bottom - 12], zorder=1, **ink)
    words = f"the logits’ standard deviation: {std:.2f}"
    plots.text(axes, x, 14, words, size=12, align="right")


def draw() -> dict[str, Figure]:
    """By file name, if there is a record to draw."""
    return {"model-moved": moved()} if RECORD.exists() else {}
