"""The patch explorer on its page shows what vitlib computes."""

import math
import re

import pytest
import torch

from tests.explorer_page import Explorer, whole_numbers
from tests.widget_page import SCREENS, colours, shades
from vitlib.show import style
from vitlib.show.widgets import PatchExplorer

PICTURES = list(PatchExplorer().pictures)
EACH_PICTURE = pytest.mark.parametrize("picture", PICTURES)


@pytest.fixture
def explorer(reader) -> Explorer:
    """The explorer on its page, with one in Python beside it."""
    return Explorer.of(reader)


def facts(twin: PatchExplorer) -> list[int]:
    """The numbers that the panel should state."""
    channels, height, width = twin.image().shape
    rows, columns = twin.grid()
    size = twin.patch_size
    stated = [rows, columns, rows * columns, channels, size, channels * size**2]
    sides = list(dict.fromkeys((height, width)))
    over = height * width - rows * columns * size**2
    if over:
        misfits = [side for side in sides if side % size]
        share = math.floor(100 * over / (height * width) + 0.5)
        return [*stated, size, *misfits, over, share]
    return [*stated, size, *sides]


@EACH_PICTURE
def test_every_patch_size_states_what_python_computes(explorer, picture):
    explorer.put("Picture", picture)
    walked = explorer.walk("Patch size P")
    assert [size for size, _ in walked] == [*range(1, 61)]
    for size, read in walked:
        explorer.twin.patch_size = size
        fits = all(side % size == 0 for side in explorer.twin.image().shape[1:])
        assert ("✓" in read["facts"], "✗" in read["facts"]) == (fits, not fits)
        assert whole_numbers(read["facts"]) == facts(explorer.twin)
        assert read["said"]["Patch size P"] == f"{size} × {size} pixels"
        assert read["most"]["Patch"] == math.prod(explorer.twin.grid())


def rgb(pixels: torch.Tensor, channels: int) -> torch.Tensor:
    """Colours (…, 3), in bytes, in which pixels (…, C) are drawn."""
    return 255 * pixels if channels == 3 else shades(pixels[..., 0], style.MOUNTAINS)


def check_pixels(canvas, places: torch.Tensor, expected: torch.Tensor) -> None:
    """The canvas has the expected colours (n, 3) at the places (n, 2), x before y."""
    found = colours(canvas, places)
    wrong = (found - expected).abs().amax(1) > 2  # the colours come in bytes
    assert not wrong.any(), (places[wrong], found[wrong], expected[wrong])


def check_whole(explorer: Explorer) -> None:
    """Pixels of whole patches have their colours, away from lines and the outline."""
    image, size = explorer.twin.image(), explorer.twin.patch_size
    rows, columns = explorer.twin.grid()
    scale = explorer.whole.bounding_box()["width"] / image.shape[2]
    seeded = torch.Generator().manual_seed(size)
    y = torch.randint(rows * size, (1000,), generator=seeded)
    x = torch.randint(columns * size, (1000,), generator=seeded)
    row, column = divmod(explorer.twin.patch - 1, columns)
    nearer = [  # how far outside of the chosen patch a pixel lies; inside it is below 0
        torch.maximum(first * size - at, at - (first + 1) * size + 1)
        for first, at in ((row, y), (column, x))
    ]
    kept = torch.maximum(*nearer).abs() >= 2
    for at in (y, x):
        edge = torch.minimum(at % size, size - 1 - at % size) + 0.5
        kept &= edge * scale > min(1, size * scale / 10) + 0.75  # half a line, and blur
    y, x = y[kept], x[kept]
    assert len(y) > 50
    places = (torch.stack([x, y], 1) + 0.5) * scale
    check_pixels(explorer.whole, places, rgb(image[:, y, x].T, len(image)))


def check_zoom(explorer: Explorer) -> None:
    """The enlarged patch shows its pixels, away from the chosen number's outline."""
    size, channels = explorer.twin.patch_size, len(explorer.twin.image())
    pixels = explorer.twin.row().reshape(channels, -1).T  # (P², C)
    y, x = torch.meshgrid(torch.arange(size), torch.arange(size), indexing="ij")
    chosen = (explorer.twin.number - 1) % size**2
    near = torch.maximum((y - chosen // size).abs(), (x - chosen % size).abs())
    kept = (near >= 2).flatten()
    places = (torch.stack([x, y], -1).reshape(-1, 2) + 0.5)[kept]
    side = explorer.zoom.bounding_box()["width"]
    check_pixels(explorer.zoom, places * side / size, rgb(pixels[kept], channels))


@EACH_PICTURE
@SCREENS
def test_the_canvases_show_the_picture_and_the_patch(reader, picture, screen):
    explorer = Explorer.of(reader, screen, device_scale_factor=2)
    explorer.put("Picture", picture)
    for size in (1, 3, 7, 16, 20, 33):
        explorer.put("Patch size P", size)
        explorer.put("Patch", math.prod(explorer.twin.grid()))
        explorer.put("Number", len(explorer.twin.row()) // 3 + 1)
        check_whole(explorer)
        if size > 2:
            check_zoom(explorer)


def test_pixels_left_over_are_hatched(explorer):
    explorer.put("Patch size P", 16)  # 48 of 60, 96 of 100
    y, x = torch.meshgrid(torch.arange(50, 60), torch.arange(98), indexing="ij")
    y, x = (torch.cat([a.flatten(), b]) for a, b in
            ((y, torch.arange(60)), (x, torch.full((60,), 98))))  # fmt: skip
    scale = explorer.whole.bounding_box()["width"] / 100
    found = colours(explorer.whole, (torch.stack([x, y], 1) + 0.5) * scale)
    unhatched = rgb(explorer.twin.image()[:, y, x].T, 1)
    covered = (found - unhatched).abs().amax(1) > 10
    assert covered.double().mean() > 0.95  # some are as light as the hatching


@EACH_PICTURE
def test_the_strip_shows_the_row_and_the_panel_its_numbers(explorer, picture):
    explorer.put("Picture", picture)
    explorer.put("Patch size P", 7)
    for patch, number in ((1, 49), (30, 25), (104, 2), (60, 1)):
        explorer.put("Patch", patch)
        explorer.put("Number", number)
        row, channels = explorer.twin.row(), len(explorer.twin.image())
        text = explorer.panel.locator(".vit-values").inner_text()
        shown = [float(value) for value in re.findall(r"\d\.\d+", text)]
        wanted = [*row[:4].tolist(), row[-1].item(), row[number - 1].item()]
        assert shown == pytest.approx(wanted, abs=0.005 + 1e-6)
        box = explorer.strip.bounding_box()
        at = torch.arange(len(row))
        kept = (at - number + 1).abs() > 6 * channels
        width = box["width"] / len(row)
        places = torch.stack([(at + 0.5) * width, torch.full(at.shape, 16.0)], 1)
        check_pixels(explorer.strip, places[kept], strip_colours(row, channels)[kept])


def strip_colours(row: torch.Tensor, channels: int) -> torch.Tensor:
    """A row's colours: purple, or as much red, green or blue as there is."""
    if channels == 1:
        return rgb(row[:, None], 1)
    colour = torch.eye(3).repeat_interleave(len(row) // 3, dim=0)  # (3·P², 3)
    return 255 * row[:, None] * colour
