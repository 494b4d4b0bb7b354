"""The heads' widget on its page, with one in Python to compare with."""

import math
import re

import pytest
import torch
from playwright.sync_api import Page

from tests.widget_page import READ, Shown
from vitlib.show.widgets import HeadsExplorer
from vitlib.show.widgets.heads_layers import COUNTS, fitting
from vitlib.show.widgets.heads_still import ASIDE, CAPTION, Maps, arranged

PAGE = "notebooks/06_heads"
MAPS_TOP = 24  # below the heading
# What the panel shows to read, of which the costs stand apart.
READ_CUT = f"""(panel) => ({{
  ...({READ})(panel),
  costs: panel.querySelector(".vit-costs").innerText,
  facts: panel.querySelector(".vit-cut").innerText,
}})"""


def numbers(text: str) -> list[float]:
    """The numbers in a text, in order."""
    found = re.findall(r"\d[\d,]*(?:\.\d+)?", text)
    return [float(number.strip(",").replace(",", "")) for number in found]


class Heads(Shown):
    """The first heads' widget of an open page, beside one in Python."""

    where, widget = PAGE, HeadsExplorer

    def __init__(self, page: Page):
        super().__init__(page)
        self.scene = self.panel.locator("canvas.vit-scene")
        self.split = self.panel.locator("canvas.vit-split")
        self.maps = self.panel.locator("canvas.vit-maps")

    @property
    def traits(self) -> dict[str, str]:
        """The traits of the controls: the trained layer looks at other pictures."""
        return {
            "Weights": "weights",
            "Picture": "digit" if self.twin.weights == "trained" else "picture",
            "Number of heads": "heads",
            "Patch size P": "patch_size",
            "Layer": "layer",
            "Query": "query",
        }

    def place(self, label: str, value: int | str) -> int | str:
        """Where a control stands for a value of its trait."""
        sizes = fitting(self.twin.pictures[self.twin.picture])
        choices = {"Number of heads": COUNTS, "Patch size P": sizes}.get(label)
        return choices.index(value) + 1 if choices else value

    def states(self, **traits: int | str) -> dict:
        """What the panel shows to read with these settings."""
        self.settle(**traits)
        return self.panel.locator(".vit-panel").evaluate(READ_CUT)

    def way(self) -> tuple[Maps, tuple[int, int], bool]:
        """How the maps lie, the patches' rows and columns, whether one is aside."""
        width = self.maps.bounding_box()["width"]
        (rows, columns), trained = self.twin.grid(), self.twin.weights == "trained"
        room = (width - 2, 330 if width > 500 else 350)
        cells = (rows, columns + trained * ASIDE)
        return arranged(self.twin.heads, *room, cells), (rows, columns), trained

    def corner(self, head: int) -> tuple[float, float]:
        """Where on the canvas a head's map begins."""
        way = self.way()[0]
        line, place = divmod(head, way.columns)
        return 1 + place * way.across, MAPS_TOP + CAPTION + line * way.down


@torch.no_grad()
def entropies(twin: HeadsExplorer) -> torch.Tensor:
    """Of every query and head, (N, h), from the layer's whole table of weights."""
    _, weights = twin.attention_layer().forward_with_weights(twin.tokens()[None])
    return torch.special.entr(weights[0]).sum(dim=2).T


def check_entropies(panel: dict, wanted: torch.Tensor, tokens: int) -> None:
    """The panel states these entropies (h,), their range, and the most that can be."""
    stated = numbers(panel["labels"][-1].partition("entropies")[2])
    assert stated == pytest.approx(wanted.tolist(), abs=0.0051)
    facts = panel["facts"].replace("\xa0", " ")
    low, *high = numbers(re.search(r": ([\d. to]+) nats", facts)[1])
    assert low == pytest.approx(wanted.min().item(), abs=0.0051)
    assert [*high, low][0] == pytest.approx(wanted.max().item(), abs=0.0051)
    assert f"ln {tokens} = {math.log(tokens):.2f}" in facts


def check_costs(panel: dict, twin: HeadsExplorer) -> None:
    """The panel states the counts, and where the controls stand."""
    parameters, weights = twin.counts()
    assert numbers(panel["costs"])[-1] == weights
    assert f"= {parameters:,}, however many heads" in panel["costs"]
    place = COUNTS.index(twin.heads) + 1
    assert panel["said"]["Number of heads"] == f"{twin.heads} ({place} of 7)"
    plural = "s" * (twin.heads > 1)
    assert f"{twin.heads} head{plural} of {48 // twin.heads} feature" in panel["facts"]


def check_answer(panel: dict, twin: HeadsExplorer) -> None:
    """The panel states what the trained model so cut answers, and how often rightly."""
    digit, share = twin.answer()
    facts = panel["facts"]
    said, percent = re.search(
        r"model says (\d) \((?:\w+ than )?([\d.]+)%\)", facts
    ).groups()
    assert int(said) == digit
    assert float(percent) == pytest.approx(100 * share, abs=0.51)
    assert f"reads {twin.right[str(twin.heads)]} of 450 test digits rightly" in facts
    assert ("never cut so" in facts) == (twin.heads != 4)
