"""What can be made of attention maps: rollout, distances, how alike two maps are."""

import torch
from torch import Tensor

from vitlib.checks import Grid, Size, as_pair
from vitlib.inspection.checks import check_alike, check_maps, check_patch_count

CLASS = 1  # rows before the patches'


def class_attention(maps: Tensor) -> Tensor:
    """How much the class token looks at each patch.

    What it spends on itself is left out, so a map sums to less than 1.

    Args: maps, (…, N+1, N+1), from ``attention_maps`` or ``attention_rollout``.
    Returns: (…, N), in reading order.
    """
    return maps[..., 0, CLASS:]  # (…, N)


def attention_rollout(maps: Tensor, keep: float = 0.5) -> Tensor:
    """Follow attention through all blocks, as if nothing else moved the rows.

        Ã_l = keep · I + (1 − keep) · mean over the heads of A_l
        rollout = Ã_L · … · Ã_1

    I stands for the residual connection. Values, MLPs and norms are left out, and the
    class that is asked about as well: all classes get the same map.

    Args: maps, (B, L, h, N+1, N+1); keep, from 0 to 1.
    Returns: (B, N+1, N+1); rows sum to 1; row 0 is the class token's.
    Raises: TypeError, ValueError: no such maps, or another ``keep``.

    Source: S. Abnar and W. Zuidema, *Quantifying Attention Flow in Transformers*
    (2020), section 3; used by Dosovitskiy et al. 2021 for figure 6 (appendix D.8).
    """
    check_maps(maps)
    if not 0 <= keep <= 1:
        raise ValueError(f"keep must be from 0 to 1, got {keep!r}")
    mixed = maps.mean(dim=2)  # (B, L, N+1, N+1)
    identity = torch.eye(maps.shape[-1]).to(maps)  # (N+1, N+1)
    steps = keep * identity + (1 - keep) * mixed
    result = identity.expand_as(steps[:, 0])  # (B, N+1, N+1)
    for step in steps.unbind(dim=1):  # from the first block to the last
        result = step @ result
    return result


def attention_distance(maps: Tensor, grid: Grid, patch_size: Size) -> Tensor:
    """How far patches look, on average over queries and images (figure 7, right).

        mean over queries i of Σ_j A_ij ‖p_i − p_j‖, p the centres of the patches

    The class token stands nowhere: neither its row nor what others spend on it counts,
    and each row is scaled to sum to 1 again.

    Args: maps, (B, L, h, N+1, N+1); rows and columns of patches; their size in pixels.
    Returns: (L, h), in pixels.
    Raises: TypeError, ValueError: no such maps, or a grid of another number of patches.
    """
    check_maps(maps)
    check_patch_count(maps.shape[-1] - CLASS, grid)
    weights = maps[..., CLASS:, CLASS:]  # (B, L, h, N, N)
    shares = weights / weights.sum(dim=-1, keepdim=True)
    far = (shares * distances(grid, patch_size).to(maps)).sum(dim=-1)  # (B, L, h, N)
    return far.mean(dim=(0, 3))  # (L, h)


def distances(grid: Grid, patch_size: Size) -> Tensor:
    """From the centre of each patch to each other's, in pixels: (N, N)."""
    sides = zip(grid, as_pair(patch_size, "patch size"), strict=True)
    places = [torch.arange(count).double() * side for count, side in sides]
    centres = torch.cartesian_prod(*places)  # (N, 2)
    return torch.cdist(centres, centres)  # (N, N)


def correlation(one: Tensor, other: Tensor) -> Tensor:
    """Pearson's r of two maps of each image: 1 alike, 0 nothing in common.

    Args: two of (B, N). Returns: (B,). Raises: ValueError: they differ in shape.
    """
    check_alike(one, other)
    a, b = (maps - maps.mean(dim=1, keepdim=True) for maps in (one, other))  # (B, N)
    return torch.cosine_similarity(a, b, dim=1)  # (B,)
