"""The mathematics of the heads' widget, run by Node, against vitlib's."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.javascript import exact
from vitlib.attention import scaled_dot_product_attention
from vitlib.show.widgets import HeadsExplorer
from vitlib.show.widgets.heads_layers import COUNTS, DIM, fitting, random_layer
from vitlib.show.widgets.heads_still import ASIDE, arranged

pytestmark = pytest.mark.usefixtures("double")
MATH = "heads_math.js"
PICTURES = HeadsExplorer().pictures
CUTS = [(name, size) for name, info in PICTURES.items() for size in fitting(info)]
EACH_CUT = pytest.mark.parametrize(("picture", "size"), CUTS)
RELATIVE = {"rtol": 1e-6, "atol": 1e-9}
GRIDS = st.tuples(st.integers(1, 32), st.integers(1, 32))


def numbers_of(node, info: dict) -> list:
    """A packed picture's pixels, as the page has them."""
    return node.call("patches_math.js", "unpack", info)


def check_split(found: dict, twin: HeadsExplorer) -> None:
    """The query's q, k, v and attention are those of the widget in Python."""
    own, shares = twin.split()
    torch.testing.assert_close(exact(found["own"]), own.flatten(), **RELATIVE)
    torch.testing.assert_close(exact(found["shares"]), shares, **RELATIVE)


def test_the_untrained_layer_is_pythons(node):
    found = exact(node.call(MATH, "randomWeights")["qkv.weight"])
    layer = random_layer(4)
    torch.testing.assert_close(
        found, layer.qkv.weight.data.flatten(), rtol=1e-15, atol=0
    )
    assert layer.qkv.bias.eq(0).all()


