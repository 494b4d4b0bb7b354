"""The class token's widget on its page, with one in Python to compare with."""

import re
from typing import ClassVar

import pytest
from playwright.sync_api import Page

from tests.widget_page import Shown
from vitlib.show.widgets import ClassTokenGatherer

PAGE = "notebooks/03_class_token"
PICTURES = list(ClassTokenGatherer().pictures)
LEFT, RIGHT = 30, 16  # beside the curve, as the widget lays it out


class Gatherer(Shown):
    """The first gatherer of an open page, beside one in Python."""

    where, widget = PAGE, ClassTokenGatherer
    traits: ClassVar = {
        "Picture": "picture",
        "Other picture": "other",
        "Layer": "layer",
    }

    def __init__(self, page: Page):
        super().__init__(page)
        self.looks = self.panel.locator("canvas.vit-look").all()
        self.rows = self.panel.locator("canvas.vit-rows")
        self.curve = self.panel.locator("canvas.vit-apart")

    def choose(self, picture: str, other: str) -> None:
        """Other pictures, here and in Python."""
        self.put("Picture", picture)
        self.put("Other picture", other)


def stated(text: str) -> list[str]:
    """The numbers that a text states, in order, without the pictures' names."""
    return re.findall(r"\d+(?:\.\d+)?", re.sub("“.*?”", "", text))


def facts(twin: ClassTokenGatherer) -> list[float]:
    """The numbers that the panel should state."""
    answers = twin.answers().max(dim=1)
    says = []
    for digit, share in zip(answers.indices, answers.values, strict=True):
        says += [digit.item(), 100 * share.item()]
    if twin.layer == 0:
        return [1, 0, *says]
    apart = twin.distances().tolist()
    found = [twin.layer, apart[twin.layer], apart[twin.layer - 1], twin.layer]
    for shares in twin.attention():
        most = int(shares.argmax())
        place = [(most - 1) // 4 + 1, (most - 1) % 4 + 1] if most else []
        found += [*place, 100 * shares.max().item()]
    return [*found, *says, *([4] if twin.layer < 4 else [])]


def check_words(twin: ClassTokenGatherer, read: dict) -> None:
    """A panel as it was read states what Python computes, rounded."""
    for said, fact in zip(stated(read["facts"]), facts(twin), strict=True):
        half = 0.051 if "." in said else 0.501  # distances have a decimal
        assert float(said) == pytest.approx(fact, abs=half)
    curve = [float(number) for number in stated(read["labels"][-1])]
    assert curve == pytest.approx(twin.distances().tolist(), abs=0.051)
    layer = twin.layer
    words = f"after {layer} of 4" if layer else "0: before layer 1"
    assert read["said"]["Layer"] == words
