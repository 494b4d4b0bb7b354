"""The class token's widget on its page shows what vitlib computes."""

import re

import pytest
import torch

from tests.gatherer_page import PICTURES, Gatherer, check_words
from tests.widget_page import SCREENS, check_colours
from vitlib.show import style

TOP, GAP, LARGEST = 24, 16, 150  # as the widget lays its maps out
MOST, LIMIT = 0.5, 2  # where its scales end


@pytest.fixture
def gatherer(reader):
    """The gatherer on its page, with one in Python beside it."""
    return Gatherer.of(reader)


@pytest.mark.parametrize("picture", PICTURES)
def test_every_layer_of_every_picture_states_what_python_computes(gatherer, picture):
    other = PICTURES[(PICTURES.index(picture) + 5) % len(PICTURES)]
    gatherer.choose(picture, other)
    walked = gatherer.walk("Layer")
    assert [layer for layer, _ in walked] == [*range(5)]
    for gatherer.twin.layer, read in walked:
        check_words(gatherer.twin, read)


def check_map(gatherer: Gatherer, i: int) -> None:
    """The cells of a map have their greys, in a corner that no word covers."""
    width = gatherer.looks[i].bounding_box()["width"]
    side = min((width - GAP) / 2, LARGEST)
    cell, n = side / 4, torch.arange(16)
    x = side + GAP + (n % 4 + 0.12) * cell
    y = TOP + (n // 4 + 0.12) * cell
    places = torch.stack([x, y], dim=1)
    itself = torch.tensor([[side + GAP + 0.14 * cell, TOP + side + 10 + 0.12 * cell]])
    shares = gatherer.twin.attention()[i] / MOST
    places = torch.cat([itself, places])
    check_colours(gatherer.looks[i], places, shares, style.WEIGHTS)


def check_picture(gatherer: Gatherer, i: int) -> None:
    """The digit is dark ink on light paper, as in the figures."""
    width = gatherer.looks[i].bounding_box()["width"]
    pixel = min((width - GAP) / 2, LARGEST) / 8
    y, x = torch.meshgrid(torch.arange(8), torch.arange(8), indexing="ij")
    places = (torch.stack([x, y], -1).flatten(0, 1) + 0.5) * pixel
    places[:, 1] += TOP
    paper = 1 - gatherer.twin.images()[i].flatten()
    check_colours(gatherer.looks[i], places, paper, style.MOUNTAINS)


def check_rows(gatherer: Gatherer) -> None:
    """The strips have the colours of the class rows' numbers."""
    step = gatherer.rows.bounding_box()["width"] / 48
    at = torch.arange(1, 47)
    for i, rows in enumerate(gatherer.twin.class_rows()):
        x, y = (at + 0.5) * step, torch.full((46,), TOP + 58 * i + 33.0)
        shares = (rows[gatherer.twin.layer, 1:47] / LIMIT + 1) / 2
        check_colours(gatherer.rows, torch.stack([x, y], 1), shares, style.SIGNED)


@SCREENS
@pytest.mark.parametrize("pair", [("3", "8"), ("another 7", "a misread 0")])
def test_the_maps_and_the_rows_show_the_numbers(reader, screen, pair):
    gatherer = Gatherer.of(reader, screen, device_scale_factor=2)
    gatherer.choose(*pair)
    check_picture(gatherer, 0)
    check_picture(gatherer, 1)
    for layer in range(5):
        gatherer.put("Layer", layer)
        check_rows(gatherer)
        for i in range(2) if layer else ():
            check_map(gatherer, i)
            most = gatherer.looks[i].get_attribute("aria-label")
            share = 100 * gatherer.twin.attention()[i].max().item()
            assert float(re.search(r"(\d+)%", most)[1]) == pytest.approx(
                share, abs=0.51
            )
