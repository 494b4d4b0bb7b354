"""The clock hands on their page, beside a widget in Python to compare with."""

import math
import re

from playwright.sync_api import Locator, Page

from vitlib.show.widgets import ClockHands

PAGE = "notebooks/04_position"
NUMBER = re.compile(r"−?\d[\d,]*(?:\.\d+)?")


class Hands:
    """The first clock hands of an open page, beside some in Python."""

    def __init__(self, page: Page):
        self.page = page
        self.panel = page.locator(".vit-widget[data-widget=position]").first
        self.scene = self.panel.locator("canvas.vit-scene")
        self.table = self.panel.locator("canvas.vit-table")
        self.twin = ClockHands()

    def control(self, name: str) -> Locator:
        """A slider, or the choice of positions, by its label."""
        return self.panel.get_by_label(name, exact=True)

    def choose(self, kind: str) -> None:
        """Another kind of positions, here and in Python."""
        self.control("Kind of position").select_option(kind)
        self.twin.kind = kind

    def move(self, name: str, value: int) -> None:
        """Put a slider to a value, here and in Python."""
        self.control(name).evaluate(
            "(i, v) => { i.value = v; i.dispatchEvent(new Event('input')); }", value
        )
        setattr(self.twin, name.lower(), value)

    def said(self) -> list[float]:
        """The numbers that the panel states, in order."""
        text = self.panel.locator(".vit-facts").inner_text()
        found = (number.strip(",").replace(",", "") for number in NUMBER.findall(text))
        return [float(number.replace("−", "-")) for number in found]


def about_hand(twin: ClockHands) -> list[float]:
    """What the panel should state of the hand, or of the two numbers."""
    numbers, hand = twin.numbers().tolist(), twin.hand()
    if hand is None:
        return [twin.pair, *numbers]
    steps = round(hand.turned / hand.step)
    around, turns = 2 * math.pi / hand.step, hand.turned / (2 * math.pi)
    return [twin.pair, hand.step, around, steps, hand.turned, turns, *numbers]


def about_likeness(twin: ClockHands) -> list[float]:
    """What the panel should state of the other positions."""
    similar, n = twin.similarity(), twin.place
    others = similar.clone()
    others[n] = -2
    best = (others > others.max() - 1e-6).nonzero().flatten().tolist()
    stated = [n, *best, others.max().item()]
    columns = twin.grid()[1]
    if n % columns + 1 < columns:
        stated += [n + 1, similar[n + 1].item()]
    if n + columns < len(similar):
        stated += [n + columns, similar[n + columns].item()]
    return stated
