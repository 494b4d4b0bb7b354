"""The key has every colour and scale of the book, in its own shades."""

import re

import pytest
from matplotlib import colormaps
from matplotlib.colors import to_hex

from book.ext.back import notation
from book.ext.back.contents import ROOT, by_number
from vitlib.encoder import ViTConfig
from vitlib.show import style

PAGE = (ROOT / "book" / "notation.md").read_text("utf-8")


def test_every_role_is_in_the_key_and_every_scale():
    known = notation.known()
    assert set(known["roles"]) == set(style.COLOURS)
    named = {name for name in vars(style) if name.isupper()}
    drawn = {name for name in named if getattr(style, name) in [*colormaps]}
    assert set(known["scales"]) == drawn


@pytest.mark.parametrize("role", style.COLOURS)
def test_a_role_is_shown_in_both_shades_with_another_sign(role):
    (row,) = (line for line in notation.colours().splitlines() if f"`{role}`" in line)
    light, dark, *_, sign, _ = row.split("|")[1:]
    for cell, shade in zip((light, dark), style.COLOURS[role], strict=True):
        assert f'<i style="background:{shade}">' in cell
        assert cell.split(">")[-1].strip() == shade
    assert sign.strip()


def test_scales_run_from_their_lowest_to_their_highest():
    (signed,) = (row for row in notation.scales().splitlines() if "signed" in row)
    shades = re.findall("#[0-9a-f]{6}", signed)
    scale = colormaps[style.SIGNED]
    assert (shades[0], shades[-1]) == (to_hex(scale(0.0)), to_hex(scale(1.0)))
    assert shades[notation.STEPS // 2] == to_hex(scale(0.5))


def test_symbols_are_named_once_and_lead_to_a_chapter():
    rows = [line for line in PAGE.splitlines() if line.startswith("| $")]
    symbols = [row.split("|")[1] for row in rows]
    assert len(set(symbols)) == len(symbols)
    for row in rows:
        number = int(re.search(r"first\((\d+)\) }} \|$", row)[1])
        assert number in by_number()


def test_examples_are_those_of_the_config():
    config = ViTConfig()
    for name in ("in_chans", "patch_size", "embed_dim", "num_heads", "depth"):
        (row,) = (line for line in PAGE.splitlines() if f": `{name}` |" in line)
        assert row.split("|")[3].strip() == str(getattr(config, name))
