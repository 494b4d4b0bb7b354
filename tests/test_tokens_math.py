"""The token maker's mathematics, run by Node, against Python's and vitlib's."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import colormaps

from tests.javascript import exact
from vitlib import data
from vitlib.show import style
from vitlib.show.widgets import TokenMaker
from vitlib.show.widgets import tokens as maker
from vitlib.tokens import PatchEmbed

FILE = "tokens_math.js"
EACH_KIND = pytest.mark.parametrize("weights", ["random", "waves"])
ROUNDING = 1e-9  # of float64, after a few thousand steps


def filters_of(weights: str) -> torch.Tensor:
    """All 768 filters, (768, 400)."""
    return TokenMaker(weights=weights).filters()


def basis_of(weights: str) -> torch.Tensor:
    """An orthonormal basis of what the first filters reach, (400, 400), by QR."""
    found, sizes = torch.linalg.qr(filters_of(weights)[:400].T)
    return (found * sizes.diagonal().sign()).T


def patches() -> torch.Tensor:
    """The fifteen patches, (15, 400), as the page has them: tenths in float32."""
    return torch.stack([TokenMaker(patch=i + 1).pixels() for i in range(15)])


def test_random_weights_are_pythons_to_the_bit(node):
    found = node.call(FILE, "randomFilters", 768, 400)
    assert found == maker.random_filters().flatten().tolist()


@given(st.integers(0, 2**32 - 1))
def test_numbers_are_scattered_alike(node, number):
    wanted = maker.scattered(np.array([number])).item()
    assert node.call(FILE, "scattered", number) == wanted


@pytest.mark.parametrize("side", [1, 2, 5, 20])
def test_waves_are_pythons(node, side):
    found = exact(node.call(FILE, "waves", side))
    assert torch.allclose(found, maker.waves(side).flatten(), rtol=0, atol=1e-13)


@EACH_KIND
def test_the_basis_is_what_qr_finds(node, weights):
    filters = filters_of(weights).flatten().tolist()
    found = exact(node.call(FILE, "orthonormal", filters, 400)).reshape(400, 400)
    assert torch.allclose(found, basis_of(weights), rtol=0, atol=ROUNDING)


@EACH_KIND
def test_tokens_of_every_patch_and_width_are_vitlibs(node, weights):
    filters = filters_of(weights)
    embed = PatchEmbed((60, 100), 20, 1, 768).double()
    embed.proj.weight.data = filters.reshape(768, 1, 20, 20)
    embed.proj.bias.data = -maker.GREY * filters.sum(dim=1)
    wanted = embed(data.mountains()[None].double())[0].detach()  # (15, 768)
    real = filters[:400] if weights == "waves" else filters  # JavaScript has no more
    shared = [real.flatten().tolist()]
    calls = [[row.tolist(), 768] for row in patches()]
    tokens = exact(node.each(FILE, "tokenOf", shared, calls))
    assert torch.allclose(tokens, wanted, rtol=0, atol=ROUNDING)
    shared.append(patches()[11].tolist())
    widths = list(range(1, 769))
    found = node.each(FILE, "tokenOf", shared, [[width] for width in widths])
    assert found == [found[-1][:width] for width in widths]


@EACH_KIND
def test_every_width_of_every_patch_loses_what_least_squares_do(node, weights):
    parts = (patches() - maker.GREY) @ basis_of(weights).T  # (15, 400)
    calls = [[row.tolist()] for row in parts]
    found = exact(node.each(FILE, "lostShares", [], calls))
    kept = parts.square().cumsum(dim=1) / parts.square().sum(dim=1, keepdim=True)
    assert torch.allclose(found[:, 1:], 1 - kept, rtol=0, atol=ROUNDING)
    assert found[:, 0].eq(1).all()
    assert found[:, 400].eq(0).all()
    assert (found.diff(dim=1) <= 0).all()
    for width in (1, 16, 64, 150, 399):
        twin = TokenMaker(patch=14, width=width, weights=weights)
        share = maker.lost_share(twin.pixels(), twin.recovered())
        assert found[13, width].item() == pytest.approx(share, abs=1e-8)


@EACH_KIND
@pytest.mark.parametrize("patch", [1, 12])
def test_the_recovered_patch_is_the_least_squares_one(node, weights, patch):
    twin = TokenMaker(patch=patch, weights=weights)
    basis = basis_of(weights)
    parts = basis @ (twin.pixels() - maker.GREY)
    shared = [basis.flatten().tolist(), parts.tolist()]
    widths = [1, 2, 64, 250, 400, 500, 768]
    found = node.each(FILE, "recovered", shared, [[width] for width in widths])
    for width, back in zip(widths, found, strict=True):
        twin.width = width
        wanted = twin.recovered()
        assert torch.allclose(exact(back), wanted, rtol=0, atol=1e-8)


@given(st.floats(1e-8, 1))
def test_shares_are_said_as_in_python(node, share):
    assert node.call(FILE, "percent", share) == maker.percent(share)


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0, "0%"),
        (1e-12, "0%"),
        (2e-4, "less than 0.1%"),
        (0.0032, "0.3%"),
        (0.0942, "9.4%"),
        (0.0999, "10%"),
        (0.8467, "85%"),
        (0.9915, "99.2%"),
        (0.9994, "more than 99.9%"),
    ],
)
def test_what_is_said_of_a_share(node, share, words):
    assert node.call(FILE, "percent", share) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [(0.314, "+0.31"), (-6.456, "−6.46"), (0.001, "0.00"), (-0.004, "0.00")],
)
def test_what_is_said_of_a_number(node, number, words):
    assert node.call(FILE, "written", number) == words


def test_the_colours_of_signed_numbers_are_matplotlibs(node):
    shades = np.linspace(0, 1, colormaps[style.SIGNED].N)  # it has no more
    found = node.each("shades.js", "signed", [], [[2 * shade - 1] for shade in shades])
    wanted = 255 * colormaps[style.SIGNED](shades)[:, :3]
    assert np.abs(np.array(found) - wanted).max() < 0.01
    assert node.call("shades.js", "signed", -7) == found[0]
    assert node.call("shades.js", "signed", 7) == found[-1]
