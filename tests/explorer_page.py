"""The patch explorer on its page, with one in Python beside it to compare with."""

import re

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


def same_place(twin: PatchExplorer, size: int) -> int:
    """The patch of another size over the middle of the chosen one, or the nearest."""
    old, (_, height, width) = twin.patch_size, twin.image().shape
    line, place = divmod(twin.patch - 1, width // old)
    y, x = (line + 0.5) * old, (place + 0.5) * old  # the middle, in pixels
    row = min(int(y // size), height // size - 1)
    return row * (width // size) + min(int(x // size), width // size - 1) + 1


class Explorer:
    """The first patch explorer of an open page, beside one in Python."""

    def __init__(self, page: Page):
        self.page = page
        self.panel = page.locator(".vit-widget[data-widget=patches]").first
        self.whole = self.panel.locator("canvas.vit-whole")
        self.zoom = self.panel.locator(".vit-pair > canvas")
        self.strip = self.panel.locator("canvas.vit-strip")
        self.twin = PatchExplorer()

    def control(self, name: str) -> Locator:
        """A slider, or the choice of pictures, by its label."""
        return self.panel.get_by_label(name, exact=True)

    def choose(self, picture: str) -> None:
        """Another picture, here and in Python."""
        self.control("Picture").select_option(picture)
        self.twin.picture = picture

    def move(self, name: str, trait: str, value: int) -> None:
        """Put a slider to a value, here and in Python."""
        slider = self.control(name)
        slider.evaluate(
            "(i, v) => { i.value = v; i.dispatchEvent(new Event('input')); }", value
        )
        patch = same_place(self.twin, value) if trait == "patch_size" else None
        setattr(self.twin, trait, value)
        self.twin.patch = patch or self.twin.patch

    def numbers(self, place: str) -> list[int]:
        """The whole numbers that stand in a part of the panel, in order."""
        text = self.panel.locator(place).inner_text().replace(",", "")
        return [int(number) for number in re.findall(r"\d+", text)]
