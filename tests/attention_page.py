"""The attention explorer on its page, with one in Python to compare with."""

import math
import re
from typing import ClassVar

from playwright.sync_api import Page

from tests.widget_page import Shown
from vitlib.show.widgets import AttentionExplorer
from vitlib.show.widgets.attention import HEADS

PAGE = "notebooks/05_attention"
CUTS = [("mountains", 10), ("mountains", 20), ("photograph", 16), ("photograph", 32)]
NUMBER = re.compile(r"[−+]?\d[\d,]*(?:\.\d+)?")
HEAD = "Numbers in a query, d"
# What the panel says of itself, read line by line.
LINES = """(panel, slider) => [
  slider.getAttribute("aria-valuetext"),
  [...panel.querySelectorAll(".vit-facts span")].map((line) => line.textContent),
]"""


class Asked(Shown):
    """The first attention explorer of an open page, beside one in Python."""

    where, widget = PAGE, AttentionExplorer
    traits: ClassVar = {
        "Picture": "picture",
        "Patch size P": "patch_size",
        "Projections": "projections",
        "Divide by": "divide_by",
        HEAD: "head_dim",
        "Query": "query",
    }

    def __init__(self, page: Page):
        super().__init__(page)
        self.picture, self.scores, self.weights, self.mean, self.row = (
            self.panel.locator("canvas").all()
        )

    def place(self, label: str, value: int | str) -> int | str:
        """The slider of the head's dimension goes by powers of two."""
        return HEADS.index(value) if label == HEAD else value

    def query(self) -> int:
        """The query that the panel stands at."""
        return int(self.control("Query").input_value())

    def step(self) -> float:
        """A patch's side on the canvas, in CSS pixels."""
        _, height, width = self.twin.image().shape
        scale = min(self.picture.bounding_box()["width"] / width, 220 / height)
        return self.twin.patch_size * scale


def said(lines: list[str]) -> list[str]:
    """The numbers that stand in the panel's facts, in order."""
    found = NUMBER.findall(" ".join(lines))
    return [number.strip(",").replace(",", "").replace("−", "-") for number in found]


def stated(twin: AttentionExplorer) -> list[float]:
    """What the panel should state."""
    channels, size = len(twin.image()), twin.patch_size
    scores = twin.scores()
    low, high, by = scores.min().item(), scores.max().item(), twin.divisor()
    count, width = len(scores), channels * size**2
    divided = [twin.head_dim if twin.divide_by == "head" else width, by]
    divided += [low / by, high / by]
    entropy = twin.entropy()
    found = [count, channels, size, width, twin.head_dim, low, high]
    found += [] if twin.divide_by == "nothing" else divided
    found += [entropy, count, math.log(count), math.exp(entropy)]
    return [*found, *about_largest(twin)]


def about_largest(twin: AttentionExplorer) -> list[float]:
    """The largest weight in percent, whose it is, and how many others have it."""
    places, (_, weights) = twin.largest(), twin.attention()
    patch = twin.query if twin.query in places else places[0]
    row, column = divmod(patch - 1, twin.grid()[1])
    percent = min(100 * weights.max().item(), 99.9)  # "more than 99.9%"
    others = len(places) - 1
    return [percent, patch, row + 1, column + 1, *([others] if others else [])]


def check_words(lines: list[str], twin: AttentionExplorer) -> None:
    """The panel states what Python computes, rounded as it is written."""
    found, wanted = said(lines), stated(twin)
    assert len(found) == len(wanted), (lines, wanted)
    for words, number in zip(found, wanted, strict=True):
        decimals = len(words.partition(".")[2])
        assert abs(float(words) - number) <= 0.501 * 10**-decimals, (lines, wanted)
    patch = int(re.search(r"patch (\d+)", lines[-1])[1])
    assert ("the query itself" in lines[-1]) == (patch == twin.query)
