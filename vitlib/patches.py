"""Chapter 1. Images into patches and back (Dosovitskiy et al. 2021, section 3.1)."""

from torch import Tensor

from vitlib.checks import Size, as_pair, check_images, check_patches, misfit


def patchify(images: Tensor, patch_size: Size) -> Tensor:
    """Cut images into patches x_1 … x_N, each flattened into a row (section 3.1).

    Patches come in reading order, and in a row the pixels channel by channel, each in
    reading order: the order of a ``Conv2d`` kernel, so that weights of a linear layer
    and of a convolution are each other's ``reshape``. No value is changed.

    Args: images, (B, C, H, W), of any dtype; patch_size, P or (height, width), pixels.
    Returns: (B, N, C·P²) with N = HW/P².
    Raises: TypeError, ValueError: no tensor, no four axes, patches that do not fit.
    """
    check_images(images)
    batch, channels, height, width = images.shape
    rows, columns = grid_size((height, width), patch_size)
    h, w = as_pair(patch_size, "patch size")
    x = images.reshape(batch, channels, rows, h, columns, w)
    x = x.permute(0, 2, 4, 1, 3, 5)  # (B, rows, columns, C, h, w)
    return x.reshape(batch, rows * columns, channels * h * w)  # (B, N, C·h·w)


def unpatchify(patches: Tensor, patch_size: Size, image_size: Size) -> Tensor:
    """Put patches (B, N, C·P²) back where :func:`patchify` cut them: (B, C, H, W)."""
    rows, columns = grid_size(image_size, patch_size)
    h, w = as_pair(patch_size, "patch size")
    channels = check_patches(patches, rows * columns, h * w)
    batch = patches.shape[0]  # not len(): torch.export would take it for a constant
    x = patches.reshape(batch, rows, columns, channels, h, w)
    x = x.permute(0, 3, 1, 4, 2, 5)  # (B, C, rows, h, columns, w)
    return x.reshape(batch, channels, rows * h, columns * w)  # (B, C, H, W)


def grid_size(image_size: Size, patch_size: Size) -> tuple[int, int]:
    """Rows and columns of patches in an image: (H/P, W/P), so that N = HW/P².

    Raises: TypeError, ValueError: no whole number of pixels, or of patches.
    """
    height, width = as_pair(image_size, "image size")
    h, w = as_pair(patch_size, "patch size")
    for name, side, size in (("height", height, h), ("width", width, w)):
        if side % size:
            raise ValueError(misfit(name, side, size, (height, width)))
    return height // h, width // w
