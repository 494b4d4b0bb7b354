"""Draw the figure of chapter 10 that shows mountains and their hour."""

from matplotlib.figure import Figure

from vitlib.data import scenes
from vitlib.show import plots

SHOWN = (73, 59, 12, 33, 9, 58, 53, 30)  # of the scenes to learn from
PIXEL = 2.75


def clock(hour: float) -> str:
    """17.5 as "17:30"."""
    whole, minutes = divmod(round(60 * hour), 60)
    return f"{whole}:{minutes:02}"


def views() -> Figure:
    """Eight scenes between 17:00 and 21:00, in the order of their hours."""
    images, hours = scenes("train")
    figure, axes = plots.canvas(192)
    for place, number in enumerate(SHOWN):
        row, column = divmod(place, 4)
        x, y = 8 + column * 118, 4 + row * 96
        plots.picture(axes, images[number], x, y, PIXEL)
        plots.text(
            axes, x + 20 * PIXEL, y + 24 * PIXEL + 12, clock(hours[number].item())
        )
    return figure


def draw() -> dict[str, Figure]:
    """The chapter's figures by file name."""
    return {"training-scenes": views()}
