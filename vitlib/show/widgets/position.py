"""Chapter 4. Positions as clock hands."""

import base64
import math
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
import traitlets
from matplotlib.figure import Figure
from torch import Tensor

from vitlib import data, training
from vitlib.position import sinusoidal_grid_encoding, sinusoidal_position_encoding
from vitlib.show import maps, plots
from vitlib.show.widgets.base import Widget, one_of
from vitlib.show.widgets.patches import packed

KINDS = ("1-D sinusoid", "2-D sinusoid", "learned")
GRID = (6, 10)  # of the mountains, cut with P = 10
DIM = 64  # of the sinusoids
DIGIT = 4  # a six of the held-out digits


class Hand(NamedTuple):
    """How the hand of a pair turns, and how far it has come."""

    counts: str  # what turns it: "place", "row" or "column"
    step: float  # radians a place
    turned: float  # radians since place 0


def lowest(*tables: Tensor) -> float:
    """Where a scale of the similarities in tables (N, D) begins: at a tenth."""
    units = [F.normalize(table.double(), dim=1) for table in tables]
    return math.floor(10 * min((unit @ unit.T).min().item() for unit in units)) / 10


def sinusoids() -> dict[str, Tensor]:
    """The two tables that can be compared, (60, 64), by kind."""
    rows, columns = GRID
    return {
        "1-D sinusoid": sinusoidal_position_encoding(rows * columns, DIM),
        "2-D sinusoid": sinusoidal_grid_encoding(rows, columns, DIM),
    }


@cache
def learned_positions() -> dict:
    """The positions that the model of digits has learned, as the front end takes them.

    The class token's, which stands in no grid, is left out.
    """
    model = training.digits_model()
    rows, columns = model.patch_embed.grid_size
    table = model.pos_embed[0, 1:].detach().numpy().astype("<f4")  # (N, D)
    text = base64.b64encode(table.tobytes()).decode()
    return {"rows": rows, "columns": columns, "dim": table.shape[1], "values": text}


@cache
def pictures() -> dict:
    """The pictures whose patches the positions are for."""
    digit = data.digits("test")[0][DIGIT]
    return {
        "mountains": packed(data.mountains(), levels=10),
        "digit": packed(digit, levels=16),
    }


class ClockHands(Widget):
    """Tables of positions: the hands of a place, its row, and what it is like.

    Traits, which drive the controls and follow them:
        kind: "1-D sinusoid" or "2-D sinusoid", for the mountains with P = 10 and with
            64 numbers a place, or "learned", by the model of digits with P = 2.
        place: the chosen one, counted from 0 in reading order.
        pair: the chosen two numbers of its row, 2i and 2i + 1, by i.
    """

    module = "position"
    kind = traitlets.Unicode(KINDS[0]).tag(sync=True)
    place = traitlets.Int(25, min=0).tag(sync=True)
    pair = traitlets.Int(4, min=0).tag(sync=True)
    learned = traitlets.Dict().tag(sync=True)
    pictures = traitlets.Dict().tag(sync=True)

    @traitlets.default("learned")
    def _default_learned(self) -> dict:
        return learned_positions()

    @traitlets.default("pictures")
    def _default_pictures(self) -> dict:
        return pictures()

    @traitlets.validate("kind")
    def _known(self, proposal) -> str:
        return one_of(KINDS, proposal.value, "kind {!r} of positions")

    @traitlets.observe("kind", "place", "pair")
    def _keep_in_range(self, _change) -> None:
        rows, columns = self.grid()
        self.place = min(self.place, rows * columns - 1)
        self.pair = min(self.pair, self.dim() // 2 - 1)

    def grid(self) -> tuple[int, int]:
        """Rows and columns of the patches that have positions."""
        if self.kind == "learned":
            return self.learned["rows"], self.learned["columns"]
        return GRID

    def dim(self) -> int:
        """D: how many numbers a position has."""
        return self.learned["dim"] if self.kind == "learned" else DIM

    def table(self) -> Tensor:
        """All positions, (N, D)."""
        if self.kind == "learned":
            values = np.frombuffer(base64.b64decode(self.learned["values"]), "<f4")
            return torch.tensor(values.reshape(-1, self.dim()))
        return sinusoids()[self.kind]

    def low(self) -> float:
        """Where the scale of similarities begins; the sinusoids have one for both."""
        tables = [self.table()] if self.kind == "learned" else sinusoids().values()
        return lowest(*tables)

    def numbers(self) -> Tensor:
        """The chosen pair's two numbers at the chosen place, (2,)."""
        return self.table()[self.place, 2 * self.pair : 2 * self.pair + 2]

    def hand(self) -> Hand | None:
        """The chosen pair's hand at the chosen place; learned numbers have none."""
        if self.kind == "learned":
            return None
        if self.kind == "1-D sinusoid":
            step = 10_000 ** (-2 * self.pair / DIM)
            return Hand("place", step, self.place * step)
        half, index = divmod(self.pair, DIM // 4)
        step = 10_000 ** (-2 * index / (DIM // 2))
        place = divmod(self.place, GRID[1])[half]
        return Hand(("row", "column")[half], step, place * step)

    def similarity(self) -> Tensor:
        """Cosine of the angle between the chosen place's row and each row, (N,)."""
        table = self.table().double()
        return F.cosine_similarity(table, table[self.place, None])

    def still(self) -> Figure:
        """The table and the map of what the chosen place is like, without sliders."""
        figure, axes = plots.canvas(286)
        table, (rows, columns) = self.table().numpy(), self.grid()
        count, dim = table.shape
        words = f"{self.kind}: the table ({count} × {dim})"
        plots.text(axes, 10, 14, words, align="left")
        shades = maps.Scale.signed(float(abs(table).max()))
        shades.paint(axes, table, 10, 28, 256, 180)
        shades.bar(axes, 10, 220, 256)
        high = 180 / count
        plots.focus(axes, 8, 26 + self.place * high, 260, high + 4)
        plots.text(axes, 290, 14, f"similar to place {self.place}", align="left")
        near = maps.Scale.similarity(self.low())
        side = 180 / max(rows, columns)
        right, down = columns * side, rows * side
        alike = self.similarity().reshape(rows, columns)
        near.paint(axes, alike, 290, 28, right, down)
        near.bar(axes, 290, 40 + down, right)
        row, column = divmod(self.place, columns)
        plots.focus(axes, 290 + column * side, 28 + row * side, side, side)
        hint = "On the book's page and in a running notebook: with sliders."
        plots.text(axes, 10, 272, hint, "muted", 12, "left")
        return figure
