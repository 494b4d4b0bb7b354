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


@pytest.mark.parametrize(("dim", "fit"), [(7, "6 or 8"), (0, "2 or 4"), (-3, "2 or 4")])
def test_widths_that_do_not_pair_are_refused(dim, fit):
    message = f"width must be a multiple of 2, got {dim}; {fit} would be"
    with pytest.raises(ValueError, match=message):
        sinusoidal_position_encoding(4, dim)


def test_tables_of_no_whole_number_of_rows_are_refused():
    with pytest.raises(ValueError, match="number of tokens must be at least 0, got -1"):
        sinusoidal_position_encoding(-1, 4)
    for rows, dim in ((2.5, 4), (4, 4.0)):
        with pytest.raises(TypeError, match=r"must be an integer, got (2\.5|4\.0)"):
            sinusoidal_position_encoding(rows, dim)
    with pytest.raises(ValueError, match=r"number of tokens must be .* got -3"):
        sinusoidal_grid_encoding(-3, 2, 8)
    assert sinusoidal_grid_encoding(0, 2, 8).shape == (0, 8)


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


@pytest.mark.parametrize(
    ("shape", "old", "new", "message"),
    [
        (
            (1, 14, 4),
            (3, 5),
            (6, 10),
            "3 × 5 patches needs 15 positions, the table has",
        ),
        ((1, 14, 4), (3, 5), (3, 5), "14; give the grid that it was learned on"),
        ((16, 4), (3, 5), (6, 10), r"has shape \(1, N, D\), got \(16, 4\)"),
        ((2, 16, 4), (3, 5), (6, 10), r"got \(2, 16, 4\)"),
        ((1, 16, 4), (3, 5), (0, 10), r"\(rows, columns\), both from 1, got \(0, 10\)"),
        ((1, 16, 4), (-3, -5), (6, 10), r"got \(-3, -5\)"),
        ((1, 16, 4), 4, (6, 10), "got 4"),
    ],
)
def test_tables_and_grids_that_do_not_fit_are_refused(shape, old, new, message):
    with pytest.raises(ValueError, match=message):
        interpolate_position_embedding(torch.zeros(shape), old, new)


@given(grid=SIDES, dim=st.integers(1, 10).map(lambda i: 4 * i))
def test_a_place_in_a_grid_is_its_row_and_its_column(grid, dim):
    table = sinusoidal_grid_encoding(*grid, dim)
    lines = sinusoidal_position_encoding(max(grid), dim // 2)
    places = table.reshape(*grid, dim)
    for row in range(grid[0]):
        for column in range(grid[1]):
            expected = torch.cat([lines[row], lines[column]])
            assert torch.equal(places[row, column], expected)


@pytest.mark.parametrize(("dim", "fit"), [(6, "4 or 8"), (9, "8 or 12"), (0, "4 or 8")])
def test_a_grid_needs_two_even_halves(dim, fit):
    message = f"width must be a multiple of 4, got {dim}; {fit} would be"
    with pytest.raises(ValueError, match=message):
        sinusoidal_grid_encoding(3, 5, dim)
