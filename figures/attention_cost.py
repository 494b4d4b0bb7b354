"""Draw the figure of chapter 5 that shows what attention costs, as recorded."""

import json
import math
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures.attention_scale import curve, key, rule
from vitlib.show import plots

RECORD = Path(__file__).parents[1] / "bench" / "attention.json"
LOOKS = {  # role, marker and dashes
    "explicit": ("ink", "o", "-"),
    "fused": ("muted", "^", "-"),
    "weights": ("ink", "", ":"),
}
TIME = ["0.1 ms", "1 ms", "10 ms", "100 ms", "1 s", "10 s"]
MEMORY = ["0.1 MiB", "1 MiB", "10 MiB", "100 MiB", "1,000 MiB"]
TOP, BOTTOM, ACROSS = 76, 250, 144  # of the panels, in pixels
CROWDED = (577, 1601)  # tokens so near to others that there is no room for the name


class Panel:
    """Logarithmic axes: tokens to the right, powers of ten up, from the first name."""

    def __init__(self, axes: Axes, left: float, names: list[str], tokens: list[int]):
        self.axes, self.left = axes, left
        self.first, self.wide = tokens[0], math.log(tokens[-1] / tokens[0])
        self.decade = (BOTTOM - TOP) / (len(names) - 1)
        for i, name in enumerate(names):
            rule(axes, (left, left + ACROSS + 16), BOTTOM - i * self.decade, name)
        for count in tokens:
            if count not in CROWDED:
                plots.text(axes, self.x(count), BOTTOM + 16, f"{count:,}", "muted", 12)
        plots.text(axes, left + ACROSS / 2 + 8, BOTTOM + 36, "tokens, N", "muted", 12)

    def x(self, count: int) -> float:
        """Where a number of tokens stands."""
        return self.left + 8 + math.log(count / self.first) / self.wide * ACROSS

    def draw(self, way: str, numbers: dict[int, float]) -> None:
        """A curve of numbers by tokens, in units of the lowest line; none below it."""
        shown = {count: number for count, number in numbers.items() if number >= 1}
        high = [BOTTOM - math.log10(n) * self.decade for n in shown.values()]
        curve(self.axes, [self.x(count) for count in shown], high, LOOKS[way])


def cost() -> Figure:
    """Time and memory of attention with its weights held, and fused, by tokens."""
    record = json.loads(RECORD.read_text("utf-8"))
    cases = {case["tokens"]: case for case in record["results"]}
    figure, axes = plots.canvas(328)
    time, memory = (
        Panel(axes, left, names, list(cases))
        for left, names in ((62, TIME), (312, MEMORY))
    )
    for way in ("explicit", "fused"):
        middle = {n: case["seconds"][way][1] / 1e-4 for n, case in cases.items()}
        time.draw(way, middle)
        taken = {n: case["bytes"][way] / 2**20 / 0.1 for n, case in cases.items()}
        memory.draw(way, taken)
    formula = {n: case["weights"] / 2**20 / 0.1 for n, case in cases.items()}
    memory.draw("weights", formula)
    plots.text(axes, 8, 48, "processor's time", align="left", weight="bold")
    plots.text(axes, 242, 48, "memory beside the input", align="left", weight="bold")
    names = {"explicit": 8, "fused": 128, "weights": 230}
    words = {"weights": "12 · N² · 4 bytes: the weights"}
    for way, x in names.items():
        key(axes, x, 16, words.get(way, way), LOOKS[way])
    where = f"12 heads of 64; {record['machine']}, one thread, {record['date']}"
    plots.text(axes, 472, 314, where, "muted", 12, "right")
    return figure


def draw() -> dict[str, Figure]:
    """This figure by file name."""
    return {"attention-cost": cost()}
