"""Chapter 4. Where a token stands (Vaswani et al. 2017, 3.5; Dosovitskiy, 3.2)."""

import torch
import torch.nn.functional as F
from torch import Tensor

from vitlib.checks import Grid, check_positions, check_table


def sinusoidal_position_encoding(num_tokens: int, dim: int) -> Tensor:
    """A fixed vector for each place: sines and cosines of slower and slower waves.

        PE[n, 2i]   = sin(n / 10000^(2i/D))
        PE[n, 2i+1] = cos(n / 10000^(2i/D))

    Angles are computed in float64: float32 would be off by 2e-4 at the 3,000th token.

    Args: num_tokens, rows of the table, the class token's included; dim, D, even.
    Returns: (num_tokens, D); every row has the norm √(D/2).
    Raises: TypeError, ValueError: no such table; says which widths would do.
    """
    check_table(num_tokens, dim, pairs=1)
    place = torch.arange(num_tokens, dtype=torch.float64)[:, None]  # (N, 1)
    frequency = 10_000.0 ** (-torch.arange(0, dim, 2, dtype=torch.float64) / dim)
    angle = place * frequency  # (N, D/2)
    table = torch.stack([angle.sin(), angle.cos()], dim=2)  # (N, D/2, 2)
    return table.flatten(1).to(torch.get_default_dtype())  # (N, D)


def sinusoidal_grid_encoding(rows: int, columns: int, dim: int) -> Tensor:
    """[PE[row]; PE[column]]: half a vector tells the row of a place, half its column.

    Returns: (rows · columns, D), in reading order.
    Raises: TypeError, ValueError: no such table; D must be a multiple of 4.
    """
    check_table(min(rows, columns), dim, pairs=2)
    down = sinusoidal_position_encoding(rows, dim // 2)  # (rows, D/2)
    across = sinusoidal_position_encoding(columns, dim // 2)  # (columns, D/2)
    halves = [down.repeat_interleave(columns, dim=0), across.repeat(rows, 1)]
    return torch.cat(halves, dim=1)  # (rows · columns, D)


def interpolate_position_embedding(pos_embed: Tensor, old: Grid, new: Grid) -> Tensor:
    """Stretch learned positions to the grid of images of another size (section 3.2).

    The table is resized like a picture of D channels, bicubic with antialiasing as in
    timm. Rows before the grid's, such as the class token's, stay as they are.

    Args: pos_embed, (1, extra + old rows · columns, D), from the old to the new grid.
    Returns: (1, extra + new rows · columns, D).
    Raises: ValueError: a table too short for the old grid, or no such grids.
    """
    extra = check_positions(pos_embed, old, new)
    if tuple(old) == tuple(new):
        return pos_embed
    first, grid = pos_embed[:, :extra], pos_embed[:, extra:]
    image = grid.unflatten(1, old).permute(0, 3, 1, 2).float()  # (1, D, rows, columns)
    image = F.interpolate(image, new, mode="bicubic", antialias=True)
    grid = image.flatten(2).mT.to(pos_embed.dtype)  # (1, new rows · columns, D)
    return torch.cat([first, grid], dim=1)
