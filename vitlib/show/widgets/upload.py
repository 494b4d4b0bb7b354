"""Chapter 1. A picture of the reader's own, from any file, in the patch explorer."""

import io
import math
import warnings

import numpy as np
import torch
from ipywidgets import FileUpload, Label, VBox
from PIL import Image, ImageOps, UnidentifiedImageError

from vitlib import data
from vitlib.show.widgets.patches import LARGEST_PATCH, PatchExplorer

LARGEST_SIDE = 256  # in pixels; larger pictures are made smaller
NARROWEST = 10  # times as long as wide
# Those of cameras, telephones and pages. For others Pillow may start a program: for EPS
# it is Ghostscript, which does what the file says.
KINDS = ("PNG", "JPEG", "GIF", "WEBP", "AVIF", "BMP", "TIFF", "PPM")


def own_picture(explorer: PatchExplorer) -> VBox:
    """A button that puts a picture of the reader's own into ``explorer``.

    Below it stands why, when a file cannot be shown; the explorer then stays as it is.
    """
    upload = FileUpload(accept="image/*", description="Your own picture")
    words = Label()

    def show(change) -> None:
        files = change.new  # a dict in ipywidgets 7, a tuple since
        for file in files.values() if isinstance(files, dict) else files:
            try:
                explorer.add_picture("your own", opened(bytes(file["content"])))
                words.value = ""
            except Exception as problem:  # from here nobody would see it
                words.value = f"✗ This file cannot be shown: {problem}"

    upload.observe(show, "value")
    return VBox([upload, words])


def opened(content: bytes) -> torch.Tensor:
    """A picture file as numbers: upright, its first frame, on white if transparent.

    Args:
        content: the file's bytes.

    Returns:
        (3, H, W) in [0, 1], at most 256 pixels a side and at least 60, which is the
        largest patch: small pictures are enlarged by a whole factor.

    Raises:
        ValueError: the file is no picture, or one too large or too narrow.
        OSError, SyntaxError: the file is damaged.
    """
    with read(content) as picture:
        picture.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))
        ImageOps.exif_transpose(picture, in_place=True)
        return data.from_pixels(np.asarray(fitted(flat(picture))))


def read(content: bytes) -> Image.Image:
    """A picture file, its pixels not decoded yet; too many of them are refused."""
    too_large = Image.DecompressionBombWarning, Image.DecompressionBombError
    with warnings.catch_warnings(action="error", category=too_large[0]):
        try:
            Image.init()  # so that those are known that come with this Pillow
            known = [kind for kind in KINDS if kind in Image.OPEN]
            return Image.open(io.BytesIO(content), formats=known)
        except UnidentifiedImageError:
            message = (
                "it is not a picture that can be read; PNG, JPEG, GIF and WebP are"
            )
        except too_large:
            most = Image.MAX_IMAGE_PIXELS // 10**6
            message = f"it has more than {most} million pixels; make it smaller first"
    raise ValueError(message)


def flat(picture: Image.Image) -> Image.Image:
    """A picture of any mode as RGB, on white where it is transparent."""
    if picture.mode.startswith(("I", "F")):  # which convert() would cut off
        return deep(np.asarray(picture))
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    paper = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(paper, picture.convert("RGBA")).convert("RGB")


def deep(shades: np.ndarray) -> Image.Image:
    """A picture of 16 bits a pixel, (H, W), as RGB; other numbers are refused."""
    low, high = shades.min(), shades.max()
    if shades.dtype.kind == "f" or low < 0 or high >= 2**16:
        raise ValueError(
            f"its pixels are {shades.dtype} from {low:g} to {high:g}, which do not say "
            "what white is; save it with 8 or 16 bits a pixel"
        )
    return Image.fromarray((shades >> 8).astype(np.uint8)).convert("RGB")


def fitted(picture: Image.Image) -> Image.Image:
    """A picture made smaller, or larger by a whole factor, so that patches fit."""
    short, long = sorted(picture.size)
    if long > NARROWEST * short:
        width, height = picture.size
        raise ValueError(
            f"it has {width} × {height} pixels, and may be at most "
            f"{NARROWEST} times as long as wide"
        )
    scale = max(min(1, LARGEST_SIDE / long), LARGEST_PATCH / short)
    if scale > 1:
        scale = math.ceil(scale)
    filtering = Image.Resampling.NEAREST if scale > 1 else Image.Resampling.LANCZOS
    return picture.resize([round(side * scale) for side in picture.size], filtering)
