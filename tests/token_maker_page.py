"""The token maker on its page, with one in Python to compare with."""

from typing import ClassVar

from playwright.sync_api import Locator, Page

from tests.widget_page import Shown
from vitlib.show.widgets import TokenMaker

PAGE = "notebooks/02_tokens"


class Maker(Shown):
    """The token maker of an open page, drawn, beside one in Python."""

    where, widget = PAGE, TokenMaker
    traits: ClassVar = {
        "Weights": "weights",
        "Token width D": "width",
        "Patch": "patch",
    }

    def __init__(self, page: Page):
        super().__init__(page)
        self.panel.scroll_into_view_if_needed()
        self.panel.locator(".vit-filter").first.wait_for()

    def canvas(self, name: str) -> Locator:
        """A canvas, by how its label begins."""
        return self.panel.locator(f"canvas[aria-label^='{name}']").first
