"""Tables of numbers in colours, and the scales that they are read by."""

import numpy as np
import pytest
from matplotlib import colormaps

from vitlib.show import maps, plots, style

SIGNED = maps.Scale.signed(0.5)


def words_of(axes) -> dict[str, tuple[float, float]]:
    """Where each text of a drawing stands."""
    return {text.get_text(): text.get_position() for text in axes.texts}


def test_a_table_lies_where_it_is_put_in_the_scales_colours():
    _, axes = plots.canvas(40)
    SIGNED.cells(axes, [[-0.5, 0, 0.5], [-7, 0.1, 7]], 10, 20, 8, tall=5)
    (image,) = axes.images
    assert image.get_extent() == [10, 34, 30, 20]
    shades = image.to_rgba(image.get_array())
    wanted = colormaps[style.SIGNED]([[0, 0.5, 1], [0, 0.6, 1]])
    assert np.abs(shades - wanted).max() < 0.01


def test_cells_are_square_and_a_row_may_have_one_axis():
    _, axes = plots.canvas(40)
    SIGNED.cells(axes, [0.1, 0.2, 0.3], 0, 0, 6)
    assert axes.images[0].get_extent() == [0, 18, 6, 0]


def test_tiles_are_one_image_with_nothing_between_them():
    _, axes = plots.canvas(40)
    tables = [np.array([[0.1, 0.2]]), np.array([[0.3, 0.4]])]
    SIGNED.tiles(axes, tables, [(30, 5), (10, 8)], cell=4)
    (image,) = axes.images
    assert image.get_extent() == [10, 38, 12, 5]
    found = image.get_array()
    assert found[:4, 20:].tolist() == [[0.1] * 4 + [0.2] * 4] * 4
    assert found[3:, :8].tolist() == [[0.3] * 4 + [0.4] * 4] * 4
    assert np.ma.count(found) == 64


@pytest.mark.parametrize(
    ("scale", "names"),
    [
        (SIGNED, ["−0.5", "0", "0.5"]),
        (maps.Scale.similarity(-0.4), ["−0.4", "0.3", "1"]),
        (maps.Scale.attention(0.25), ["0%", "", "25% or more"]),
    ],
)
def test_a_scale_says_where_its_colours_end(scale, names):
    _, axes = plots.canvas(60)
    scale.bar(axes, 100, 10, 80)
    assert words_of(axes) == {name: (100 + 40 * i, 32) for i, name in enumerate(names)}
    _, axes = plots.canvas(60)
    scale.line(axes, 100, 10)
    assert words_of(axes) == {names[0]: (59, 10), names[2]: (141, 10)}


def test_letters_stand_out_from_the_cell_that_they_lie_on():
    scale = maps.Scale.attention(0.5)
    light, dark = scale.lettering(0.5), scale.lettering(0)
    assert int(light[1:], 16) > 0xEEEEEE > 0x111111 > int(dark[1:], 16)
