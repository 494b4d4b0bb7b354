"""The inspector's settings in an address: there and back, and what is refused."""

from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_cost_math import LARGEST, TRAITS, possible
from vitlib.show.widgets import CostInspector

ADDRESS = "cost_address.js"


def asked(node, query: str) -> dict:
    """What an address asks for."""
    return node.call(ADDRESS, "readQuery", query)


@given(possible())
@settings(max_examples=30)
def test_an_address_brings_the_settings_back(node, values):
    query = urlencode([*map(tuple, node.call(ADDRESS, "queryOf", values))])
    assert asked(node, f"?{query}") == {"settings": values, "refused": []}


def test_an_address_can_be_read_by_people(node):
    values = {name: getattr(CostInspector(), name) for name in TRAITS}
    pairs = node.call(ADDRESS, "queryOf", values)
    assert "&".join(f"{name}={value}" for name, value in pairs) == (
        "image=224x224&channels=3&patch=16&dim=768&depth=12&heads=12&mlp=4"
        "&classes=1000&batch=1"
    )
    nothing = node.call(ADDRESS, "queryOf", LARGEST | {"image_width": None})
    assert nothing[0] == ["image", None]


@pytest.mark.parametrize(
    ("query", "name", "shown"),
    [
        ("heads=abc", "heads", "abc"),
        ("heads=", "heads", ""),
        ("dim=1e3", "dim", "1e3"),
        ("dim=Infinity", "dim", "Infinity"),
        ("dim=0x10", "dim", "0x10"),
        ("depth=1%202", "depth", "1 2"),
        ("image=224", "image", "224"),
        ("image=224x", "image", "224x"),
        ("image=1x2x3", "image", "1x2x3"),
        ("mlp=.5", "mlp", ".5"),
        ("batch=%3Cimg%20src%3Dx%3E", "batch", "<img src=x>"),
        ("patch=" + "9" * 400, "patch", "9" * 24 + "…"),
        ("classes=%FF", "classes", "\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_what_is_no_number_is_refused_and_said(node, query, name, shown):
    found = asked(node, f"?{query}&channels=1")
    assert found["settings"] == {"in_chans": 1}
    wanted = "height x width, as 224x224" if name == "image" else "a number"
    words = f"The address says {name}={shown}, which is not {wanted}: left out."
    assert found["refused"] == [words]


@pytest.mark.parametrize(
    "query", ["", "?", "?q=heads", "?undefined=3", "?Heads=3", "?__proto__=1", "?&&=="]
)
def test_other_words_of_an_address_mean_nothing(node, query):
    assert asked(node, query) == {"settings": {}, "refused": []}


@given(st.text())
@settings(max_examples=30)
def test_no_address_breaks_it(node, text):
    found = asked(node, text)
    assert set(found) == {"settings", "refused"}
    assert set(found["settings"]) <= set(TRAITS)


def test_of_a_word_said_twice_the_first_counts(node):
    assert asked(node, "?heads=3&heads=4")["settings"] == {"num_heads": 3}
