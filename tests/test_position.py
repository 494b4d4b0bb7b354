"""Chapter 4: sinusoids as exact as float32 is, learned positions on other grids."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests import peers
from vitlib.position import (
    interpolate_position_embedding,
    sinusoidal_grid_encoding,
    sinusoidal_position_encoding,
)

SIDES = st.tuples(st.integers(1, 9), st.integers(1, 9))


def usual_recipe(num_tokens: int, dim: int) -> torch.Tensor:
    """The table as it is mostly made, with angles in float32."""
    place = torch.arange(num_tokens).float()[:, None]
    angle = place * torch.exp(torch.arange(0, dim, 2) * (-math.log(10_000.0) / dim))
    return torch.stack([angle.sin(), angle.cos()], dim=2).flatten(1)


def by_number(num_tokens: int, dim: int, row: int) -> torch.Tensor:
    """A row of the table, number by number as the paper has it, in float64."""
    angles = [row / 10_000 ** (2 * i / dim) for i in range(dim // 2)]
    return torch.tensor([f(a) for a in angles for f in (math.sin, math.cos)]).double()


@pytest.mark.parametrize("row", [0, 1, 196, 1000, 3135, 3136])
def test_the_table_is_the_papers_to_the_last_digit(row):
    table = sinusoidal_position_encoding(3137, 768)
    assert (table.shape, table.dtype) == ((3137, 768), torch.float32)
    assert (table[row] - by_number(3137, 768, row)).abs().max() <= 1e-7


def test_the_usual_recipe_is_two_thousand_times_further_off():
    table = sinusoidal_position_encoding(3137, 768)
    assert 1e-4 < (usual_recipe(3137, 768) - table).abs().max() < 5e-4
    assert (usual_recipe(3137, 768)[:20] - table[:20]).abs().max() < 2e-6


@given(num_tokens=st.integers(0, 40), dim=st.integers(1, 20).map(lambda i: 2 * i))
def test_every_row_has_the_same_norm(num_tokens, dim):
    table = sinusoidal_position_encoding(num_tokens, dim)
    assert table.shape == (num_tokens, dim)
    assert torch.allclose(table.norm(dim=1), torch.tensor((dim / 2) ** 0.5))


def test_inner_products_depend_on_the_distance_alone():
    table = sinusoidal_position_encoding(200, 768).double()
    assert table[7].norm().item() == pytest.approx(19.5959, abs=1e-4)
    products = table @ table.T
    for distance in (0, 1, 10, 150):
        along = products.diagonal(distance)
        assert (along - along[0]).abs().max() < 1e-4


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
def test_the_table_has_the_type_that_models_are_made_in(dtype):
    torch.set_default_dtype(dtype)
    try:
        assert sinusoidal_position_encoding(3, 4).dtype == dtype
    finally:
        torch.set_default_dtype(torch.float32)


@pytest.mark.parametrize("dim", [7, 0, -2])
def test_widths_that_do_not_pair_are_refused(dim):
    with pytest.raises(ValueError, match=f"width must be even, got {dim}"):
        sinusoidal_position_encoding(4, dim)


@given(
    old=SIDES,
    new=SIDES,
    extra=st.integers(0, 2),
    dim=st.integers(1, 4),
    dtype=st.sampled_from([torch.float64, torch.float32, torch.bfloat16]),
)
def test_other_grids_are_timms_bit_for_bit(old, new, extra, dim, dtype):
    table = torch.randn(1, extra + old[0] * old[1], dim).to(dtype)
    found = interpolate_position_embedding(table, old, new)
    resample = peers.timm.layers.resample_abs_pos_embed
    assert torch.equal(found, resample(table, [*new], [*old], num_prefix_tokens=extra))
    assert found.shape == (1, extra + new[0] * new[1], dim)
    assert torch.equal(found[:, :extra], table[:, :extra])


def test_a_flat_table_stays_flat_and_an_equal_grid_as_it_is():
    table = torch.ones(1, 16, 4)
    stretched = interpolate_position_embedding(table, (3, 5), (7, 2))
    assert torch.allclose(stretched, torch.ones(1, 15, 4))
    assert interpolate_position_embedding(table, (3, 5), (3, 5)) is table


def test_rows_and_columns_are_not_mixed_up():
    rows = torch.arange(3.0)[:, None].expand(3, 5).reshape(1, 15, 1)  # its row's number
    stretched = interpolate_position_embedding(rows, (3, 5), (6, 10)).reshape(6, 10)
    assert torch.allclose(stretched, stretched[:, :1].expand(6, 10))
    assert (stretched[:, 0].diff() > 0).all()


def test_a_table_too_short_for_its_grid_is_refused():
    with pytest.raises(ValueError, match=r"rows beside a grid of \(3, 5\).*got -1"):
        interpolate_position_embedding(torch.zeros(1, 14, 4), (3, 5), (6, 10))


@given(grid=SIDES, dim=st.integers(1, 10).map(lambda i: 4 * i))
def test_a_place_in_a_grid_is_its_row_and_its_column(grid, dim):
    table = sinusoidal_grid_encoding(*grid, dim)
    lines = sinusoidal_position_encoding(max(grid), dim // 2)
    places = table.reshape(*grid, dim)
    for row in range(grid[0]):
        for column in range(grid[1]):
            expected = torch.cat([lines[row], lines[column]])
            assert torch.equal(places[row, column], expected)


@pytest.mark.parametrize("dim", [6, 7, 0])
def test_a_grid_needs_two_even_halves(dim):
    with pytest.raises(ValueError, match=f"half the width must be even, got {dim / 2}"):
        sinusoidal_grid_encoding(3, 5, dim)
