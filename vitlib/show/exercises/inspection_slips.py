"""Chapter 11. What readers make instead of what is asked, by what went wrong."""

import torch
import torch.nn.functional as F
from torch import Tensor

from vitlib.checks import Grid


def multiplied(steps: Tensor) -> Tensor:
    """The right answer's product: (B, L, T, T) → (B, T, T), the last block leftmost."""
    result = steps[:, 0]
    for step in steps[:, 1:].unbind(dim=1):
        result = step @ result
    return result


def in_rollouts(maps: Tensor) -> dict[str, Tensor]:
    """Mistakes with rollout: (B, L, h, T, T) → (B, T, T)."""
    mixed, identity = maps.mean(dim=2), torch.eye(maps.shape[-1])  # (B, L, T, T)
    steps = (mixed + identity) / 2
    summed = (maps.sum(dim=2) + identity) / 2
    highest = (maps.amax(dim=2) + identity) / 2
    return {
        "the first block stands leftmost; the last one does.": multiplied(
            steps.flip(1)
        ),
        "the residual connection is left out: half of the identity.": multiplied(mixed),
        "A + I without the half: its rows sum to 2.": multiplied(mixed + identity),
        "the heads are summed; take their mean.": multiplied(summed),
        "the heads' largest is taken; take their mean.": multiplied(highest),
        "that is the mean of the blocks; multiply them.": steps.mean(dim=1),
        "that is the last block alone; multiply all.": steps[:, -1],
        "the tables are multiplied number by number; @ multiplies matrices.": (
            steps.prod(dim=1)
        ),
        "that is turned on its side: rows are who looks.": multiplied(steps).mT,
    }


def centres(grid: Grid) -> Tensor:
    """Row and column of each patch, in reading order: (N, 2)."""
    return torch.cartesian_prod(*(torch.arange(float(side)) for side in grid))


def mean_distance(weights: Tensor, far: Tensor) -> Tensor:
    """The right answer: (N+1, N+1) weights, (N, N) distances → one number."""
    shares = F.normalize(weights[1:, 1:], p=1, dim=1)
    return (shares * far).sum(dim=1).mean()


def in_distances(weights: Tensor, grid: Grid, side: int) -> dict[str, Tensor]:
    """Mistakes with the distance that a head looks, in pixels."""
    places = centres(grid) * side  # (N, 2)
    far = torch.cdist(places, places)  # (N, N)
    return in_other_distances(weights, grid, side) | {
        "what goes to the class token is left out, so scale each row to sum to 1.": (
            (weights[1:, 1:] * far).sum(dim=1).mean()
        ),
        "that is in patches; times the patch size it is in pixels.": (
            mean_distance(weights, far) / side
        ),
        "that is over the queries; a row is what one token looks at.": (
            mean_distance(weights.mT, far)
        ),
        "the last token is left out; the class token is the first.": mean_distance(
            weights.roll((1, 1), (0, 1)), far
        ),
        "that is the sum over the queries; their mean is asked.": (
            mean_distance(weights, far) * len(far)
        ),
    }


def in_other_distances(weights: Tensor, grid: Grid, side: int) -> dict[str, Tensor]:
    """Mistakes with how far patches are from each other."""
    places, turned = centres(grid) * side, centres(grid[::-1]) * side  # (N, 2)
    ways = {
        "rows and columns of the grid are exchanged.": torch.cdist(turned, turned),
        "those are distances by the street; the straight line is asked.": (
            torch.cdist(places, places, p=1)
        ),
        "the squares of the distances are averaged.": torch.cdist(places, places) ** 2,
    }
    return {words: mean_distance(weights, far) for words, far in ways.items()}


def in_coverings(shares: Tensor, count: int) -> dict[str, Tensor]:
    """Mistakes with which patches go: (B, N) → booleans (B, N)."""
    lowest = shares.argsort(dim=1)[:, :count]
    order = shares.argsort(dim=1, descending=True)
    over_all = shares.flatten().sort(descending=True).values[count * len(shares) - 1]
    nothing = torch.zeros_like(shares, dtype=torch.bool)
    highest = nothing.scatter(1, order[:, :count], True)
    return {
        "those are the lowest; the highest go first.": nothing.scatter(1, lowest, True),
        "those stay, the others go: turn it round.": ~highest,
        "that compares ranks with places: argsort tells where the highest stand.": (
            order < count
        ),
        "that is the highest of all images together; each image has its own.": (
            shares >= over_all
        ),
        "one too many.": nothing.scatter(1, order[:, : count + 1], True),
        "one too few.": nothing.scatter(1, order[:, : count - 1], True),
        "that is what is above the mean, however many they are.": (
            shares > shares.mean(dim=1, keepdim=True)
        ),
    }


def in_similarities(table: Tensor) -> dict[str, Tensor]:
    """Mistakes with how alike positions are: (1, N+1, D) → (N, N)."""
    rows = table[0, 1:]  # (N, D)
    unit = F.normalize(rows, dim=1)
    centred = F.normalize(rows - rows.mean(dim=0), dim=1)
    by_feature = F.normalize(rows, dim=0)
    last = F.normalize(table[0, :-1], dim=1)
    return {
        "those are inner products; divide by both rows' lengths.": rows @ rows.mT,
        "divided by one of the lengths; both count.": unit @ rows.mT,
        "each feature was scaled; a row's length is over axis 1.": (
            by_feature @ by_feature.mT
        ),
        "the mean was taken off first; cosines are asked of the rows as they are.": (
            centred @ centred.mT
        ),
        "the last position is left out; the class token's is the first.": (
            last @ last.mT
        ),
        "those are distances; cosines are asked.": torch.cdist(rows, rows),
        "that is 1 minus the cosine.": 1 - unit @ unit.mT,
    }
