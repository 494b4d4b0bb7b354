"""The block explorer on its page, with one in Python to compare with."""

import itertools
import re

import pytest
import torch
from playwright.sync_api import Locator, Page

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
# Puts a panel's controls to each of some settings and returns what it then states: its
# words, what is said of each control, its height, and the words on its canvases.
STATES = """(panel, [names, settings]) => {
  const find = (name) => [...panel.querySelectorAll("input, select")].find(
    (input) => input.labels[0].textContent === name);
  const controls = names.map(find);
  const before = CanvasRenderingContext2D.prototype.fillText;
  let drawn;
  CanvasRenderingContext2D.prototype.fillText = function (words, ...more) {
    drawn.push(words);
    return before.call(this, words, ...more);
  };
  const found = settings.map((values) => {
    controls.forEach((control, i) => {
      drawn = [];
      if (control.type === "checkbox") control.checked = values[i];
      else control.value = values[i];
      control.dispatchEvent(new Event("input"));
    });
    const said = controls.map((control) => control.parentElement.innerText);
    const { height } = panel.getBoundingClientRect();
    const words = panel.querySelector(".vit-facts").innerText;
    return { words, said, height, drawn: [...drawn] };
  });
  CanvasRenderingContext2D.prototype.fillText = before;
  return found;
}"""


class Explorer:
    """The block explorer of an open page, beside one in Python."""

    def __init__(self, page: Page):
        self.page = page
        self.panel = page.locator(".vit-widget[data-widget=encoder]").first
        self.path = self.panel.locator("canvas.vit-path")
        self.tokens = self.panel.locator("canvas.vit-tokens")
        self.twin = BlockExplorer()

    def control(self, name: str) -> Locator:
        """A control, by its label."""
        return self.panel.get_by_label(name, exact=True)

    def states(self, settings: list[dict]) -> list[dict]:
        """What the panel states in each of these settings of all traits."""
        values = [[each[trait] for trait in CONTROLS] for each in settings]
        names = [*CONTROLS.values()]
        return self.panel.locator(".vit-panel").evaluate(STATES, [names, values])

    def choose(self, **traits: object) -> dict:
        """Other settings, here and in Python; what the panel then states."""
        for name, value in traits.items():
            setattr(self.twin, name, value)
        (found,) = self.states([{n: getattr(self.twin, n) for n in CONTROLS}])
        return found


def settings(picture: str, layer: int) -> list[dict]:
    """All steps of a block with its branches on and off, in pre-norm and post-norm."""
    chosen = itertools.product(STEPS, (True, False), (True, False), range(7))
    return [
        dict(zip(CONTROLS, (picture, layer, *values), strict=True)) for values in chosen
    ]


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
    first, *others = found["words"].split("\n")
    said = [float(n.replace("−", "-")) for n in NUMBER.findall(" ".join(others))]
    assert said == pytest.approx(facts(twin, stages), abs=0.0051), found
    name = STEPS[twin.norm][twin.step]
    off = twin.title().endswith("off")
    assert ("is off: it adds 0" in first) == off
    assert name != "MLP" or off or "48 numbers to 96" in first
    identity = twin.norm == "pre-norm" and not twin.attention and not twin.mlp
    assert ("identity" in found["words"]) == identity
    assert found["said"][-1].split("\n")[-1] == f"{twin.step}: {name}"
    assert found["said"][1].split("\n")[-1] == f"{twin.layer} of 4"
    for on, words in zip((twin.attention, twin.mlp), found["said"][3:5], strict=True):
        assert words.split("\n")[-1] == ("on" if on else "off")
    check_table(Moments.of(stages[twin.step]), twin.title(), found["drawn"])


def check_table(moments: Moments, title: str, drawn: list[str]) -> None:
    """Beside each token stand its mean and its variance."""
    words = drawn[drawn.index(f"{title} (17 × 48)") :]
    rows = words[words.index("variance") + 1 :][: 3 * 17]
    assert rows[::3] == [str(token) for token in range(17)]
    for column, wanted in zip((rows[1::3], rows[2::3]), moments, strict=True):
        numbers = [float(number.replace("−", "-")) for number in column]
        assert numbers == pytest.approx(wanted.tolist(), abs=0.0051)
