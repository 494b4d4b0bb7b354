"""The attention explorer on its page shows what vitlib computes, and does as asked."""

import itertools
import math

import pytest
import torch
from matplotlib import colormaps

from tests.attention_page import CUTS, PAGE, Asked, check_words
from tests.book_site import NARROW, WIDE
from tests.explorer_page import PROBE, check_colours
from tests.test_explorer_used import LIVE
from vitlib.show import style
from vitlib.show.widgets import base
from vitlib.show.widgets.attention import HEADS
from vitlib.show.widgets.attention_still import round_up

SCREENS = pytest.mark.parametrize("screen", [WIDE, NARROW], ids=["wide", "narrow"])
SMALLEST = (300, 700)
TOP, GAP, FRAME = 24, 12, 3  # as the widget lays its parts out
LEFT, CEILING, FLOOR = 44, 34, 26  # of the bars
LIMIT = 5  # where the scores' scale ends


@pytest.fixture
def asked(reader):
    """The explorer on its page, with one in Python beside it."""
    return Asked(reader.open(PAGE))


def test_every_head_with_every_choice_states_what_python_computes(asked):
    kinds = itertools.product(("shared", "separate"), ("nothing", "head", "width"))
    cuts = itertools.cycle(CUTS)
    for (projections, divide_by), _ in itertools.product([*kinds], range(2)):
        picture, size = next(cuts)
        asked.settle(picture=picture, patch_size=size)
        asked.settle(projections=projections, divide_by=divide_by, query=7)
        heard = asked.put(*(("Head dimension d", step) for step in range(7)))
        for asked.twin.head_dim, (words, lines, _) in zip(HEADS, heard, strict=True):
            assert words.startswith(f"{asked.twin.head_dim} = 2")
            check_words(lines, asked.twin)


@pytest.mark.parametrize(("picture", "size"), CUTS)
def test_every_query_states_what_python_computes(asked, picture, size):
    divide_by = "head" if size in (10, 32) else "nothing"
    projections = "shared" if size < 20 else "separate"
    asked.settle(picture=picture, patch_size=size)
    asked.settle(projections=projections, divide_by=divide_by, head_dim=8)
    rows, columns = asked.twin.grid()
    assert asked.control("Query").get_attribute("max") == str(rows * columns)
    queries = range(1, rows * columns + 1)
    heard = asked.put(*(("Query", query) for query in queries))
    for asked.twin.query, (words, lines, _) in zip(queries, heard, strict=True):
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
    asked = Asked(reader.open(PAGE, screen, device_scale_factor=2))
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


@pytest.mark.parametrize("screen", [WIDE, NARROW, SMALLEST])
def test_a_click_asks_for_the_patch_under_it(reader, screen):
    asked = Asked(reader.open(PAGE, screen))
    rows, columns = asked.twin.grid()
    step = asked.step()
    parts = itertools.cycle((asked.picture, asked.scores, asked.weights))
    for row, column in ((0, 0), (rows - 1, columns - 1), (2, 3), (0, 9), (5, 0)):
        x, y = (column + 0.3) * step, TOP + (row + 0.7) * step
        next(parts).click(position={"x": x, "y": y})
        assert asked.query() == row * columns + column + 1
    for y in (5, TOP + rows * step + 20):  # a heading, and what stands below
        asked.picture.click(position={"x": 20, "y": y})
        assert asked.query() == 51


def test_a_tap_asks_for_the_patch_under_it(reader):
    asked = Asked(reader.open(PAGE, NARROW, has_touch=True, is_mobile=True))
    step = asked.step()
    for part, column in ((asked.picture, 8), (asked.weights, 1)):
        part.tap(position={"x": (column + 0.5) * step, "y": TOP + 1.5 * step})
        assert asked.query() == 11 + column


def test_arrow_keys_move_the_query_and_stop_at_the_edges(asked):
    for start in (asked.picture.focus, lambda: asked.scores.click()):
        start()
        asked.put(("Query", 12))
        before = asked.page.evaluate("scrollY")
        for key, query in (("Right", 13), ("Down", 23), ("Left", 22), ("Left", 21),
                           ("Left", 21), ("Up", 11), ("Up", 1), ("Up", 1)):  # fmt: skip
            asked.page.keyboard.press(f"Arrow{key}")
            assert asked.query() == query
            label = asked.picture.get_attribute("aria-label")
            assert f"patch {query}, the query, is outlined" in label
        assert asked.page.evaluate("scrollY") == before
    asked.page.keyboard.press("Tab")  # leaves it, as any other key would
    assert asked.query() == 1


def test_a_query_keeps_its_place_in_another_picture_or_size(asked):
    for name, value, query in (
        ("Patch size P", 20, 8),
        ("Patch size P", 10, 36),
        ("Picture", "photograph", 37),
        ("Picture", "mountains", 36),
    ):
        asked.put((name, value))
        assert asked.query() == query
    asked.put(("Patch size P", 20), ("Picture", "photograph"))
    assert asked.control("Patch size P").input_value() == "32"
    options = asked.control("Patch size P").locator("option").all_inner_texts()
    assert options == ["16: N = 64", "32: N = 16"]


@pytest.mark.parametrize("screen", [WIDE, NARROW, SMALLEST])
def test_nothing_jumps_while_a_slider_is_dragged_and_all_fits(reader, screen):
    asked = Asked(reader.open(PAGE, screen))
    for picture, size in CUTS:
        asked.settle(picture=picture, patch_size=size)
        count = math.prod(asked.twin.grid())
        heights = set()
        for divide_by in ("nothing", "width"):
            steps = [("Divide by", divide_by)]
            steps += [("Query", query) for query in range(1, count + 1)]
            steps += [("Head dimension d", step) for step in range(7)]
            heights |= {height for *_, height in asked.put(*steps)}
        assert len(heights) == 1, (picture, size, heights)
    assert asked.page.evaluate("document.documentElement.scrollWidth") <= screen[0]
    inside = asked.panel.bounding_box()
    for canvas in asked.panel.locator("canvas").all():
        box = canvas.bounding_box()
        assert box["x"] >= inside["x"]
        assert box["x"] + box["width"] <= inside["x"] + inside["width"]


def test_what_changes_is_told_to_those_who_listen(asked):
    told = asked.panel.get_by_role("status").filter(has_text="Entropy")
    before = told.inner_text()
    asked.control("Head dimension d").press("End")
    assert told.inner_text() != before


def test_a_notebooks_traits_and_controls_follow_each_other(asked):
    page, state = asked.page, asked.twin.state()
    page.evaluate(LIVE, [base.script("attention"), state])
    panel = page.locator("article .vit-panel")
    query = panel.get_by_label("Query", exact=True)
    size = panel.get_by_label("Patch size P", exact=True)
    page.evaluate("model.set('query', 10)")
    assert query.input_value() == "10"
    page.evaluate("model.set('picture', 'photograph')")  # before its patch size follows
    assert size.input_value() == "16"
    page.evaluate("model.set('patch_size', 32)")
    assert size.input_value() == "32"
    assert query.get_attribute("max") == "16"
    page.evaluate("model.set('head_dim', 64)")
    assert panel.get_by_label("Head dimension d", exact=True).input_value() == "6"
    assert page.evaluate("saved") == []
    query.press("ArrowLeft")
    assert page.evaluate("saved.map((state) => state.query)") == [9]
    panel.get_by_label("Picture", exact=True).select_option("mountains")
    last = page.evaluate("saved.at(-1)")
    assert (last["picture"], last["patch_size"]) == ("mountains", 20)
