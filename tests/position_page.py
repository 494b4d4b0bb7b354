"""The clock hands on their page, beside a widget in Python to compare with."""

import math
import re
from typing import ClassVar

from playwright.sync_api import Page

from tests.widget_page import Shown
from vitlib.show.widgets import ClockHands

PAGE = "notebooks/04_position"
NUMBER = re.compile(r"−?\d[\d,]*(?:\.\d+)?")


class Hands(Shown):
    """The first clock hands of an open page, beside some in Python."""

    where, widget = PAGE, ClockHands
    traits: ClassVar = {"Kind of position": "kind", "Place": "place", "Pair": "pair"}

    def __init__(self, page: Page):
        super().__init__(page)
        self.scene = self.panel.locator("canvas.vit-scene")
        self.table = self.panel.locator("canvas.vit-table")


def said(facts: str) -> list[float]:
    """The numbers that the panel's facts state, in order."""
    found = (number.strip(",").replace(",", "") for number in NUMBER.findall(facts))
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
