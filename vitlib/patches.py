"""Chapter 1. Cut images into patches, and put patches together again."""

from torch import Tensor

from vitlib.checks import as_pair, check_images, check_patches, divisors, one_of


def patchify(images: Tensor, patch_size: int | tuple[int, int]) -> Tensor:
    """Cut images into square or rectangular patches, each flattened into a row.

    Patches come in reading order: left to right, then top to bottom. Inside a row the
    pixels come channel by channel, each channel in reading order, which is the order
    of a ``Conv2d`` kernel; so the weights of a linear layer on these rows and of a
    convolution with kernel = stride = patch size are each other's ``reshape``.
    No value is changed: any dtype goes through, and so do NaN and an empty batch.

    Args:
        images: (B, C, H, W), pixels.
        patch_size: P in pixels, or (patch height, patch width).

    Returns:
        (B, N, C·P²) with N = H/P · W/P.

    Raises:
        TypeError: ``images`` is not a tensor, or ``patch_size`` not an integer.
        ValueError: ``images`` has not four axes, or the patches do not fit.

    Source: Dosovitskiy et al. 2021, section 3.1, "a sequence of flattened 2D patches".
    """
    check_images(images)
    batch, channels, height, width = images.shape
    rows, columns = grid_size((height, width), patch_size)
    h, w = height // rows, width // columns  # one patch
    x = images.reshape(batch, channels, rows, h, columns, w)
    x = x.permute(0, 2, 4, 1, 3, 5)  # (B, rows, columns, C, h, w)
    return x.reshape(batch, rows * columns, channels * h * w)  # (B, N, C·P²)


def unpatchify(
    patches: Tensor,
    patch_size: int | tuple[int, int],
    image_size: int | tuple[int, int],
) -> Tensor:
    """Put patches back where they were cut: the inverse of :func:`patchify`.

    Args:
        patches: (B, N, C·P²), in the order that ``patchify`` gives.
        patch_size: P in pixels, or (patch height, patch width).
        image_size: side in pixels, or (H, W), of the image to make.

    Returns:
        (B, C, H, W).

    Raises:
        TypeError: ``patches`` is not a tensor, or a size is not an integer.
        ValueError: the shape of ``patches`` and the sizes do not belong together.
    """
    rows, columns = grid_size(image_size, patch_size)
    h, w = as_pair(patch_size, "patch size")
    channels = check_patches(patches, rows * columns, h * w)
    batch = patches.shape[0]  # not len(): torch.export would take it for a constant
    x = patches.reshape(batch, rows, columns, channels, h, w)
    x = x.permute(0, 3, 1, 4, 2, 5)  # (B, C, rows, h, columns, w)
    return x.reshape(batch, channels, rows * h, columns * w)  # (B, C, H, W)


def grid_size(
    image_size: int | tuple[int, int], patch_size: int | tuple[int, int]
) -> tuple[int, int]:
    """Rows and columns of patches in an image: (H/P, W/P).

    Args:
        image_size: side in pixels, or (H, W).
        patch_size: P in pixels, or (patch height, patch width).

    Returns:
        (rows, columns); the number of patches is their product, N = HW/P².

    Raises:
        TypeError: a size is not an integer.
        ValueError: a size is not positive, or a patch size does not divide its side;
            the message names the patch sizes that would.
    """
    height, width = as_pair(image_size, "image size")
    h, w = as_pair(patch_size, "patch size")
    for name, side, size in (("height", height, h), ("width", width, w)):
        if side % size:
            raise ValueError(
                f"image {name} {side} is not divisible by patch size {size}; "
                f"{one_of(divisors(side))} would be"
            )
    return height // h, width // w