@EACH_CUT
def test_untrained_attention_for_every_number_of_heads(node, picture, size):
    twin = HeadsExplorer(picture=picture, patch_size=size)
    numbers = numbers_of(node, PICTURES[picture])
    tokens = node.call(MATH, "randomTokens", numbers, PICTURES[picture], size)
    wanted = twin.tokens()
    torch.testing.assert_close(exact(tokens).view(-1, DIM), wanted, **RELATIVE)
    weights = node.call(MATH, "randomWeights")
    keys = node.call(MATH, "keysOf", weights, tokens)
    queries = [1, len(wanted) // 2, len(wanted)]
    calls = [[query - 1, heads] for query in queries for heads in COUNTS]
    found = node.each(MATH, "askRandom", [weights, tokens, keys], calls)
    for (row, twin.heads), answer in zip(calls, found, strict=True):
        twin.query = row + 1
        check_split(answer, twin)


@pytest.mark.parametrize("heads", COUNTS)
@pytest.mark.parametrize("digit", ["3", "another 8", "a misread 0"])
def test_trained_attention_of_every_layer_and_query(node, heads, digit):
    twin = HeadsExplorer(weights="trained", heads=heads, digit=digit)
    vit = node.keep(node.call("model_math.js", "unpackModel", twin.trained))
    image = numbers_of(node, twin.digits[digit])
    result = node.call(MATH, "runCut", vit, heads, image)
    answer, share = twin.answer()
    assert max(result["probabilities"]) == pytest.approx(share, rel=1e-6)
    assert result["probabilities"].index(max(result["probabilities"])) == answer
    calls = [[layer, row] for layer in range(1, 5) for row in range(0, 17, 4)]
    found = node.each(MATH, "askTrained", [vit, result], calls)
    for (twin.layer, twin.query), asked in zip(calls, found, strict=True):
        check_split(asked, twin)


@given(st.integers(1, 6), st.integers(1, 9), st.integers(0, 2**31))
def test_shares_are_vitlibs(node, size, count, seed):
    q, k = torch.randn(1 + count, size, generator=torch.manual_seed(seed)).split(
        [1, count]
    )
    table = torch.cat(
        [torch.full((count, 2), 7.0), k], dim=1
    ).flatten()  # keys from 2 on
    found = node.call(
        "model_math.js", "sharesOf", q[0].tolist(), table.tolist(), 2, size + 2
    )
    _, wanted = scaled_dot_product_attention(q, k, k)
    torch.testing.assert_close(exact(found), wanted[0], rtol=1e-9, atol=0)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_entropy_is_between_one_place_and_all(node, parts):
    parts = torch.tensor([*parts, 1.0])
    shares = parts / parts.sum()
    found = node.call(MATH, "entropy", shares.tolist())
    assert found == pytest.approx(torch.special.entr(shares).sum().item(), abs=1e-12)
    assert -1e-12 <= found <= math.log(len(shares)) + 1e-12
    even = [1 / len(shares)] * len(shares)
    assert node.call(MATH, "entropy", even) == pytest.approx(math.log(len(shares)))


@given(st.sampled_from(COUNTS), GRIDS, st.integers(200, 700), st.integers(250, 400))
def test_maps_lie_as_in_the_still_picture_and_find_room(node, count, grid, width, high):
    cells = {"rows": grid[0], "columns": grid[1]}
    found = node.call(MATH, "arranged", count, width, high, cells)
    way = arranged(count, width, high, grid)
    assert found["columns"] == way.columns
    for name in ("step", "across", "down"):
        assert found[name] == pytest.approx(getattr(way, name))
    lines = count // way.columns
    assert way.columns * lines == count
    assert way.step * grid[1] <= way.across
    assert (lines - 1) * way.down + 20 + way.step * grid[0] + 10 <= high + 1e-9


@given(GRIDS, st.floats(1, 50), st.floats(0.01, 0.99), st.data())
def test_the_token_under_a_point(node, grid, step, inside, data):
    rows, columns = grid
    first = data.draw(st.integers(0, 1))
    query = data.draw(st.integers(first, rows * columns))
    row, column = divmod(query - 1, columns) if query else (0, columns + ASIDE - 1)
    spots = [{"left": 900, "top": 40, "step": 1}, {"left": 30, "top": 40, "step": step}]
    point = {"x": 30 + (column + inside) * step, "y": 40 + (row + inside) * step}
    if point["x"] >= 900:
        spots.pop(0)
    shape = {"rows": rows, "columns": columns, "first": first}
    assert node.call(MATH, "tokenAt", point, spots, shape) == query
    for x, y in ((29, 41), (31, 39), (31, 41 + rows * step), (30 + 40 * step, 41)):
        assert node.call(MATH, "tokenAt", {"x": x, "y": y}, spots[-1:], shape) is None


@given(GRIDS, st.data())
def test_a_place_is_kept_when_patches_change(node, grid, data):
    cells = {"rows": grid[0], "columns": grid[1]}
    query = data.draw(st.integers(1, grid[0] * grid[1]))
    place = node.call(MATH, "middleOf", query, cells)
    assert node.call(MATH, "patchOver", place, cells) == query
    finer = {"rows": 3 * grid[0], "columns": 3 * grid[1]}
    row, column = divmod(query - 1, grid[1])
    wanted = (3 * row + 1) * 3 * grid[1] + 3 * column + 2
    assert node.call(MATH, "patchOver", place, finer) == wanted


def test_the_class_tokens_place_is_the_middle(node):
    assert node.call(MATH, "middleOf", 0, {"rows": 4, "columns": 4}) == {
        "y": 0.5,
        "x": 0.5,
    }


def test_the_sizes_that_fit_are_pythons(node):
    for info in PICTURES.values():
        assert node.call(MATH, "fitting", info) == fitting(info)
        for wanted in range(1, 40):
            found = node.call(MATH, "nearestSize", fitting(info), wanted)
            assert found == min(fitting(info), key=lambda size: abs(size - wanted))


@pytest.mark.parametrize(
    ("query", "words"), [(0, "0: the class token"), (13, "13: row 2, column 3")]
)
def test_what_is_said_of_a_query(node, query, words):
    assert node.call(MATH, "queryWords", query, 10) == words


def test_the_greys_end_at_eight_even_shares(node):
    for count in (15, 17, 60, 1024):
        assert np.isclose(node.call(MATH, "darkest", count), 8 / count, rtol=0.05)
