"""Positions that are alike, and places told from rows."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.test_inspection import drawn, small
from vitlib.data import digits
from vitlib.inspection import (
    decode_places,
    nearest_neighbours,
    position_similarity,
    stream,
)
from vitlib.position import sinusoidal_grid_encoding
from vitlib.training import digits_model


def test_similarity_is_the_cosine_of_the_patches_rows():
    model = small()
    found, table = position_similarity(model), model.pos_embed[0].detach()
    assert found.shape == (16, 16)
    assert not found.requires_grad
    for i, j in [(0, 0), (3, 7), (15, 2)]:
        a, b = table[1 + i], table[1 + j]
        assert found[i, j].item() == pytest.approx((a @ b / a.norm() / b.norm()).item())


def test_a_model_without_positions_has_nothing_to_compare():
    with pytest.raises(ValueError, match="pos_embed='none', so no positions"):
        position_similarity(small(pos_embed="none"))
    with pytest.raises(TypeError, match="not into Linear"):
        position_similarity(torch.nn.Linear(2, 2))


def test_the_shipped_model_knows_its_neighbours():
    share, chance = nearest_neighbours(position_similarity(digits_model()), (4, 4))
    assert share == 15 / 16
    assert chance == pytest.approx(0.35)


@given(rows=st.integers(2, 6), columns=st.integers(2, 6))
def test_on_a_grid_of_sinusoids_all_nearest_are_beside(rows, columns):
    table = sinusoidal_grid_encoding(rows, columns, 32)
    table = table / table.norm(dim=1, keepdim=True)
    found = nearest_neighbours(table @ table.T, (rows, columns))
    places = [divmod(n, columns) for n in range(rows * columns)]
    pairs = [(a, b) for a in places for b in places if a != b]
    beside = [max(abs(a[0] - b[0]), abs(a[1] - b[1])) == 1 for a, b in pairs]
    assert found == (1, pytest.approx(sum(beside) / len(pairs)))


def test_by_chance_so_many_are_beside():
    generator = torch.Generator().manual_seed(0)
    shares = []
    for _ in range(400):
        share, chance = nearest_neighbours(
            torch.rand(16, 16, generator=generator), (4, 4)
        )
        shares.append(share)
    assert sum(shares) / len(shares) == pytest.approx(chance, abs=0.02)


def test_a_table_for_another_grid_is_refused():
    with pytest.raises(ValueError, match="a grid of 4 × 5 has 20 patches, got 16"):
        nearest_neighbours(torch.eye(16), (4, 5))
    with pytest.raises(ValueError, match=r"shape \(16, 16\), got \(16, 17\)"):
        nearest_neighbours(torch.zeros(16, 17), (4, 4))


def test_places_are_told_in_all_layers_where_rows_hold_them():
    model = digits_model()
    parts = (stream(model, digits(part)[0])[:, :, 1:] for part in ("train", "test"))
    found = decode_places(*parts)
    assert found.shape == (5,)
    assert found[0] == 1
    assert (found > 0.99).all()


def test_content_alone_tells_little_and_noise_nothing():
    model = digits_model()
    images = (digits(part)[0] for part in ("train", "test"))
    alone = [model.patch_embed(x).detach() for x in images]
    assert decode_places(*alone).item() == pytest.approx(0.2437, abs=0.02)
    noise = torch.randn(2, 500, 16, 8)
    assert decode_places(*noise).item() == pytest.approx(1 / 16, abs=0.02)


@given(scale=st.floats(1e-3, 1e3))
def test_places_do_not_depend_on_the_unit_or_middle_of_the_rows(scale):
    places = torch.randn(7, 5, generator=torch.Generator().manual_seed(3))
    rows = places + 0.5 * torch.randn(2, 30, 7, 5, dtype=torch.float64)
    found = decode_places(*(scale * rows + 5 * scale))
    assert found == pytest.approx(decode_places(*rows).item(), abs=0.005)


def test_the_layers_are_told_one_by_one():
    rows, others = stream(small(), drawn(8))[:, :, 1:].split(4, dim=1)
    alone = [decode_places(a, b) for a, b in zip(rows, others, strict=True)]
    torch.testing.assert_close(decode_places(rows, others), torch.stack(alone))


def test_rows_of_another_width_are_refused():
    with pytest.raises(ValueError, match=r"others must have shape \(3, 2, 16, 8\)"):
        decode_places(torch.rand(3, 5, 16, 8), torch.rand(3, 2, 16, 7))
