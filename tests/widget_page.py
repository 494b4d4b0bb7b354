"""A widget on its page, beside one in Python: what the tests of all widgets share."""

import json
from typing import ClassVar, Self

import pytest
import torch
from matplotlib import colormaps
from playwright.sync_api import Locator, Page

from tests.book_reader import NARROW, WIDE, Reader
from vitlib.show.widgets.base import Widget

SIZES = {"wide": WIDE, "narrow": NARROW}
# Tests of one size follow each other: their page stays open for them.
SCREENS = pytest.mark.parametrize(
    "screen", SIZES.values(), ids=SIZES.keys(), scope="module"
)
# Puts a slider, a list or a switch to a value, which it must have.
PUT = """(input, value) => {
  const key = input.type === "checkbox" ? "checked" : "value";
  input[key] = value;
  if (String(input[key]) !== String(value))
    throw new Error(`${value} became ${input[key]}`);
  input.dispatchEvent(new Event("input"));
}"""
# What a panel shows to read: its controls, facts and canvases.
READ = """(panel) => {
  const found = { said: {}, most: {}, facts: "" };
  for (const input of panel.querySelectorAll("input[type=range]")) {
    const label = input.labels[0].textContent;
    found.said[label] = input.getAttribute("aria-valuetext");
    found.most[label] = Number(input.max);
  }
  found.facts = panel.querySelector(".vit-facts").innerText;
  found.labels = [...panel.querySelectorAll("canvas")].map((node) => node.ariaLabel);
  return found;
}"""
HEIGHT = "(panel) => panel.getBoundingClientRect().height"
# Puts a slider to some places, or to each of its own, and reads the panel at each.
WALK = """(slider, places) => {
  const [put, read] = [PUT, READ];
  const panel = slider.closest(".vit-panel");
  const found = [];
  const [min, max] = [Number(slider.min), Number(slider.max)];
  const every = Array.from({ length: max - min + 1 }, (_, i) => min + i);
  for (const value of places ?? every) {
    put(slider, value);
    found.push([value, read(panel, slider)]);
  }
  return JSON.stringify(found);
}"""
# Has each canvas remember the words that stand on it, since it was cleared last.
REMEMBER = """() => {
  const { prototype } = CanvasRenderingContext2D;
  if (prototype.remembers) return;
  prototype.remembers = true;
  const { fillText, clearRect } = prototype;
  prototype.fillText = function (words, ...more) {
    this.canvas.words?.push(words);
    return fillText.call(this, words, ...more);
  };
  prototype.clearRect = function (...box) {
    this.canvas.words = [];
    return clearRect.call(this, ...box);
  };
}"""
# A notebook's model: the kernel may answer a change with a change of its own.
LIVE = """async ([code, state]) => {
  const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const widget = (await import(address)).default;
  const listeners = [];
  window.saved = [];
  window.model = {
    get: (name) => state[name],
    set: (name, value) => {
      state[name] = value;
      for (const [event, call] of listeners) if (event === `change:${name}`) call();
    },
    on: (event, call) => listeners.push([event, call]),
    off: () => {},
    save_changes: () => window.saved.push({ ...state, pictures: null }),
  };
  const el = document.createElement("div");
  document.querySelector("article").replaceChildren(el);
  await widget.render({ model: window.model, el });
}"""
# Colours of a canvas at places given in CSS pixels: red, green, blue and opacity each.
PROBE = """(canvas, places) => {
  const ratio = canvas.width / canvas.clientWidth;
  const copy = new OffscreenCanvas(canvas.width, canvas.height);
  const context = copy.getContext("2d", { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  return places.map(([x, y]) => {
    const at = 4 * (Math.floor(y * ratio) * canvas.width + Math.floor(x * ratio));
    return [...data.subarray(at, at + 4)];
  });
}"""
PROBE_ALL = f"(canvas, all) => JSON.stringify(({PROBE})(canvas, JSON.parse(all)))"


def colours(canvas: Locator, places: torch.Tensor) -> torch.Tensor:
    """The colours (n, 3) of a canvas at places (n, 2), x before y; none is clear."""
    found = json.loads(canvas.evaluate(PROBE_ALL, json.dumps(places.tolist())))
    seen = torch.tensor(found, dtype=torch.float64)
    assert (seen[:, 3] == 255).all()
    return seen[:, :3]


def shades(shares: torch.Tensor, scale: str) -> torch.Tensor:
    """The colours (n, 3), in bytes, that shares (n,) of 1 have on a scale."""
    return 255 * torch.tensor(colormaps[scale](shares.numpy())[..., :3])


def check_colours(
    canvas: Locator, places: torch.Tensor, shares: torch.Tensor, name: str
) -> None:
    """The canvas has the colours of these shares of a scale at these places (n, 2)."""
    furthest = (colours(canvas, places) - shades(shares, name)).abs().max()
    assert furthest < 4  # one of matplotlib's 256 steps, and bytes


class Shown:
    """The first widget of its kind on an open page, beside one in Python.

    A subclass names its ``widget``, the page ``where`` it stands and the ``traits``
    that its controls set, by their labels.
    """

    where: str
    widget: type[Widget]
    traits: ClassVar[dict[str, str]]

    def __init__(self, page: Page):
        self.page = page
        place = f".vit-widget[data-widget={self.widget.module}]"
        self.panel = page.locator(place).first
        self.twin = self.widget()

    @classmethod
    def of(cls, reader: Reader, size: tuple[int, int] = WIDE, **options) -> Self:
        """That of a page which stays open for the next test."""
        return cls(reader.again(cls.where, size, **options))

    def control(self, label: str) -> Locator:
        """A slider or a list, by its label."""
        return self.panel.get_by_label(label, exact=True)

    def place(self, label: str, value: int | str) -> int | str:
        """Where a control stands for a value of its trait: at the value itself."""
        return value

    def put(self, label: str, value: int | str) -> None:
        """Put a control to a value, here and in Python."""
        self.control(label).evaluate(PUT, self.place(label, value))
        setattr(self.twin, self.traits[label], value)

    def settle(self, **traits: int | str) -> None:
        """Put the controls of some traits to values, in this order."""
        for trait, value in traits.items():
            self.put(next(n for n, own in self.traits.items() if own == trait), value)

    def read(self) -> dict:
        """What the panel shows to read now."""
        return self.panel.locator(".vit-panel").evaluate(READ)

    def walk(
        self, label: str, read: str = READ, places: list[int] | None = None
    ) -> list[tuple[int, dict]]:
        """Each place of a slider, and what ``read``, in JavaScript, finds there."""
        walk = WALK.replace("PUT", PUT).replace("READ", read)
        return json.loads(self.control(label).evaluate(walk, places))
