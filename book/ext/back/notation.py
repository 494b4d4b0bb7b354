"""The key to the colours, made from those in which the book is drawn."""

from pathlib import Path

import yaml
from matplotlib import colormaps
from matplotlib.colors import to_hex

from vitlib.show import style

from .contents import ROOT

FILE = "book/colours.yml"
STEPS = 9  # of a scale's sample


def known(root: Path = ROOT) -> dict[str, dict]:
    """What colours and scales mean, by their names in ``vitlib.show.style``."""
    return yaml.safe_load((root / FILE).read_text("utf-8"))


def swatch(colour: str, paper: str) -> str:
    """A sample of a colour on the page's colour, which a reader may not see as such."""
    sample = f'<i style="background:{colour}"></i>'
    return f'<span class="swatch" style="background:{paper}">{sample}</span>'


def colours(root: Path = ROOT) -> str:
    """The table of roles: their samples, names and shades, and their other signs."""
    papers = style.COLOURS["paper"]
    lines = [
        "| light | dark | role | what it is | known besides by |",
        "|---" * 5 + "|",
    ]
    for role, said in known(root)["roles"].items():
        shades = [
            f"{swatch(shade, paper)} {shade}"
            for shade, paper in zip(style.COLOURS[role], papers, strict=True)
        ]
        lines.append(
            f"| {shades[0]} | {shades[1]} | `{role}` | {said['means']} "
            f"| {said['sign']} |"
        )
    return "\n".join(lines)


def scales(root: Path = ROOT) -> str:
    """The table of scales, each drawn from its lowest to its highest number."""
    lines = ["| scale | what is drawn | how to read it |", "|---|---|---|"]
    for name, said in known(root)["scales"].items():
        scale = colormaps[getattr(style, name)]
        shades = ",".join(to_hex(scale(i / (STEPS - 1))) for i in range(STEPS))
        gradient = f"linear-gradient(90deg,{shades})"
        sample = f'<span class="scale" style="background:{gradient}"></span>'
        lines.append(f"| {sample} | {said['means']} | {said['reads']} |")
    return "\n".join(lines)
