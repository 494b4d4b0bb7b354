"""The patch explorer on its page, with one in Python beside it to compare with."""

import re
from typing import ClassVar

from playwright.sync_api import Page

from tests.widget_page import PROBE as PROBE  # found here, too
from tests.widget_page import Shown
from tests.widget_page import check_colours as check_colours
from vitlib.show.widgets import PatchExplorer

PAGE = "notebooks/01_patches"


def middle(twin: PatchExplorer) -> tuple[float, float]:
    """The middle of the chosen patch, in pixels: row, column."""
    line, place = divmod(twin.patch - 1, twin.grid()[1])
    return (line + 0.5) * twin.patch_size, (place + 0.5) * twin.patch_size


def patch_at(twin: PatchExplorer, y: float, x: float) -> int:
    """The patch over a place in pixels, or the nearest."""
    rows, columns = twin.grid()
    row = min(int(y // twin.patch_size), rows - 1)
    return row * columns + min(int(x // twin.patch_size), columns - 1) + 1


def whole_numbers(text: str) -> list[int]:
    """The whole numbers that stand in a text, in order."""
    return [int(number) for number in re.findall(r"\d+", text.replace(",", ""))]


class Explorer(Shown):
    """The first patch explorer of an open page, beside one in Python."""

    where, widget = PAGE, PatchExplorer
    traits: ClassVar = {
        "Picture": "picture",
        "Patch size P": "patch_size",
        "Patch": "patch",
        "Number": "number",
    }

    def __init__(self, page: Page):
        super().__init__(page)
        self.whole = self.panel.locator("canvas.vit-whole")
        self.zoom = self.panel.locator(".vit-pair > canvas")
        self.strip = self.panel.locator("canvas.vit-strip")
        self.chosen = None  # the place that sizes keep to

    def put(self, label: str, value: int | str) -> None:
        """Put a control to a value, here and in Python."""
        chosen = self.chosen or middle(self.twin)
        super().put(label, value)
        self.chosen = chosen if label == "Patch size P" else None
        if self.chosen:
            self.twin.patch = patch_at(self.twin, *chosen)
