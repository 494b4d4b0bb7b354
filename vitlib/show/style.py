"""The book's colours and lettering, for figures, sliders and pages alike.

A colour stands here once, in a light and a dark shade. Figures are drawn in the light
shades; in the SVG each becomes a CSS variable, which the page, or the system's
preference where there is no page, sets to light or dark.
"""

import io
import re
from html import escape

from matplotlib.figure import Figure

COLOURS = {  # role: (on a light page, on a dark page)
    "paper": ("#ffffff", "#16131d"),
    "panel": ("#f6f4fa", "#211c2c"),
    "rule": ("#d8d3e2", "#453d56"),
    "muted": ("#645d73", "#a9a2b8"),
    "ink": ("#211b30", "#ebe7f3"),
    "patch": ("#6a51a3", "#b3a2e0"),
    "patch-soft": ("#e4dff0", "#3a3056"),
    "class-token": ("#e69f00", "#ffc04d"),
    "position": ("#cc79a7", "#e6a8c8"),
    "query": ("#0072b2", "#5bb5e8"),
    "key": ("#d55e00", "#ff9d5c"),
    "value": ("#009e73", "#4fd1ac"),
    "stream": ("#77717f", "#8d8798"),
}
MOUNTAINS = "Purples_r"  # one-channel pictures: 0 dark purple, 1 almost white
WEIGHTS = "Greys"  # attention weights: 0 white, more is darker
SIMILARITY = "RdPu"  # of positions: the darker, the more alike
SIGNED = "RdBu_r"  # signed numbers, always centred at zero
WIDTH = 480  # of a figure, in pixels at 100 %

SETTINGS = {
    "svg.fonttype": "none",
    "svg.hashsalt": "vitlib",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 13,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
}
FONT = "var(--vit-font, system-ui, sans-serif)"
DARK_PAGES = (  # how pages, JupyterLab, VS Code and Colab say that they are dark
    "html[data-theme=dark]",
    "body[data-jp-theme-light=false]",
    "body.vscode-dark",
    "html[theme=dark]",
)


def colour(role: str) -> str:
    """The light shade of a role, to draw with; ``KeyError`` names an unknown role."""
    return COLOURS[role][0]


def variables(shade: int, roles: tuple[str, ...] = tuple(COLOURS)) -> str:
    """CSS declarations of the roles' light (0) or dark (1) shades."""
    return "".join(f"--vit-{role}:{COLOURS[role][shade]};" for role in roles)


def css() -> str:
    """Style sheet that sets the variables on light and dark pages."""
    return f":root{{{variables(0)}}}\n{','.join(DARK_PAGES)}{{{variables(1)}}}\n"


def svg(figure: Figure, label: str = "") -> str:
    """A figure as SVG text, the same bytes each time, in colours that follow the page.

    Args:
        figure: drawn in the light shades of ``COLOURS``.
        label: alternative text; with it the picture stands alone, without it the page
            gives one.

    Returns:
        An ``<svg>`` element with real text and the light and dark shades that it uses.
    """
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    picture = buffer.getvalue()
    picture = picture[picture.index("<svg") :].replace(' version="1.1"', "", 1)
    picture = re.sub(r"\s*<metadata>.*?</metadata>", "", picture, flags=re.DOTALL)
    picture = picture.replace("'DejaVu Sans', sans-serif", FONT)
    picture = rounded(without_idle_ids(picture))
    used = tuple(role for role in COLOURS if colour(role) in picture)
    for role in used:
        picture = picture.replace(colour(role), f"var(--vit-{role}, {colour(role)})")
    named = f' role="img" aria-label="{escape(label)}"' if label else ""
    dark = f"@media (prefers-color-scheme:dark){{:root{{{variables(1, used)}}}}}"
    return picture.replace(">", f"{named}>\n <style>{dark}</style>", 1)


def without_idle_ids(picture: str) -> str:
    """An SVG without the ids that nothing in it refers to; Matplotlib repeats some."""
    used = set(re.findall(r'(?:url\(|href=")#([^)"]+)', picture))
    return re.sub(r' id="([^"]+)"', lambda id: id[0] if id[1] in used else "", picture)


def rounded(picture: str) -> str:
    """An SVG whose coordinates end at a hundredth of a pixel, and turns that turn.

    What lies beyond is not seen, and a result's last digits differ from one kind of
    processor to the next.
    """

    def shorter(attribute: re.Match) -> str:
        return re.sub(r"\d+\.\d{3,}", lambda n: f"{float(n[0]):.2f}", attribute[0])

    picture = re.sub(r' transform="rotate\(-?0 [^"]*"', "", picture)
    return re.sub(r' (?:d|x|y|transform)="(?!\w*scale|matrix)[^"]*"', shorter, picture)


def png(figure: Figure) -> tuple[bytes, dict]:
    """A figure as PNG in its light shades, and the width at which to show it."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=144, metadata={"Software": None})
    return buffer.getvalue(), {"width": round(figure.get_figwidth() * 72)}


def use() -> None:
    """Show the notebook's figures in the book's style.

    As SVG, and as PNG for viewers that show no SVG of a notebook not yet trusted.
    """
    from IPython import get_ipython

    formatters = get_ipython().display_formatter.formatters
    formatters["image/svg+xml"].for_type(Figure, svg)
    formatters["image/png"].for_type(Figure, png)
