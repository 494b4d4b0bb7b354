"""Patches side by side, as chapters draw them."""

import numpy as np
import pytest

from vitlib import data
from vitlib.patches import grid_size, patchify
from vitlib.show import plots

IMAGES = {"grey": (data.mountains(), 20), "colours": (data.photograph(), 32)}


@pytest.mark.parametrize(("image", "size"), IMAGES.values(), ids=IMAGES)
def test_patches_side_by_side_are_the_image_with_nothing_between(image, size):
    grid = grid_size(tuple(image.shape[1:]), size)
    figure = plots.patch_rows({"all": patchify(image[None], size)[0]}, grid, size)
    (drawn,) = figure.axes[0].images
    seen = np.ma.atleast_3d(drawn.get_array())
    rows, columns = (np.arange(side) % (size + 1) < size for side in seen.shape[:2])
    kept = seen[np.ix_(rows, columns)][..., : len(image)]
    assert np.array_equal(kept, np.moveaxis(image.numpy(), 0, 2))
    opacity = drawn.to_rgba(drawn.get_array())[..., 3]
    assert np.array_equal(opacity, np.outer(rows, columns))


def test_a_last_line_need_not_be_full():
    found = plots.mosaic(np.arange(12).reshape(1, 3, 2, 2), columns=2, gap=1)
    nothing = np.nan
    assert np.array_equal(found[0], [
        [0, 1, nothing, 4, 5, nothing],
        [2, 3, nothing, 6, 7, nothing],
        [nothing] * 6,
        [8, 9, nothing, nothing, nothing, nothing],
        [10, 11, nothing, nothing, nothing, nothing],
        [nothing] * 6,
    ], equal_nan=True)  # fmt: skip
