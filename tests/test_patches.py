"""Chapter 1's mathematics: images into patches and back."""

import itertools
import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from vitlib import data, grid_size, patchify, unpatchify

DTYPES = [
    torch.bool,
    torch.uint8,
    torch.int64,
    torch.float16,
    torch.bfloat16,
    torch.float32,
    torch.float64,
    torch.complex64,
]


def counted(*shape: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    """0, 1, 2, … in a shape: no two numbers are equal, so none can hide as another."""
    return torch.arange(math.prod(shape)).reshape(shape).to(dtype)


def by_loops(images: torch.Tensor, h: int, w: int) -> torch.Tensor:
    """What ``b c (r h) (s w) -> b (r s) (c h w)`` says, number by number."""
    batch, channels, height, width = images.shape
    rows, columns = height // h, width // w
    patches = images.new_zeros(batch, rows * columns, channels * h * w)
    for b, c, y, x in itertools.product(*map(range, images.shape)):
        patch = (y // h) * columns + x // w
        patches[b, patch, (c * h + y % h) * w + x % w] = images[b, c, y, x]
    return patches


@st.composite
def cuttings(draw):
    """(B, C, H, W) of an image, and (h, w) of patches that fit it."""
    b, c, rows, columns, h, w = (draw(st.integers(1, 4)) for _ in range(6))
    return (b, c, rows * h, columns * w), (h, w)


@pytest.mark.parametrize(
    ("image", "patch_size", "shape"),
    [
        ((1, 1, 60, 100), 20, (1, 15, 400)),
        ((1, 1, 28, 28), 7, (1, 16, 49)),
        ((1, 1, 28, 28), 4, (1, 49, 16)),
        ((1, 1, 128, 128), 16, (1, 64, 256)),
        ((1, 3, 128, 128), 16, (1, 64, 768)),
        ((2, 3, 224, 224), 16, (2, 196, 768)),
        ((1, 1, 60, 100), (60, 100), (1, 1, 6000)),
        ((1, 1, 60, 100), (1, 100), (1, 60, 100)),
        ((13, 1, 60, 100), 1, (13, 6000, 1)),
    ],
)
def test_the_books_examples_have_the_shapes_it_states(image, patch_size, shape):
    images = torch.zeros(image)
    patches = patchify(images, patch_size)
    assert patches.shape == shape
    rows, columns = grid_size(image[2:], patch_size)
    assert rows * columns == shape[1]
    assert unpatchify(patches, patch_size, image[2:]).shape == image


def test_patch_12_of_the_mountains_is_what_the_book_says():
    mountains = data.mountains()
    patches = patchify(mountains[None], 20)
    assert torch.equal(patches[0, 11].reshape(20, 20), mountains[0, 40:60, 20:40])
    assert grid_size((60, 100), 20) == (3, 5)


@given(cuttings())
@settings(deadline=None)
def test_every_number_goes_where_loops_put_it_and_comes_back(cutting):
    shape, size = cutting
    images = counted(*shape)
    patches = patchify(images, size)
    assert torch.equal(patches, by_loops(images, *size))
    assert torch.equal(unpatchify(patches, size, shape[2:]), images)


@given(cuttings())
@settings(deadline=None)
def test_unfold_gives_the_same_rows(cutting):
    shape, size = cutting
    images = counted(*shape)
    columns = F.unfold(images, size, stride=size)  # (B, C·P², N)
    assert torch.equal(patchify(images, size), columns.transpose(1, 2))


@given(cuttings())
@settings(deadline=None)
def test_convolution_with_one_hot_kernels_gives_the_same_rows(cutting):
    shape, size = cutting
    images = counted(*shape)
    length = shape[1] * math.prod(size)
    kernels = torch.eye(length).reshape(length, shape[1], *size)
    maps = F.conv2d(images, kernels, stride=size)  # (B, C·P², H/P, W/P)
    assert torch.equal(patchify(images, size), maps.flatten(2).transpose(1, 2))


def test_convolution_and_linear_layer_share_their_weights_by_reshape():
    images = torch.randn(2, 3, 12, 8, dtype=torch.float64)
    kernels = torch.randn(5, 3, 4, 4, dtype=torch.float64)
    convolved = F.conv2d(images, kernels, stride=4).flatten(2).transpose(1, 2)
    linear = F.linear(patchify(images, 4), kernels.reshape(5, -1))
    torch.testing.assert_close(linear, convolved)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_any_dtype_goes_through_unchanged(dtype):
    images = counted(2, 3, 6, 4, dtype=dtype)
    patches = patchify(images, 2)
    assert patches.dtype == dtype
    expected = by_loops(images, 2, 2)
    assert torch.equal(patches, expected)
    assert torch.equal(unpatchify(patches, 2, (6, 4)), images)


def test_nan_and_infinity_keep_every_bit():
    patterns = [0x7FC00001, 0x7F800001, -0x3FFFFF, 0x7F800000, -0x800000, -0x80000000]
    bits = torch.tensor(patterns * 4, dtype=torch.int32).reshape(1, 1, 6, 4)
    back = unpatchify(patchify(bits.view(torch.float32), 2), 2, (6, 4))
    assert torch.equal(back.view(torch.int32), bits)


def test_an_empty_batch_and_no_channels_stay_empty():
    assert patchify(torch.zeros(0, 3, 8, 8), 4).shape == (0, 4, 48)
    assert unpatchify(torch.zeros(0, 4, 48), 4, 8).shape == (0, 3, 8, 8)
    assert patchify(torch.zeros(2, 0, 8, 8), 4).shape == (2, 4, 0)


def test_memory_layout_does_not_matter_and_the_input_stays_as_it_was():
    images = counted(2, 3, 6, 4)
    sliced = torch.stack([images, -images], -1)[..., 0]
    for same in (images.to(memory_format=torch.channels_last), sliced):
        assert not same.is_contiguous()
        before = same.clone()
        assert torch.equal(patchify(same, 2), patchify(images, 2))
        assert torch.equal(same, before)
    patches = patchify(images, 2)
    turned = patches.transpose(0, 2).contiguous().transpose(0, 2)
    assert torch.equal(unpatchify(turned, 2, (6, 4)), images)


def test_each_image_of_a_batch_is_cut_on_its_own():
    images = counted(13, 2, 6, 4)
    for i, patches in enumerate(patchify(images, 2)):
        assert torch.equal(patches, patchify(images[i : i + 1], 2)[0])


def test_gradients_flow_back_to_each_pixel_once():
    images = counted(1, 2, 4, 6, dtype=torch.float64).requires_grad_()
    weight = torch.randn(1, 6, 8, dtype=torch.float64)
    (patchify(images, 2) * weight).sum().backward()
    assert torch.equal(images.grad, unpatchify(weight, 2, (4, 6)))


@pytest.mark.parametrize("integer", [np.int64, np.uint8])
def test_numpys_integers_are_sizes_too(integer):
    images = counted(1, 1, 60, 300)
    patches = patchify(images, integer(2))  # 30 · 150 overflows a byte
    assert torch.equal(patches, patchify(images, 2))
    assert torch.equal(unpatchify(patches, [integer(2)] * 2, (60, 300)), images)
    rows, columns = grid_size((integer(60), integer(100)), integer(5))
    assert (type(rows), type(columns)) == (int, int)
    assert rows * columns == 240


def test_no_value_is_needed_only_shapes():
    patches = patchify(torch.empty(1, 3, 224, 224, device="meta"), 16)
    assert patches.shape == (1, 196, 768)
    assert patches.is_meta
