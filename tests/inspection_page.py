"""The reader of digits on its page, with one in Python to compare with."""

from typing import ClassVar

import pytest
from playwright.sync_api import Page

from tests.widget_page import READ, REMEMBER, Shown
from vitlib.show.widgets import DigitReader
from vitlib.show.widgets.inspection import LOOKS

PAGE = "notebooks/11_inspection"
# The levels of ink that the cells say, and the words on the canvases.
READ_DRAWING = f"""(panel) => ({{
  ...({READ})(panel),
  levels: [...panel.querySelectorAll("[role=gridcell]")].map(({{ ariaLabel }}) =>
    Number(ariaLabel.match(/: (\\d+) of 16/)[1])),
  drawn: [...panel.querySelectorAll("canvas")].map(({{ words }}) => words ?? []),
}})"""
# A three, (x, y) in cells, as a pen goes.
THREE = [(1.7, 0.8), (4, 0.4), (5.8, 1.6), (5.2, 3.2), (3.4, 3.7)]
THREE += [(5.6, 4.3), (6.3, 5.8), (5, 7.3), (2.8, 7.6), (1.5, 6.9)]
FORWARDS = "performance.getEntriesByName('vit forward').length"


class Drawer(Shown):
    """The first reader of digits on an open page, beside one in Python."""

    where, widget = PAGE, DigitReader
    traits: ClassVar = {"Picture": "picture", "Layer": "layer", "Attention": "look"}

    def __init__(self, page: Page):
        super().__init__(page)
        self.surface = self.panel.get_by_role("grid")
        page.evaluate(REMEMBER)

    def press(self, name: str) -> None:
        """Press a button, by its label."""
        self.panel.get_by_role("button", name=name, exact=True).click()

    def found(self) -> dict:
        """What the panel shows to read now."""
        return self.panel.locator(".vit-panel").evaluate(READ_DRAWING)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A place on the drawing, in cells, as one on the screen."""
        self.surface.scroll_into_view_if_needed()
        box = self.surface.bounding_box()
        return box["x"] + x / 8 * box["width"], box["y"] + y / 8 * box["height"]

    def drag(self, *places: tuple[float, float]) -> None:
        """Go from place to place with the mouse's button down."""
        self.page.mouse.move(*self.at(*places[0]))
        self.page.mouse.down()
        for place in places[1:]:
            self.page.mouse.move(*self.at(*place), steps=4)
        self.page.mouse.up()

    def check(self) -> list[int]:
        """The panel states what Python computes of the drawing; its levels."""
        found = self.found()
        self.twin.pixels = found["levels"]
        twin = self.twin
        assert found["facts"].split("\n") == twin.verdict()[1]
        bars = found["drawn"][0]
        percents = [float(word[:-1]) for word in bars if word.endswith("%")]
        wanted = (100 * twin.probabilities()).tolist()
        assert percents == pytest.approx(wanted, abs=0.51)
        shares = 100 * twin.attention()[twin.layer - 1, LOOKS.index(twin.look)]
        stated = [float(word) for word in found["drawn"][1] if word.isdigit()]
        assert stated == pytest.approx(shares[[*range(1, 17), 0]].tolist(), abs=0.51)
        return found["levels"]
