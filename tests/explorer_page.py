"""The patch explorer on its page, with one in Python beside it to compare with."""

import re

import torch
from matplotlib import colormaps
from playwright.sync_api import Locator, Page

from vitlib.show.widgets import PatchExplorer

PAGE = "notebooks/01_patches"
# Colours of a canvas at places given in CSS pixels, (red, green, blue) each.
PROBE = """(canvas, places) => {
  const ratio = canvas.width / canvas.clientWidth;
  const copy = new OffscreenCanvas(canvas.width, canvas.height);
  const context = copy.getContext("2d", { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  return places.map(([x, y]) =>
    [...context.getImageData(Math.floor(x * ratio), Math.floor(y * ratio), 1, 1).data]);
}"""


def check_colours(
    canvas: Locator, places: torch.Tensor, shares: torch.Tensor, name: str
) -> None:
    """The canvas has the colours of these shares of a scale at these places (n, 2)."""
    found = torch.tensor(canvas.evaluate(PROBE, places.tolist()))[:, :3]
    expected = 255 * torch.tensor(colormaps[name](shares.numpy()))[:, :3]
    furthest = (found - expected).abs().max()
    assert furthest < 4  # one of matplotlib's 256 steps, and bytes


def middle(twin: PatchExplorer) -> tuple[float, float]:
    """The middle of the chosen patch, in pixels: row, column."""
    line, place = divmod(twin.patch - 1, twin.grid()[1])
    return (line + 0.5) * twin.patch_size, (place + 0.5) * twin.patch_size


def patch_at(twin: PatchExplorer, y: float, x: float) -> int:
    """The patch over a place in pixels, or the nearest."""
    rows, columns = twin.grid()
    row = min(int(y // twin.patch_size), rows - 1)
    return row * columns + min(int(x // twin.patch_size), columns - 1) + 1


class Explorer:
    """The first patch explorer of an open page, beside one in Python."""

    def __init__(self, page: Page):
        self.page = page
        self.panel = page.locator(".vit-widget[data-widget=patches]").first
        self.whole = self.panel.locator("canvas.vit-whole")
        self.zoom = self.panel.locator(".vit-pair > canvas")
        self.strip = self.panel.locator("canvas.vit-strip")
        self.twin = PatchExplorer()
        self.chosen = None  # the place that sizes keep to

    def control(self, name: str) -> Locator:
        """A slider, or the choice of pictures, by its label."""
        return self.panel.get_by_label(name, exact=True)

    def choose(self, picture: str) -> None:
        """Another picture, here and in Python."""
        self.control("Picture").select_option(picture)
        self.twin.picture = picture
        self.chosen = None

    def move(self, name: str, trait: str, value: int) -> None:
        """Put a slider to a value, here and in Python."""
        slider = self.control(name)
        slider.evaluate(
            "(i, v) => { i.value = v; i.dispatchEvent(new Event('input')); }", value
        )
        chosen = self.chosen or middle(self.twin)
        setattr(self.twin, trait, value)
        self.chosen = chosen if trait == "patch_size" else None
        if self.chosen:
            self.twin.patch = patch_at(self.twin, *chosen)

    def numbers(self, place: str) -> list[int]:
        """The whole numbers that stand in a part of the panel, in order."""
        text = self.panel.locator(place).inner_text().replace(",", "")
        return [int(number) for number in re.findall(r"\d+", text)]
