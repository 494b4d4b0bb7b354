"""The attention explorer on its page, with one in Python to compare with."""

import math
import re

from playwright.sync_api import Locator, Page

from vitlib.show.widgets import AttentionExplorer

PAGE = "notebooks/05_attention"
CUTS = [("mountains", 10), ("mountains", 20), ("photograph", 16), ("photograph", 32)]
NUMBER = re.compile(r"[−+]?\d[\d,]*(?:\.\d+)?")
CHOICES = {
    "Picture": "picture",
    "Patch size P": "patch_size",
    "Projections": "projections",
    "Divide by": "divide_by",
}
# Puts controls to values one after the other, [label, value] each, and gives what the
# panel says after each: what the control says, its facts, and how high the panel is.
PUT = """(panel, steps) => steps.map(([name, value]) => {
  const labels = [...panel.querySelectorAll("label")];
  const { control } = labels.find((label) => label.textContent === name);
  control.value = value;
  control.dispatchEvent(new Event("input"));
  const facts = [...panel.querySelectorAll(".vit-facts span")];
  return [
    control.getAttribute("aria-valuetext"),
    facts.map((line) => line.textContent),
    panel.getBoundingClientRect().height,
  ];
})"""


class Asked:
    """The first attention explorer of an open page, beside one in Python."""

    def __init__(self, page: Page):
        self.page = page
        self.panel = page.locator(".vit-widget[data-widget=attention]").first
        self.picture, self.scores, self.weights, self.mean, self.row = (
            self.panel.locator("canvas").all()
        )
        self.twin = AttentionExplorer()

    def control(self, name: str) -> Locator:
        """A slider or a choice, by its label."""
        return self.panel.get_by_label(name, exact=True)

    def put(self, *steps: tuple[str, object]) -> list:
        """Put controls to values, and hear what the panel says after each."""
        return self.panel.evaluate(PUT, [[name, str(value)] for name, value in steps])

    def settle(self, **traits: object) -> None:
        """Put controls to the values of traits, here and in Python."""
        steps = [(n, traits[trait]) for n, trait in CHOICES.items() if trait in traits]
        if "head_dim" in traits:
            steps.append(("Head dimension d", int(math.log2(traits["head_dim"]))))
        if "query" in traits:
            steps.append(("Query", traits["query"]))
        self.put(*steps)
        for trait, value in traits.items():
            setattr(self.twin, trait, value)

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
