"""Chapter 1. The patch explorer."""

import base64

import numpy as np
import torch
import traitlets
from matplotlib.figure import Figure

from vitlib import data
from vitlib.patches import patchify
from vitlib.show import plots
from vitlib.show.widgets.base import Widget, one_of

LARGEST_PATCH = 60


def packed(image: torch.Tensor, levels: int = 255) -> dict:
    """An image (C, H, W) in [0, 1] as the front end takes it: bytes in base64.

    ``levels`` is the byte that stands for 1.
    """
    pixels = (image * levels).round().to(torch.uint8).numpy()
    sides = dict(zip(("channels", "height", "width"), image.shape, strict=True))
    text = base64.b64encode(pixels.tobytes()).decode()
    return {**sides, "levels": levels, "pixels": text}


def unpacked(picture: dict) -> torch.Tensor:
    """The inverse of :func:`packed`, to within half a level."""
    shape = (picture["channels"], picture["height"], picture["width"])
    pixels = np.frombuffer(base64.b64decode(picture["pixels"]), np.uint8)
    return torch.from_numpy(pixels.reshape(shape).copy()).float() / picture["levels"]


class PatchExplorer(Widget):
    """Cut a picture into patches of any size, and look at a patch as a row of numbers.

    Traits, which drive the sliders and follow them:
        picture: name of a picture, one of ``explorer.pictures``.
        patch_size: P in pixels, 1 to 60; sizes that leave pixels over show which.
        patch: the chosen patch, counted from 1 in reading order.
        number: the chosen number in the patch's row, counted from 1.
    """

    module = "patches"
    picture = traitlets.Unicode("mountains").tag(sync=True)
    patch_size = traitlets.Int(20, min=1, max=LARGEST_PATCH).tag(sync=True)
    patch = traitlets.Int(12, min=1).tag(sync=True)
    number = traitlets.Int(71, min=1).tag(sync=True)
    pictures = traitlets.Dict().tag(sync=True)

    @traitlets.default("pictures")
    def _default_pictures(self) -> dict:
        return {
            "mountains": packed(data.mountains(), levels=10),
            "mountains in colour": packed(data.mountains(channels=3)),
            "photograph": packed(data.photograph()),
        }

    @traitlets.validate("picture")
    def _known(self, proposal) -> str:
        return one_of(self.pictures, proposal.value, "picture {!r}")

    @traitlets.observe("pictures", "picture", "patch_size", "patch", "number")
    def _keep_in_range(self, _change) -> None:
        rows, columns = self.grid()
        self.patch = min(self.patch, rows * columns)
        channels = self.pictures[self.picture]["channels"]
        self.number = min(self.number, channels * self.patch_size**2)

    def add_picture(self, name: str, image: torch.Tensor) -> None:
        """Offer another picture and show it.

        Args:
            name: what to call it; a picture of that name gives way to it.
            image: (1 or 3, H, W) in [0, 1], each side at least 60 pixels.

        Raises:
            ValueError: the image has another shape, is smaller, or holds other numbers.
        """
        image = torch.as_tensor(image).float()
        shape = tuple(image.shape)
        if len(shape) != 3 or shape[0] not in (1, 3):
            raise ValueError(f"a picture must be (1, H, W) or (3, H, W), got {shape}")
        if min(shape[1:]) < LARGEST_PATCH:
            least = f"at least {LARGEST_PATCH} pixels"
            raise ValueError(f"a picture's sides must be {least}, got {shape}")
        low, high = image.min().item(), image.max().item()
        if not (low >= 0 and high <= 1):  # nor NaN, which is neither
            raise ValueError(
                f"a picture's numbers must be between 0 and 1, got {low:g} to {high:g}"
            )
        self.pictures = {**self.pictures, name: packed(image)}
        self.picture = name

    def image(self) -> torch.Tensor:
        """The chosen picture, (C, H, W)."""
        return unpacked(self.pictures[self.picture])

    def grid(self) -> tuple[int, int]:
        """Rows and columns of whole patches in the chosen picture."""
        shown = self.pictures[self.picture]
        return shown["height"] // self.patch_size, shown["width"] // self.patch_size

    def row(self) -> torch.Tensor:
        """The chosen patch as a row of numbers, (C·P²,)."""
        rows, columns = self.grid()
        size = self.patch_size
        whole = self.image()[:, : rows * size, : columns * size]
        return patchify(whole[None], size)[0, self.patch - 1]

    def still(self) -> Figure:
        """The picture and its grid, without sliders."""
        image, size = self.image(), self.patch_size
        channels, height, width = image.shape
        rows, columns = self.grid()
        pixel = min(460 / width, 300 / height)
        figure, axes = plots.canvas(height * pixel + 60)
        plots.picture(axes, image, 10, 8, pixel)
        plots.grid(axes, (rows * size, columns * size), size, 10, 8, pixel)
        words = f"{rows} × {columns} = {rows * columns} patches"
        words += f" of {channels * size**2} numbers"
        plots.text(axes, 10, height * pixel + 26, words, align="left")
        hint = "On the book's page and in a running notebook: with sliders."
        plots.text(axes, 10, height * pixel + 46, hint, "muted", 12, "left")
        return figure
