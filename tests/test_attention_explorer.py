"""The attention explorer on its page shows what vitlib computes."""

import itertools
import math

import pytest
import torch
from matplotlib import colormaps

from tests.attention_page import CUTS, HEAD, LINES, Asked, check_words
from tests.widget_page import PROBE, SCREENS, check_colours
from vitlib.show import style
from vitlib.show.widgets.attention import HEADS
from vitlib.show.widgets.attention_still import round_up

TOP, GAP, FRAME = 24, 12, 3  # as the widget lays its parts out
LEFT, CEILING, FLOOR = 44, 34, 26  # of the bars
LIMIT = 8  # where the scores' scale ends


@pytest.fixture
def asked(reader):
    """The explorer on its page, with one in Python beside it."""
    return Asked.of(reader)


def test_every_head_with_every_choice_states_what_python_computes(asked):
    kinds = itertools.product(("shared", "separate"), ("nothing", "head", "width"))
    cuts = itertools.cycle(CUTS)
    for (projections, divide_by), _ in itertools.product([*kinds], range(2)):
        picture, size = next(cuts)
        asked.settle(picture=picture, patch_size=size)
        asked.settle(projections=projections, divide_by=divide_by, query=7)
        walked = asked.walk(HEAD, LINES)
        assert [step for step, _ in walked] == [*range(7)]
        for step, (words, lines) in walked:
            asked.twin.head_dim = HEADS[step]
            assert words.startswith(f"{asked.twin.head_dim} = 2")
            check_words(lines, asked.twin)


@pytest.mark.parametrize(("picture", "size"), CUTS)
def test_every_query_states_what_python_computes(asked, picture, size):
    divide_by = "head" if size in (10, 32) else "nothing"
    projections = "shared" if size < 20 else "separate"
    asked.settle(picture=picture, patch_size=size)
    asked.settle(projections=projections, divide_by=divide_by, head_dim=8)
    rows, columns = asked.twin.grid()
    walked = asked.walk("Query", LINES)
    assert [query for query, _ in walked] == [*range(1, rows * columns + 1)]
    for asked.twin.query, (words, lines) in walked:
        row, column = divmod(asked.twin.query - 1, columns)
        place = f"{asked.twin.query}: row {row + 1}, column {column + 1}"
        assert words == place
        check_words(lines, asked.twin)


def check_maps(asked: Asked) -> None:
    """The cells of both maps have their colours."""
    count, columns = math.prod(asked.twin.grid()), asked.twin.grid()[1]
    n, step = torch.arange(count), asked.step()
    places = torch.stack([n % columns, n // columns], dim=1) + 0.5
    places = places * step + torch.tensor([0, TOP])
    weights = asked.twin.attention()[1]
    shares = weights / round_up(weights.max().item())
    check_colours(asked.weights, places, shares, style.WEIGHTS)
    scores = asked.twin.scores() / asked.twin.divisor()
    shares = (scores / LIMIT).clip(-1, 1) / 2 + 0.5
    check_colours(asked.scores, places, shares, style.SIGNED)


def check_mean(asked: Asked) -> None:
    """The query's patch and the mean are drawn pixel by pixel, away from the frame."""
    size, channels = asked.twin.patch_size, len(asked.twin.image())
    box = asked.mean.bounding_box()
    height = asked.step() * asked.twin.grid()[0]
    side = min((box["width"] - GAP) / 2, height)
    y, x = torch.meshgrid(*[torch.arange(1, size - 1)] * 2, indexing="ij")
    places = (torch.stack([x, y], -1).reshape(-1, 2)[::3] + 0.5) * (side - FRAME) / size
    own, mean = asked.twin.patches()[asked.twin.query - 1], asked.twin.attention()[0]
    for i, pixels in enumerate((own, mean)):
        start = torch.tensor([i * (side + GAP) + FRAME / 2, TOP + FRAME / 2])
        inside = pixels.reshape(channels, size, size)[:, 1:-1, 1:-1].flatten(1)[:, ::3]
        found = torch.tensor(asked.mean.evaluate(PROBE, (places + start).tolist()))
        wanted = 255 * inside.T
        if channels == 1:
            wanted = 255 * torch.tensor(
                colormaps[style.MOUNTAINS](inside[0].numpy())[:, :3]
            )
        assert (found[:, :3] - wanted).abs().max() <= 3


def check_bars(asked: Asked) -> None:
    """Each bar that is tall enough ends where its weight says."""
    weights, box = asked.twin.attention()[1], asked.row.bounding_box()
    step, room = (box["width"] - LEFT - 4) / len(weights), box["height"] - FLOOR
    tall = weights / round_up(weights.max().item()) * (room - CEILING)
    n = (tall > 12).nonzero()[:, 0]
    x, y = LEFT + (n + 0.5) * step, room - tall[n]
    ends = [torch.stack([x, y + by], dim=1).tolist() for by in (3, -3)]
    inside, above = (torch.tensor(asked.row.evaluate(PROBE, end)) for end in ends)
    own = n == asked.twin.query - 1
    colours = [style.COLOURS[role][0] for role in ("ink", "query")]
    ink, query = (torch.tensor([*bytes.fromhex(c[1:])]) for c in colours)
    wanted = torch.where(own[:, None], query, ink)
    assert (inside[:, :3] == wanted).all()
    assert (above[:, :3] != wanted).any(dim=1).all()


@SCREENS
def test_maps_mean_and_bars_show_the_numbers(reader, screen):
    asked = Asked.of(reader, screen, device_scale_factor=2)
    for picture, size, query, divide_by, head, projections in (
        ("mountains", 10, 36, "head", 16, "shared"),
        ("mountains", 20, 12, "nothing", 4, "separate"),
        ("photograph", 16, 20, "width", 64, "shared"),
        ("photograph", 16, 3, "nothing", 64, "separate"),
    ):
        asked.settle(picture=picture, patch_size=size, divide_by=divide_by)
        asked.settle(projections=projections, head_dim=head, query=query)
        check_maps(asked)
        check_mean(asked)
        check_bars(asked)
