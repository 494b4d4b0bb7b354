"""Bad input: which error, and what it says to the person who made it."""

import numpy as np
import pytest
import torch

from vitlib import data, grid_size, patchify, unpatchify

IMAGES = torch.zeros(1, 1, 60, 100)
DIVISORS = "1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30 or 60"
SQUARES = " (squares that fit 60 × 100: 1, 2, 4, 5, 10 or 20)"
NOT_16 = f"image height 60 is not divisible by patch size 16; {DIVISORS} would be"
NOT_61 = f"image height 60 is not divisible by patch size 61; {DIVISORS} would be"


def said(error: type[Exception], function, *arguments) -> str:
    """The message of the error that the call raises."""
    with pytest.raises(error) as caught:
        function(*arguments)
    assert caught.type is error
    return str(caught.value)


@pytest.mark.parametrize(
    ("patch_size", "message"),
    [
        (16, NOT_16 + SQUARES),
        (61, NOT_61 + SQUARES),
        (
            (60, 16),
            "image width 100 is not divisible by patch size 16; "
            "1, 2, 4, 5, 10, 20, 25, 50 or 100 would be" + SQUARES,
        ),
        (0, "patch size must be at least 1 pixel, got 0"),
        (-20, "patch size must be at least 1 pixel, got -20"),
        ((20, 0), "patch size must be at least 1 pixel, got 0"),
        (np.int64(-1), "patch size must be at least 1 pixel, got -1"),
        ((20,), "patch size must be an integer or (height, width), got (20,)"),
        ((), "patch size must be an integer or (height, width), got ()"),
        ([1, 2, 3], "patch size must be an integer or (height, width), got [1, 2, 3]"),
    ],
)
def test_sizes_that_no_patch_can_have(patch_size, message):
    assert said(ValueError, patchify, IMAGES, patch_size) == message
    assert said(ValueError, grid_size, (60, 100), patch_size) == message
    patches = torch.zeros(1, 15, 400)
    assert said(ValueError, unpatchify, patches, patch_size, (60, 100)) == message


@pytest.mark.parametrize(
    ("patch_size", "got"),
    [
        (True, "True (bool)"),
        (20.0, "20.0 (float)"),
        ("20", "'20' (str)"),
        (None, "None (NoneType)"),
        (np.True_, "np.True_ (bool)"),
        (np.float32(20), "np.float32(20.0) (float32)"),
        ((20, 20.0), "20.0 (float)"),
        (((20, 20), 20), "(20, 20) (tuple)"),
        (torch.tensor(20), "tensor(20) (Tensor)"),
    ],
)
def test_sizes_that_are_no_integers(patch_size, got):
    message = f"patch size must be an integer, got {got}"
    assert said(TypeError, patchify, IMAGES, patch_size) == message
    assert said(TypeError, grid_size, (60, 100), patch_size) == message
    patches = torch.zeros(1, 15, 400)
    assert said(TypeError, unpatchify, patches, patch_size, (60, 100)) == message


@pytest.mark.parametrize(
    ("images", "kind"),
    [
        (np.zeros((1, 1, 60, 100)), "ndarray"),
        ([[[[0.0]]]], "list"),
        (None, "NoneType"),
        ("mountains", "str"),
    ],
)
def test_images_that_are_no_tensor(images, kind):
    message = f"images must be a torch.Tensor, got {kind}; torch.as_tensor it"
    assert said(TypeError, patchify, images, 20) == message


@pytest.mark.parametrize(
    ("shape", "hint"),
    [
        ((1, 60, 100), "; images[None] adds the batch axis"),
        ((60, 100), ""),
        ((), ""),
        ((1, 1, 1, 60, 100), ""),
    ],
)
def test_images_with_other_axes(shape, hint):
    message = f"images must have shape (B, C, H, W), got {shape}{hint}"
    assert said(ValueError, patchify, torch.zeros(shape), 20) == message


def test_an_image_with_no_pixels():
    message = "image size must be at least 1 pixel, got 0"
    assert said(ValueError, patchify, torch.zeros(1, 1, 0, 100), 20) == message
    assert said(ValueError, grid_size, (60, -100), 20) == message.replace("0", "-100")


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((15, 400), "patches must have shape (B, N, C·P²), got (15, 400)"),
        ((1, 15, 1, 400), "patches must have shape (B, N, C·P²), got (1, 15, 1, 400)"),
        ((1, 16, 400), "these sizes make 15 patches, got 16 in (1, 16, 400)"),
        ((1, 0, 400), "these sizes make 15 patches, got 0 in (1, 0, 400)"),
        (
            (1, 15, 401),
            "a patch has 400 pixels a channel, so a row must hold a multiple of "
            "400 numbers, got 401 in (1, 15, 401)",
        ),
        (
            (1, 15, 0),
            "a patch has 400 pixels a channel, so a row must hold a multiple of "
            "400 numbers, got 0 in (1, 15, 0)",
        ),
    ],
)
def test_patches_that_make_no_image(shape, message):
    assert said(ValueError, unpatchify, torch.zeros(shape), 20, (60, 100)) == message


def test_patches_that_are_no_tensor():
    message = "patches must be a torch.Tensor, got ndarray; torch.as_tensor it"
    assert said(TypeError, unpatchify, np.zeros((1, 15, 400)), 20, (60, 100)) == message


@pytest.mark.parametrize("size", [60.0, (60, "100"), True])
def test_image_sizes_that_are_no_integers(size):
    wrong = size[1] if isinstance(size, tuple) else size
    message = f"image size must be an integer, got {wrong!r} ({type(wrong).__name__})"
    assert said(TypeError, grid_size, size, 20) == message


@pytest.mark.parametrize("channels", [0, 2, 4, -1, "1", None, 1.5])
def test_the_mountains_come_in_one_channel_or_three(channels):
    message = f"the mountains have 1 or 3 channels, not {channels!r}"
    assert said(ValueError, data.mountains, channels) == message
