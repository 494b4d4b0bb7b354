"""The inspector on its page, with one in Python to compare with."""

from typing import ClassVar

from playwright.sync_api import Page

from tests.widget_page import PUT, READ, REMEMBER, Shown
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
# The names of what a block and the head compute, whole or short.
IN_BOXES = {"norm", "attention", "MLP", "norm, linear", "LN", "attn", "LN, linear"}
# What a panel shows to read: facts, both tables, marked fields, words on the map.
READ_ALL = f"""(panel) => ({{
  ...({READ})(panel),
  tables: [...panel.querySelectorAll("table")].map((table) =>
    [...table.querySelectorAll("tbody tr:has(td)")].map((row) =>
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
# The panel's heights with each of some cases, its controls' values by their labels.
HEIGHTS = f"""(panel, cases) => cases.map((values) => {{
  const put = {PUT};
  const labels = [...panel.querySelectorAll("label")];
  const controls = Object.fromEntries(labels.map((l) => [l.textContent, l.control]));
  const stood = Object.keys(values).map((name) => [name, controls[name].value]);
  for (const [name, value] of Object.entries(values)) put(controls[name], value);
  const {{ height }} = panel.getBoundingClientRect();
  for (const [name, value] of stood) put(controls[name], value);
  return height;
}})"""
# What is drawn on the map in a panel of each width: words with their left, right and
# middle, boxes with all four sides.
DRAWN = """async (panel, widths) => {
  const { prototype } = CanvasRenderingContext2D;
  const { clearRect, fillText, strokeRect } = prototype;
  const frame = () => new Promise(requestAnimationFrame);
  const all = [];
  prototype.clearRect = function (...box) {
    all.splice(-1, 1, { words: [], boxes: [] });
    return clearRect.call(this, ...box);
  };
  prototype.fillText = function (words, x, y) {
    const { actualBoundingBoxLeft: left, actualBoundingBoxRight: right } =
      this.measureText(words);
    all.at(-1).words.push([words, x - left, x + right, y]);
    return fillText.call(this, words, x, y);
  };
  prototype.strokeRect = function (x, y, width, height) {
    all.at(-1).boxes.push([x, x + width, y, y + height]);
    return strokeRect.call(this, x, y, width, height);
  };
  for (const width of widths) {
    all.push({});
    panel.style.width = `${width}px`;
    await frame().then(frame);
    all.at(-1).room = panel.querySelector(".vit-map").clientWidth;
  }
  Object.assign(prototype, { clearRect, fillText, strokeRect });
  panel.style.width = "";
  await frame().then(frame);
  return all;
}"""


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
        """Put into a field what may be no setting."""
        self.control(CONTROLS[trait]).evaluate(PUT, text)

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


def check_drawn(words: list, boxes: list, room: float) -> None:
    """Words lie on the map, beside each other, and within the boxes that name them."""
    for word, left, right, y in words:
        assert -1 < left < right < room + 1, word
        near = [other for other in words if abs(other[3] - y) < 10]
        assert sum(low < right and left < high for _, low, high, _ in near) == 1, word
    named = [name for name in words if {name[0]} & IN_BOXES]
    assert len(named) == 5
    around = [box_of(name, boxes) for name in named]
    for (_, left, right, _), (low, high, *_) in zip(named, around, strict=True):
        assert low + 3 < left < right < high - 3
    for norm, work in (around[:2], around[2:4]):
        assert work[0] - norm[1] > 12  # so that an arrow is seen


def box_of(name: list, boxes: list) -> list:
    """The smallest box around the middle of a name."""
    _, left, right, y = name
    x = (left + right) / 2
    found = [b for b in boxes if b[0] < x < b[1] and b[2] < y < b[3]]
    return min(found, key=lambda box: box[1] - box[0])
