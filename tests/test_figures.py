"""The committed figures are what their scripts draw."""

import base64
from pathlib import Path

import pytest

from figures import __main__ as figures
from tests.checks import outputs


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """An empty folder to draw in."""
    return tmp_path_factory.mktemp("drawn")


@pytest.fixture(scope="module")
def drawn(folder) -> list[tuple[Path, Path]]:
    """All figures drawn anew: (made file, where it belongs)."""
    return list(figures.drawn(folder))


def test_every_figure_is_drawn_by_a_script(drawn):
    homes = {home for _, home in drawn}
    assert [path.name for path in figures.HERE.glob("*.svg") if path not in homes] == []


@pytest.mark.reference
def test_figures_drawn_again_are_the_same_to_the_byte(drawn):
    assert [home.name for made, home in drawn if not figures.same(made, home)] == []


def test_figures_drawn_again_look_the_same(drawn):
    compared = {home: (home.read_bytes(), made.read_bytes()) for made, home in drawn}
    for home, (before, after) in compared.items():
        if home.suffix == ".svg":
            assert outputs.svg(before.decode(), after.decode()) == [], home.name
        else:
            pair = (base64.b64encode(content).decode() for content in (before, after))
            assert outputs.png(*pair) == [], home.name
