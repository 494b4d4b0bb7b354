"""The inspector on its page, with one in Python to compare with."""

from typing import ClassVar

from playwright.sync_api import Page

from tests.widget_page import READ, REMEMBER, Shown
from vitlib import cost
from vitlib.show.widgets import CostInspector
from vitlib.show.widgets.cost_words import PARTS, brief, part_of, size_in_bytes

PAGE = "notebooks/09_model"
CONTROLS = {
    "preset": "Preset",
    "num_classes": "Classes K",
    "batch": "Batch size",
    "image_height": "Image height",
    "image_width": "Image width",
    "in_chans": "Channels",
    "patch_size": "Patch size",
    "embed_dim": "Width D",
    "num_heads": "Heads h",
    "mlp_ratio": "MLP ratio",
    "depth": "Depth L",
}
# What a panel shows to read: facts, both tables, marked fields, words on the map.
READ_ALL = f"""(panel) => ({{
  ...({READ})(panel),
  tables: [...panel.querySelectorAll("table")].map((table) =>
    [...table.querySelectorAll("tbody tr")].map((row) =>
      [row.querySelector("th").textContent,
        ...[...row.querySelectorAll("td")].map((cell) =>
          cell.querySelector(".vit-cost").textContent)])),
  lengths: [...panel.querySelectorAll(".vit-by-part .vit-length")].map((bar) =>
    bar.hidden ? 0 : parseFloat(bar.style.getPropertyValue("--share"))),
  wrong: [...panel.querySelectorAll("[aria-invalid=true]")].map(
    ({{ labels }}) => labels[0].textContent),
  values: Object.fromEntries([...panel.querySelectorAll("label")].map(
    ({{ textContent, control }}) => [textContent, control.value])),
  drawn: panel.querySelector(".vit-map").words ?? [],
}})"""


class Inspector(Shown):
    """The first inspector of an open page, beside one in Python."""

    where, widget = PAGE, CostInspector
    traits: ClassVar = {label: trait for trait, label in CONTROLS.items()}

    def __init__(self, page: Page):
        super().__init__(page)
        self.map = self.panel.locator("canvas.vit-map")
        self.facts = self.panel.locator(".vit-facts")
        page.evaluate(REMEMBER)

    def fill(self, trait: str, text: str) -> None:
        """Type into a field what may be no setting."""
        self.control(CONTROLS[trait]).fill(text)

    def read_all(self) -> dict:
        """What the panel shows to read now."""
        return self.panel.locator(".vit-panel").evaluate(READ_ALL)


def check_state(twin: CostInspector, found: dict) -> None:
    """The panel states what Python computes of settings that make a model."""
    assert found["facts"].split("\n") == [twin.summary(), twin.training_words()]
    assert found["wrong"] == []
    for trait, label in CONTROLS.items():
        value = getattr(twin, trait)
        stands = found["values"][label]
        assert (stands if trait == "preset" else float(stands)) == value
    memory, parts = found["tables"]
    check_parts(twin, parts, found["lengths"])
    held = cost.training_memory(twin.config, twin.batch)
    held |= {"all": sum(held.values()), "attention weights": twin.attention_bytes()}
    assert memory == [[name, size_in_bytes(count)] for name, count in held.items()]
    shapes = {str(shape) for shape in twin.shapes().values()}
    assert shapes <= {*found["drawn"]}
    assert twin.summary() in found["labels"][0]


def check_parts(twin: CostInspector, rows: list, lengths: list[float]) -> None:
    """The table of parts states their costs, and bars are as long as their shares."""
    costs = cost.parameters(twin.config), cost.multiply_adds(twin.config)
    wanted, shares = [], []
    for name in PARTS:
        learned, products = (part_of(of_all, name) for of_all in costs)
        wanted.append([name, f"{learned:,}", brief(products)])
        shares += [100 * part_of(c, name) / sum(c.values()) for c in costs]
    sums = [sum(of_all.values()) for of_all in costs]
    assert rows == [*wanted, ["all", f"{sums[0]:,}", brief(sums[1])]]
    differences = [abs(a - b) for a, b in zip(lengths, [*shares, 0, 0], strict=True)]
    assert max(differences) < 1e-9


def check_impossible(found: dict, labels: set[str], words: str) -> None:
    """The panel says why, marks the fields and states no number of a model."""
    assert {*found["wrong"]} == labels
    assert f"Impossible: {words}." in found["facts"]
    for table in found["tables"]:
        assert {cell for row in table for cell in row[1:]} == {"–"}
    assert not any(found["lengths"])
    assert "which cannot be built" in found["labels"][0]
