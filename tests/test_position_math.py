"""The clock hands' own mathematics, run by Node, against vitlib's."""

import numpy as np
import pytest
import torch
from matplotlib import colormaps

from tests.javascript import Node
from vitlib.position import sinusoidal_grid_encoding, sinusoidal_position_encoding
from vitlib.show import style
from vitlib.show.widgets import ClockHands
from vitlib.show.widgets.position import KINDS

MATH = "position_math.js"
EACH_KIND = pytest.mark.parametrize("kind", KINDS)


def twin_and_table(node: Node, kind: str) -> tuple[ClockHands, dict]:
    """The widget in Python, and the table that JavaScript makes of its state."""
    twin = ClockHands(kind=kind)
    return twin, node.call(MATH, "tableOf", kind, twin.learned)


@pytest.mark.usefixtures("double")
@pytest.mark.parametrize(("places", "dim"), [(1, 2), (7, 6), (60, 64), (300, 768)])
def test_sinusoids_are_vitlibs(node, places, dim):
    found = np.reshape(node.call(MATH, "sinusoid", places, dim), (places, dim))
    expected = sinusoidal_position_encoding(places, dim)
    assert np.abs(found - expected.numpy()).max() < 1e-12


@pytest.mark.usefixtures("double")
@pytest.mark.parametrize("size", [(1, 1, 4), (3, 2, 8), (2, 5, 12), (6, 10, 64)])
def test_sinusoids_of_row_and_column_are_vitlibs(node, size):
    expected = sinusoidal_grid_encoding(*size)
    found = np.reshape(node.call(MATH, "gridSinusoid", *size), expected.shape)
    assert np.abs(found - expected.numpy()).max() < 1e-12


@EACH_KIND
def test_the_tables_are_pythons(node, kind):
    twin, table = twin_and_table(node, kind)
    assert ((table["rows"], table["columns"]), table["dim"]) == (
        twin.grid(),
        twin.dim(),
    )
    expected = twin.table()
    found = torch.tensor(table["numbers"]).reshape(expected.shape)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-7)
    assert table["most"] == pytest.approx(expected.abs().max().item(), rel=1e-6)
    assert node.call(MATH, "lowest", kind, twin.learned) == twin.low()


@EACH_KIND
def test_every_hand_is_pythons(node, kind):
    twin, table = twin_and_table(node, kind)
    count, pairs = len(twin.table()), twin.dim() // 2
    calls = [[n, i] for n in range(count) for i in range(pairs)]
    for (n, i), found in zip(
        calls, node.each(MATH, "hand", [kind, table], calls), strict=True
    ):
        twin.place, twin.pair = n, i
        numbers = [found["across"], found["up"]]
        assert np.abs(numbers - twin.numbers().numpy()).max() < 1e-7
        hand = twin.hand()
        if hand is None:
            assert "step" not in found
        else:
            assert found["counts"] == hand.counts
            assert found["step"] == pytest.approx(hand.step, rel=1e-12)
            assert found["turned"] == pytest.approx(hand.turned, rel=1e-12)


@EACH_KIND
def test_every_similarity_is_pythons(node, kind):
    twin, table = twin_and_table(node, kind)
    count, (_, columns) = len(twin.table()), twin.grid()
    found = node.each(MATH, "cosines", [table], [[n] for n in range(count)])
    for n, similar in enumerate(found):
        twin.place = n
        expected = twin.similarity()
        torch.testing.assert_close(
            torch.tensor(similar).double(), expected, rtol=0, atol=1e-6
        )
        others = expected.clone()
        others[n] = -2
        best = (others > others.max() - 1e-6).nonzero().flatten().tolist()
        assert node.call(MATH, "nearest", similar, n) == best
        beside = node.call(MATH, "neighbours", n, table)
        right, below = n % columns + 1 < columns, n + columns < count
        assert beside["right"] == (n + 1 if right else None)
        assert beside["below"] == (n + columns if below else None)


@pytest.mark.parametrize(
    ("name", "colours", "low"),
    [("signed", style.SIGNED, -1), ("pink", style.SIMILARITY, 0)],
)
def test_the_shades_are_matplotlibs(node, name, colours, low):
    values = np.linspace(low - 0.2, 1.2, 141)
    found = node.each("shades.js", name, [], [[value] for value in values])
    smooth = colormaps[colours].resampled(2**16)  # 256 steps otherwise
    expected = 255 * smooth((values - low) / (1 - low))[:, :3]
    assert np.abs(np.array(found) - expected).max() <= 0.02
