"""Chapter 2. The token maker."""

import numpy as np
import torch
import traitlets
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from vitlib import data
from vitlib.patches import patchify
from vitlib.show import maps, plots
from vitlib.show.widgets.base import Widget
from vitlib.show.widgets.patches import packed, unpacked

SIDE, PIXELS, WIDEST = 20, 400, 768
GREY = 0.5  # a plain patch, whose token is all zeros: the bias −E·grey sees to that

NOTHING = 1e-9  # a share that is due to rounding


def scattered(numbers: np.ndarray) -> np.ndarray:
    """Integers of 32 bits, scattered: the finaliser of MurmurHash3 (Appleby 2011)."""
    bits = numbers.astype(np.uint32)
    bits = (bits ^ (bits >> 16)) * np.uint32(0x85EBCA6B)
    bits = (bits ^ (bits >> 13)) * np.uint32(0xC2B2AE35)
    return bits ^ (bits >> 16)


def random_filters(count: int = WIDEST, length: int = PIXELS, first: int = 1) -> Tensor:
    """Random weights, (count, length) in float64, the same on every machine.

    Each is a sum of four random bytes, which falls on a bell, with mean 0 and variance
    1 / length, so that a filter has about the length 1. They are those of the integers
    from ``first`` on: others where no weight is to come twice.
    """
    bits = scattered(np.arange(first, first + count * length))
    total = sum((bits >> shift) & 255 for shift in (0, 8, 16, 24)).astype(np.float64)
    weights = (total - 510) / np.sqrt((256**2 - 1) / 3 * length)
    return torch.from_numpy(weights.reshape(count, length))


def waves(side: int = SIDE) -> Tensor:
    """All waves that side × side pixels hold, smooth ones first, (side², side²).

    Row (u, v), in the order of u² + v², has at pixel (i, j) the number
    c_u c_v cos(πu(2i+1)/2·side) cos(πv(2j+1)/2·side), where c makes its length 1: the
    basis of the discrete cosine transform.
    """
    step = torch.arange(side, dtype=torch.float64)
    line = torch.cos(torch.pi * step[:, None] * (2 * step + 1) / (2 * side))
    line /= line.norm(dim=1, keepdim=True)  # (u, i)
    both = torch.einsum("ui,vj->uvij", line, line).reshape(side**2, side**2)
    rough = (step[:, None] ** 2 + step**2).flatten()  # u² + v²
    return both[rough.argsort(stable=True)]


def recovered(filters: Tensor, token: Tensor) -> Tensor:
    """Of all patches that have this token, the one nearest to plain grey.

    Args:
        filters: E transposed, (D, P²).
        token: E (x − grey), (D,).

    Returns:
        (P²,), by least squares: grey + E⁺ token; x itself if the filters span all.
    """
    return GREY + torch.linalg.pinv(filters) @ token


def lost_share(patch: Tensor, back: Tensor) -> float:
    """‖x − x̂‖² / ‖x − grey‖²: 0 for the patch itself, 1 for plain grey."""
    return ((patch - back).square().sum() / (patch - GREY).square().sum()).item()


def percent(share: float) -> str:
    """0.8415 as "84%", and never "0%" or "100%" of what is not."""
    if share < 0.001:
        return "less than 0.1%"
    if share > 0.999:
        return "more than 99.9%"
    return f"{100 * share:.{int(share < 0.0995 or share > 0.99)}f}%"


class TokenMaker(Widget):
    """Turn a patch of the mountains into a token of any width, and try to go back.

    Traits, which drive the controls and follow them:
        patch: the chosen patch of 20 × 20 pixels, 1 to 15 in reading order.
        width: D, how many numbers the token has, 1 to 768.
        weights: what the filters are: "random", or "waves", smooth ones first.
    """

    module = "tokens"
    patch = traitlets.Int(12, min=1, max=15).tag(sync=True)
    width = traitlets.Int(WIDEST, min=1, max=WIDEST).tag(sync=True)
    weights = traitlets.Enum(("random", "waves"), "random").tag(sync=True)
    picture = traitlets.Dict(read_only=True).tag(sync=True)

    @traitlets.default("picture")
    def _default_picture(self) -> dict:
        return packed(data.mountains(), levels=10)

    def pixels(self) -> Tensor:
        """The chosen patch as a row, (400,) in float64."""
        image = unpacked(self.picture)[None]
        return patchify(image, SIDE)[0, self.patch - 1].double()

    def filters(self) -> Tensor:
        """E transposed, (D, 400); there are 400 waves, and zeros after them."""
        if self.weights == "random":
            return random_filters()[: self.width]
        missing = torch.zeros(WIDEST - PIXELS, PIXELS, dtype=torch.float64)
        return torch.cat([waves(), missing])[: self.width]

    def token(self) -> Tensor:
        """How much the patch, its grey taken off, agrees with each filter, (D,)."""
        return self.filters() @ (self.pixels() - GREY)

    def recovered(self) -> Tensor:
        """What can be told of the patch from its token, (400,)."""
        return recovered(self.filters(), self.token())

    def outcome(self) -> str:
        """How much of the patch the token loses, in words."""
        numbers = f"{self.width} number{'s' * (self.width > 1)} from {PIXELS} pixels"
        if self.width >= PIXELS:
            return f"✓ {numbers}: nothing is lost"
        share = lost_share(self.pixels(), self.recovered())
        if share < NOTHING:
            return f"✓ {numbers}: nothing of this patch is lost"
        return f"✗ {numbers}: {percent(share)} of the patch is lost"

    def still(self) -> Figure:
        """The picture, the patch, its token, and the patch recovered from it."""
        figure, axes = plots.canvas(318)
        row, column = divmod(self.patch - 1, 5)
        plots.picture(axes, unpacked(self.picture), 10, 30, 2)
        plots.focus(axes, 10 + 40 * column, 30 + 40 * row, 40, 40)
        pixels = self.pixels()
        back = self.recovered().round(decimals=6)  # the same shades on any machine
        for x, square, name in ((222, pixels, "patch"), (350, back, "from its token")):
            plots.picture(axes, square.reshape(1, SIDE, SIDE), x, 30, 6)
            plots.text(axes, x + 60, 16, name)
        plots.text(axes, 10, 170, f"{PIXELS} pixels", "muted", align="left")
        plots.picture(axes, pixels.reshape(1, 1, -1), 10, 180, 460 / PIXELS, tall=22)
        self._draw_token(axes)
        plots.text(axes, 10, 284, self.outcome(), align="left")
        hint = "On the book's page and in a running notebook: with sliders."
        plots.text(axes, 10, 304, hint, "muted", 12, "left")
        return figure

    def _draw_token(self, axes: Axes) -> None:
        token = self.token()
        words = f"token of {self.width}, at most {PIXELS} a line"
        plots.text(axes, 10, 218, words, "muted", align="left")
        scale = maps.Scale.signed(1)
        scale.line(axes, 420, 218)
        for top, line in zip((228, 250), token.split(PIXELS), strict=False):
            scale.cells(axes, line, 10, top, 460 / PIXELS, 20)
