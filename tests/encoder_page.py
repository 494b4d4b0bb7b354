"""The block explorer on its page, with one in Python to compare with."""

import itertools
import re
from typing import ClassVar

import pytest
import torch
from playwright.sync_api import Page

from tests.widget_page import READ, REMEMBER, Shown
from vitlib.show.widgets import BlockExplorer
from vitlib.show.widgets.encoder import STEPS, Moments

PAGE = "notebooks/07_encoder"
CONTROLS = {
    "picture": "Picture",
    "layer": "Layer",
    "norm": "Norms",
    "attention": "Attention",
    "mlp": "MLP",
    "step": "Step",
}
NUMBER = re.compile(r"−?\d+(?:\.\d+)?")
# What a panel shows to read, and the words on its canvases.
READ_WORDS = f"""(panel) => ({{
  ...({READ})(panel),
  switched: Object.fromEntries([...panel.querySelectorAll("input[type=checkbox]")].map(
    ({{ labels, parentElement }}) =>
      [labels[0].textContent, parentElement.querySelector("output").textContent])),
  drawn: [...panel.querySelectorAll("canvas")].flatMap(({{ words }}) => words ?? []),
}})"""


class Explorer(Shown):
    """The first block explorer of an open page, beside one in Python."""

    where, widget = PAGE, BlockExplorer
    traits: ClassVar = {label: trait for trait, label in CONTROLS.items()}

    def __init__(self, page: Page):
        super().__init__(page)
        self.path = self.panel.locator("canvas.vit-path")
        self.tokens = self.panel.locator("canvas.vit-tokens")
        page.evaluate(REMEMBER)

    def steps(self, **traits: int | str) -> list[tuple[int, dict]]:
        """Each step with these settings, and what the panel states there."""
        self.settle(**traits)
        return self.walk("Step", READ_WORDS)


def settings() -> list[dict]:
    """Pre-norm and post-norm, with branches on and off."""
    chosen = itertools.product(STEPS, (True, False), (True, False))
    return [dict(zip(("norm", "attention", "mlp"), c, strict=True)) for c in chosen]


def facts(twin: BlockExplorer, stages: list[torch.Tensor]) -> list[float]:
    """The numbers that the panel should state, but those of the model's sizes."""
    means, variances = Moments.of(stages[twin.step])
    stated = [means.min(), means.max(), variances.min(), variances.max()]
    if STEPS[twin.norm][twin.step] == "norm":
        stated += [0, 0, 1, 1]
    change = (stages[-1] - stages[0]).abs().max()
    return [float(number) for number in [*stated, change]]


def check_state(twin: BlockExplorer, found: dict) -> None:
    """The panel states what Python computes, rounded to two places."""
    stages = twin.stages()
    first, *others = found["facts"].split("\n")
    said = [float(n.replace("−", "-")) for n in NUMBER.findall(" ".join(others))]
    assert said == pytest.approx(facts(twin, stages), abs=0.0051), found
    name = STEPS[twin.norm][twin.step]
    off = twin.title().endswith("off")
    assert ("is off: it adds 0" in first) == off
    assert name != "MLP" or off or "48 numbers to 96" in first
    identity = twin.norm == "pre-norm" and not twin.attention and not twin.mlp
    assert ("identity" in found["facts"]) == identity
    assert found["said"]["Step"] == f"{twin.step}: {name}"
    assert found["said"]["Layer"] == f"{twin.layer} of 4"
    for label, on in (("Attention", twin.attention), ("MLP", twin.mlp)):
        assert found["switched"][label] == ("on" if on else "off")
    check_table(Moments.of(stages[twin.step]), twin.title(), found["drawn"])


def check_table(moments: Moments, title: str, drawn: list[str]) -> None:
    """Beside each token stand its mean and its variance."""
    words = drawn[drawn.index(f"{title} (17 × 48)") :]
    rows = words[words.index("variance") + 1 :][: 3 * 17]
    assert rows[::3] == [str(token) for token in range(17)]
    for column, wanted in zip((rows[1::3], rows[2::3]), moments, strict=True):
        numbers = [float(number.replace("−", "-")) for number in column]
        assert numbers == pytest.approx(wanted.tolist(), abs=0.0051)
