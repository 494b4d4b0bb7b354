"""A map laid over the picture that it belongs to."""

from torch import Tensor

from vitlib.checks import Grid, check_grid
from vitlib.inspection.checks import check_map, check_picture


def overlay(picture: Tensor, shares: Tensor, grid: Grid, least: float = 0.1) -> Tensor:
    """A picture that stays where a map is high and fades to white where it is low.

    Each patch keeps one value, to its border: a smooth map would show more than was
    computed. The highest value keeps the picture as it is, 0 leaves ``least`` of it.

    Args:
        picture: (C, H, W), from 0 to 1.
        shares: the map, (N,) from 0, in reading order.
        grid: (rows, columns), which divide H and W; they need not be equal.
        least: from 0 to 1, so that a reader can tell what has faded.

    Returns: (C, H, W), from 0 to 1.
    Raises: TypeError, ValueError: a picture, map or grid that do not fit each other.
    """
    check_grid(grid)
    check_picture(picture, grid)
    check_map(shares, grid)
    height, width = picture.shape[1:]
    kept = least + (1 - least) * shares / shares.max().clamp(min=1e-12)  # (N,)
    kept = kept.reshape(grid).to(picture)  # (rows, columns)
    kept = kept.repeat_interleave(height // grid[0], dim=0)  # (H, columns)
    kept = kept.repeat_interleave(width // grid[1], dim=1)  # (H, W)
    return 1 - kept * (1 - picture)  # (C, H, W)
