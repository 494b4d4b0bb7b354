"""The clock hands, on Python's side."""

import math

import pytest
import torch
import torch.nn.functional as F

from tests.settings import leaves, refuses
from vitlib import training
from vitlib.position import sinusoidal_grid_encoding, sinusoidal_position_encoding
from vitlib.show import style
from vitlib.show.widgets import ClockHands
from vitlib.show.widgets.position import GRID, KINDS

EACH_KIND = pytest.mark.parametrize("kind", KINDS)


def settings(hands: ClockHands) -> tuple:
    """What the controls stand at."""
    return hands.kind, hands.place, hands.pair


def expected_table(kind: str) -> torch.Tensor:
    """The table of a kind, from vitlib."""
    if kind == "learned":
        return training.digits_model().pos_embed[0, 1:].detach()
    if kind == "2-D sinusoid":
        return sinusoidal_grid_encoding(*GRID, 64)
    return sinusoidal_position_encoding(60, 64)


def test_it_starts_in_the_middle_of_the_mountains():
    assert settings(ClockHands()) == ("1-D sinusoid", 25, 4)
    assert repr(ClockHands()) == ("ClockHands(kind='1-D sinusoid', pair=4, place=25)")


@EACH_KIND
def test_the_table_is_vitlibs(kind):
    hands = ClockHands(kind=kind)
    expected = expected_table(kind)
    assert torch.equal(hands.table(), expected)
    rows, columns = hands.grid()
    assert expected.shape == (rows * columns, hands.dim())


@EACH_KIND
def test_similarity_is_the_cosine_to_each_row(kind):
    hands = ClockHands(kind=kind, place=9)
    table = expected_table(kind)
    expected = F.cosine_similarity(table, table[9:10])
    torch.testing.assert_close(hands.similarity().float(), expected, rtol=0, atol=1e-6)


def test_a_scale_begins_below_what_it_is_for_and_the_sinusoids_have_one():
    low = {}
    for kind in KINDS:
        hands, count = ClockHands(kind=kind), len(expected_table(kind))
        for hands.place in range(count):
            low[kind] = min(low.get(kind, 1), hands.similarity().min().item())
    together = min(low["1-D sinusoid"], low["2-D sinusoid"])
    for kind, least in low.items():
        begins = ClockHands(kind=kind).low()
        least = least if kind == "learned" else together
        assert least - 0.1 < begins <= least
        assert begins == round(begins, 1)


@pytest.mark.parametrize("kind", KINDS[:2])
def test_a_hands_coordinates_are_the_pairs_numbers(kind):
    hands = ClockHands(kind=kind)
    for hands.place in range(60):
        for hands.pair in range(32):
            hand = hands.hand()
            expected = torch.tensor([math.sin(hand.turned), math.cos(hand.turned)])
            assert (hands.numbers() - expected).abs().max() < 1e-6


def test_the_first_half_counts_rows_and_the_second_columns():
    hands = ClockHands(kind="2-D sinusoid", place=25)
    for hands.pair in range(32):
        hand = hands.hand()
        assert hand.counts == ("row", "column")[hands.pair >= 16]
        assert hand.turned == pytest.approx((2, 5)[hands.pair >= 16] * hand.step)


def test_learned_numbers_have_no_hand():
    assert ClockHands(kind="learned").hand() is None


def test_place_and_pair_stay_in_the_table():
    hands = ClockHands(place=59, pair=31)
    hands.kind = "learned"
    assert settings(hands) == ("learned", 15, 23)
    hands.kind = "2-D sinusoid"
    assert settings(hands) == ("2-D sinusoid", 15, 23)
    hands.place, hands.pair = 10**6, 10**6
    assert settings(hands) == ("2-D sinusoid", 59, 31)


test_bad_settings_are_refused_with_what_would_work = refuses(
    ClockHands,
    [
        ("kind", "3-D", "'1-D sinusoid', '2-D sinusoid', 'learned'"),
        ("kind", None, "unicode string"),
        ("place", -1, "0"),
        ("place", 2.5, "int"),
        ("pair", -1, "0"),
        ("pair", "4", "int"),
    ],
)


test_its_output_is_small_and_the_same_each_time = leaves(
    ClockHands,
    {"kind", "learned", "pair", "pictures", "place"},
    20_000,
    settings=[{"kind": kind} for kind in KINDS],
)


@EACH_KIND
def test_the_still_picture_names_the_table(kind):
    words = f"{kind}: the table ({len(expected_table(kind))} × "
    assert words in style.svg(ClockHands(kind=kind).still())
