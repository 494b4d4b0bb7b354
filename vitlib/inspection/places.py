"""What a model has learned about places, and whether its tokens keep theirs."""

import torch
import torch.nn.functional as F
from torch import Tensor

from vitlib.checks import Grid
from vitlib.inspection.checks import check_model, check_patch_count, check_rows
from vitlib.inspection.rollout import distances
from vitlib.model import ViT

BESIDE = 1.5  # from patch to patch: the eight around one are nearer, all others not


def position_similarity(model: ViT) -> Tensor:
    """Cosines of the patches' positions, each with each (figure 7, centre).

        S_ij = E_i · E_j / (‖E_i‖ ‖E_j‖)

    Returns: (N, N), without the class token's; ones on the diagonal.
    Raises: TypeError, ValueError: no ViT of vitlib's, or one without positions.
    """
    check_model(model)
    if model.pos_embed is None:
        raise ValueError(
            "this model has pos_embed='none', so no positions to compare; "
            "'learned' or 'sinusoidal' would have"
        )
    rows = F.normalize(model.pos_embed.detach()[0, 1:], dim=-1)  # (N, D)
    return rows @ rows.mT  # (N, N)


def nearest_neighbours(similarity: Tensor, grid: Grid) -> tuple[float, float]:
    """Share of places whose most similar other is one of the up to eight around it.

    Args: similarity, (N, N), with N = rows · columns of ``grid``.
    Returns: that share, and the share if the most similar were any other, by chance.
    Raises: TypeError, ValueError: no such table for this grid.
    """
    count = check_patch_count(len(similarity), grid)
    check_rows("similarity", similarity, (count, count))
    beside = distances(grid, 1).to(similarity.device) < BESIDE  # (N, N)
    itself = torch.eye(count, dtype=torch.bool, device=similarity.device)  # (N, N)
    most = similarity.masked_fill(itself, float("-inf")).argmax(dim=1)  # (N,)
    found = beside.gather(1, most[:, None])  # (N, 1)
    by_chance = (beside & ~itself).sum().item() / max(count * (count - 1), 1)
    return found.double().mean().item(), by_chance


def decode_places(rows: Tensor, others: Tensor, ridge: float = 1e-3) -> Tensor:
    """How often a linear map tells from a patch's row where on the grid it stands.

        W = argmin ‖X W − Y‖² + λ ‖W‖²,  place = argmax of x W

    X are rows less their mean, Y their places as one-hot vectors, and λ is ``ridge``
    times the mean of XᵀX's diagonal. Chance is 1/N.

    Args:
        rows: (…, B, N, D), to learn W from; ``stream(model, images)[:, :, 1:]`` has
            the patches' rows of all layers.
        others: (…, B', N, D), of other images, to try it on.

    Returns: (…,), for each layer the share of ``others`` whose place is told rightly.
    Raises: TypeError, ValueError: no such rows.
    """
    count, width = rows.shape[-2:]
    check_rows("others", others, (*rows.shape[:-3], others.shape[-3], count, width))
    middle = rows.double().mean(dim=(-3, -2), keepdim=True)  # (…, 1, 1, D)
    x, tried = ((r - middle).flatten(-3, -2) for r in (rows, others))  # (…, B·N, D)
    places = torch.eye(count).to(x).repeat(rows.shape[-3], 1)  # (B·N, N)
    gram = x.mT @ x  # (…, D, D)
    size = gram.diagonal(dim1=-2, dim2=-1).mean(dim=-1)[..., None, None]
    penalty = ridge * size * torch.eye(width).to(x)  # (…, D, D)
    weights = torch.linalg.solve(gram + penalty, x.mT @ places)  # (…, D, N)
    told = (tried @ weights).argmax(dim=-1)  # (…, B'·N)
    truth = torch.arange(count).to(told).repeat(others.shape[-3])  # (B'·N,)
    return (told == truth).double().mean(dim=-1)  # (…,)
