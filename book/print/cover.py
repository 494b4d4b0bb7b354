"""The picture on the printed book's cover."""

from matplotlib.figure import Figure

from vitlib.data import mountains
from vitlib.show import plots

WIDTH, HEIGHT = 794, 560  # in pixels; an A4 page is 794 of them wide
PATCH, GAP = 170, 14  # of the picture; its last column leaves the page


def cover() -> Figure:
    """The mountains in patches, on the ground that the page gives them."""
    figure, axes = plots.canvas(HEIGHT, WIDTH)
    figure.set_facecolor("none")
    picture = mountains(3)
    for row in range(3):
        for column in range(5):
            patch = picture[:, 20 * row : 20 * row + 20, 20 * column : 20 * column + 20]
            x, y = 75 + column * (PATCH + GAP), row * (PATCH + GAP)
            plots.picture(axes, patch, x, y, PATCH / 20)
    return figure
