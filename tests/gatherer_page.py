"""The class token's widget on its page, with one in Python to compare with."""

import re

import pytest
from playwright.sync_api import Locator, Page

from vitlib.show.widgets import ClassTokenGatherer

PAGE = "notebooks/03_class_token"
PICTURES = list(ClassTokenGatherer().pictures)
LEFT, RIGHT = 30, 16  # beside the curve, as the widget lays it out


class Gatherer:
    """The first gatherer of an open page, beside one in Python."""

    def __init__(self, page: Page):
        self.page = page
        self.panel = page.locator(".vit-widget[data-widget=class_token]").first
        self.looks = self.panel.locator("canvas.vit-look").all()
        self.rows = self.panel.locator("canvas.vit-rows")
        self.curve = self.panel.locator("canvas.vit-apart")
        self.twin = ClassTokenGatherer()

    def control(self, name: str) -> Locator:
        """The slider, or the choice of a picture, by its label."""
        return self.panel.get_by_label(name, exact=True)

    def choose(self, picture: str, other: str) -> None:
        """Other pictures, here and in Python."""
        self.control("Picture").select_option(picture)
        self.control("Other picture").select_option(other)
        self.twin.picture, self.twin.other = picture, other

    def move(self, layer: int) -> None:
        """Put the slider to a layer, here and in Python."""
        self.control("Layer").evaluate(
            "(i, v) => { i.value = v; i.dispatchEvent(new Event('input')); }", layer
        )
        self.twin.layer = layer

    def said(self) -> list[str]:
        """The numbers that the panel states, in order, without the pictures' names."""
        text = self.panel.locator(".vit-facts").inner_text()
        text = re.sub("“.*?”", "", text)
        return re.findall(r"\d+(?:\.\d+)?", text)


def facts(twin: ClassTokenGatherer) -> list[float]:
    """The numbers that the panel should state."""
    answers = twin.answers().max(dim=1)
    says = []
    for digit, share in zip(answers.indices, answers.values, strict=True):
        says += [digit.item(), 100 * share.item()]
    if twin.layer == 0:
        return [1, 0, *says]
    apart = twin.distances().tolist()
    stated = [twin.layer, apart[twin.layer], apart[twin.layer - 1], twin.layer]
    for shares in twin.attention():
        most = int(shares.argmax())
        place = [(most - 1) // 4 + 1, (most - 1) % 4 + 1] if most else []
        stated += [*place, 100 * shares.max().item()]
    return [*stated, *says, *([4] if twin.layer < 4 else [])]


def check_words(gatherer: Gatherer) -> None:
    """The panel states what Python computes, rounded."""
    for said, fact in zip(gatherer.said(), facts(gatherer.twin), strict=True):
        half = 0.051 if "." in said else 0.501  # distances have a decimal
        assert float(said) == pytest.approx(fact, abs=half)
    apart = gatherer.twin.distances().tolist()
    label = gatherer.curve.get_attribute("aria-label")
    stated = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", label)]
    assert stated == pytest.approx(apart, abs=0.051)
    layer = gatherer.twin.layer
    words = f"after {layer} of 4" if layer else "0: before layer 1"
    assert gatherer.control("Layer").get_attribute("aria-valuetext") == words
