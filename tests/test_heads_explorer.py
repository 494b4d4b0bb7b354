"""The heads' widget on its page shows what vitlib computes."""

import pytest
import torch

from tests.heads_page import (
    READ_CUT,
    Heads,
    check_answer,
    check_costs,
    check_entropies,
    entropies,
)
from tests.widget_page import SCREENS, check_colours
from vitlib.show import style
from vitlib.show.widgets.heads_layers import COUNTS, fitting

LEFT, CUT, STRIP_TOP, STRIP_STEP = 18, 4, 44, 32  # as the strips are laid out


@pytest.fixture
def heads(reader):
    """The heads' widget on its page, with one in Python beside it."""
    return Heads.of(reader)


def queries(count: int) -> list[int]:
    """All patches, or of many some from the first to the last."""
    step = max(count // 60, 1)
    return [*range(1, count, step), count]


def test_every_size_and_query_of_every_picture_states_what_python_computes(heads):
    for picture, info in heads.twin.pictures.items():
        heads.settle(picture=picture)
        for size in fitting(info):
            heads.settle(patch_size=size)
            wanted = entropies(heads.twin)
            walked = heads.walk("Query", READ_CUT, queries(len(wanted)))
            for heads.twin.query, panel in walked:
                query = heads.twin.query
                check_entropies(panel, wanted[query - 1], len(wanted))
                columns = heads.twin.grid()[1]
                row, column = divmod(query - 1, columns)
                words = f"{query}: row {row + 1}, column {column + 1}"
                assert panel["said"]["Query"] == words
                place = fitting(info).index(size) + 1
                assert panel["said"]["Patch size P"] == f"{size} ({place} of 4)"
            check_costs(panel, heads.twin)


def test_every_cut_of_both_layers_states_what_python_computes(heads):
    for weights, query in (("random", 42), ("trained", 6), ("trained", 0)):
        heads.settle(weights=weights, query=query)
        for count in COUNTS:
            panel = heads.states(heads=count)
            wanted = heads.twin.entropies()
            check_entropies(panel, wanted, 60 if weights == "random" else 17)
            check_costs(panel, heads.twin)
            if weights == "trained":
                check_answer(panel, heads.twin)
            else:
                assert "Untrained" in panel["facts"]


def test_every_layer_query_and_digit_states_what_python_computes(heads):
    heads.settle(weights="trained")
    for layer in range(1, 5):
        heads.settle(layer=layer)
        wanted = entropies(heads.twin)
        walked = heads.walk("Query", READ_CUT)
        assert [query for query, _ in walked] == [*range(17)]
        for (query, panel), expected in zip(walked, wanted, strict=True):
            check_entropies(panel, expected, 17)
            assert panel["said"]["Layer"] == f"{layer} of 4"
            assert panel["said"]["Query"].startswith(str(query))
        heads.twin.query = query
    for digit in heads.twin.digits:
        for count in (4, 2):
            panel = heads.states(digit=digit, heads=count)
            check_entropies(panel, heads.twin.entropies(), 17)
            check_answer(panel, heads.twin)
            assert panel["labels"][0].startswith(f"Picture {digit} in 4 by 4 patches")


def check_maps(heads: Heads) -> None:
    """Each map's cells have the greys of its weights, the query's neighbours apart."""
    way, (rows, columns), trained = heads.way()
    _, weights = heads.twin.split()
    shares = (weights / float(f"{8 / weights.shape[1]:.2g}")).clamp(max=1)
    n = torch.arange(rows * columns)
    row, column = n // columns, n % columns
    asked = heads.twin.query - 1
    far = torch.maximum(
        (row - asked // columns).abs(), (column - asked % columns).abs()
    )
    kept = (far > 1) if asked >= 0 else far >= 0
    for head, own in enumerate(shares):
        left, top = heads.corner(head)
        x, y = left + (column + 0.5) * way.step, top + (row + 0.5) * way.step
        places, wanted = torch.stack([x, y], 1)[kept], own[-len(n) :][kept]
        if trained:
            aside = [left + (columns + 0.9) * way.step, top + way.step / 2]
            places = torch.cat([places, torch.tensor([aside])])
            wanted = torch.cat([wanted, own[:1]])
        check_colours(heads.maps, places, wanted, style.WEIGHTS)


def check_strips(heads: Heads) -> None:
    """The strips have the colours of the query's q, k and v, cut into groups."""
    own, _ = heads.twin.split()
    size = 48 // heads.twin.heads
    across = (heads.split.bounding_box()["width"] - LEFT + CUT) / heads.twin.heads
    n = torch.arange(48)
    inner = (n % size > 0) & (n % size < size - 1)  # those no frame runs over
    x = LEFT + n // size * across + (n % size + 0.5) * (across - CUT) / size
    for i, numbers in enumerate(own.flatten(1)):
        y = torch.full((48,), STRIP_TOP + STRIP_STEP * i + 13.0)
        shares = (numbers / 4 + 0.5).clamp(0, 1)
        places = torch.stack([x, y], 1)[inner]
        check_colours(heads.split, places, shares[inner], style.SIGNED)


@SCREENS
def test_maps_and_strips_have_the_colours_of_the_numbers(reader, screen):
    heads = Heads.of(reader, screen, device_scale_factor=2)
    for step in (
        {"heads": 12},
        {"heads": 3, "patch_size": 20, "query": 11},
        {"weights": "trained", "heads": 4, "query": 0},
        {"heads": 6, "layer": 4, "query": 7},
    ):
        heads.settle(**step)
        check_maps(heads)
        check_strips(heads)
