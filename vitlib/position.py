"""Chapter 4. Tell each token where it stands."""

import torch
import torch.nn.functional as F
from torch import Tensor


def sinusoidal_position_encoding(num_tokens: int, dim: int) -> Tensor:
    """A fixed vector for each place: sines and cosines of slower and slower waves.

        PE[n, 2i]   = sin(n / 10000^(2i/D))
        PE[n, 2i+1] = cos(n / 10000^(2i/D))

    Angles are computed in float64: in float32 those of the 3,000th token are already
    wrong in the fourth digit.

    Args:
        num_tokens: rows of the table, the class token's included.
        dim: D, even.

    Returns:
        (num_tokens, D), float32; every row has the norm √(D/2).

    Raises:
        ValueError: ``dim`` is odd, or a size is not positive.

    Source: Vaswani et al. 2017, section 3.5.
    """
    if dim % 2 or dim < 2 or num_tokens < 1:
        raise ValueError(
            f"need a positive number of tokens and an even width, got {num_tokens} "
            f"tokens of width {dim}"
        )
    place = torch.arange(num_tokens, dtype=torch.float64)[:, None]  # (N, 1)
    frequency = 10_000.0 ** (-torch.arange(0, dim, 2, dtype=torch.float64) / dim)
    angle = place * frequency  # (N, D/2)
    table = torch.stack([angle.sin(), angle.cos()], dim=2)  # (N, D/2, 2)
    return table.flatten(1).float()  # (N, D)


def interpolate_position_embedding(
    pos_embed: Tensor, old_grid: tuple[int, int], new_grid: tuple[int, int]
) -> Tensor:
    """Stretch learned positions to another grid of patches, as when images get larger.

    The table is laid out as a picture of D channels and resized, bicubic with
    antialiasing. Rows before the grid's, such as the class token's, stay as they are.

    Args:
        pos_embed: (1, extra + rows · columns, D).
        old_grid: (rows, columns) that the table was learned on.
        new_grid: (rows, columns) that it is needed for.

    Returns:
        (1, extra + new rows · new columns, D), in the dtype of ``pos_embed``.

    Raises:
        ValueError: the table has fewer rows than ``old_grid`` has places.

    Source: Dosovitskiy et al. 2021, section 3.2; kernel as in timm.
    """
    _, count, dim = pos_embed.shape
    extra = count - old_grid[0] * old_grid[1]
    if extra < 0:
        raise ValueError(f"{count} positions cannot fill a grid of {old_grid}")
    if tuple(old_grid) == tuple(new_grid):
        return pos_embed
    first, grid = pos_embed[:, :extra], pos_embed[:, extra:]
    image = grid.reshape(1, *old_grid, dim).permute(0, 3, 1, 2).float()  # (1, D, h, w)
    image = F.interpolate(image, new_grid, mode="bicubic", antialias=True)
    grid = image.permute(0, 2, 3, 1).reshape(1, -1, dim)  # (1, h·w, D)
    return torch.cat([first, grid.to(pos_embed.dtype)], dim=1)
